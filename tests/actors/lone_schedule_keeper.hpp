#pragma once

#include "actors/schedule_keeper.hpp"
#include "tests/support/recorder.hpp"
#include "tests/support/zones.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace troupe::test {

/// A real schedule keeper; whom it submits to and asks are stand-ins.
class lone_schedule_keeper : public ::testing::Test {
protected:
  using list = std::vector<std::string>;

  lone_schedule_keeper() {
    memory_ = std::make_shared<actors::schedule_memory>(
      std::make_shared<support::few_zones>(), 7);
    start();
    order(messages::begin_schedules{});
  }

  void start() {
    keeper_
      = system_.own(messages::schedule_keeper_actor{system_.system().spawn(
        actors::schedule_keeper, system_.env(), memory_,
        actors::schedule_contacts{manager_, gate_, bus_})});
    system_.settle();
  }

  /// Another one takes its place.
  void kill() {
    caf::anon_send_exit(keeper_, caf::exit_reason::kill);
    system_.settle();
    start();
  }

  template <class Request>
  core::error order(Request x) {
    return system_.ask<messages::done>(keeper_, std::move(x)).failure;
  }

  /// Every second, from one second after now.
  static core::schedule_spec every_second(const std::string& name = "tick") {
    core::schedule_spec spec;
    spec.name = name;
    spec.task.name = "work on " + name;
    spec.task.capabilities = {"work"};
    spec.when = core::run_every{std::chrono::seconds{1}};
    return spec;
  }

  void add(core::schedule_spec spec) {
    EXPECT_EQ(order(messages::add_schedule{std::move(spec)}), core::error{});
  }

  core::schedule_info info(const std::string& name = "tick") {
    auto found = system_.ask<messages::schedule_found>(
      keeper_, messages::get_schedule{name, 2});
    EXPECT_EQ(found.failure, core::error{});
    return found.info;
  }

  /// What was submitted since the last time.
  std::vector<core::task_spec_ptr> submitted() {
    std::vector<core::task_spec_ptr> all;
    for (auto& x : gate_.take<messages::submit_tasks>())
      for (auto& spec : x.specs)
        all.push_back(spec);
    return all;
  }

  /// The numbers of the runs that were.
  list runs() {
    list all;
    for (auto& spec : submitted())
      all.push_back(spec->metadata.at("schedule_run"));
    return all;
  }

  core::task_id only_task() {
    auto all = submitted();
    EXPECT_EQ(all.size(), 1u);
    return all.empty() ? core::task_id{} : all.front()->id;
  }

  core::task_record record_of(const core::task_id& id) {
    core::task_spec spec;
    spec.id = id;
    core::task_record record;
    record.spec = std::make_shared<const core::task_spec>(std::move(spec));
    record.status = core::task_status::completed;
    return record;
  }

  void end(const core::task_id& id) {
    messages::tasks_ended report;
    report.records.push_back(record_of(id));
    system_.send(keeper_, std::move(report));
    system_.settle();
  }

  /// From now on the manager does not know what it is asked for.
  void forget_tasks() {
    core::error unknown{core::ec::unknown_task, "never heard of it"};
    manager_.answer_with(messages::done{unknown});
    manager_.answer_with(messages::task_found{unknown, {}});
  }

  void refuse(core::error why) {
    gate_.answer_with(messages::done{std::move(why)});
  }

  std::vector<core::event_kind> told() {
    std::vector<core::event_kind> kinds;
    for (auto& x : bus_.take<messages::publish_events>())
      for (auto& event : x.events)
        kinds.push_back(event.kind);
    return kinds;
  }

  std::vector<core::document> kept() {
    std::vector<core::document> all;
    for (auto& x : manager_.take<messages::keep_document>())
      all.push_back(std::move(x.what));
    return all;
  }

  deterministic_system system_;
  recorder<messages::manager_actor> manager_{system_};
  recorder<messages::submission_actor> gate_{system_};
  recorder<messages::event_bus_actor> bus_{system_};
  std::shared_ptr<actors::schedule_memory> memory_;
  messages::schedule_keeper_actor keeper_;
};

} // namespace troupe::test
