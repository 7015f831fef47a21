#pragma once

#include "actors/manager.hpp"
#include "tests/support/recorder.hpp"
#include "tests/support/tasks.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace troupe::test {

/// A real manager; the bus and the queue `default` are stand-ins.
class lone_manager : public ::testing::Test {
protected:
  /// All that the manager may send to whoever talks to it.
  using client
    = recorder<compat::actor<void(messages::done), void(messages::tasks_ended),
                             void(messages::stream_acknowledged),
                             void(messages::children_refused),
                             void(messages::task_found)>>;
  using list = std::vector<std::string>;

  lone_manager() {
    attach("default", line_);
  }

  messages::manager_actor spawn_manager(core::retention_settings retention) {
    return system_.own(system_.system().spawn(
      actors::manager, system_.env(), bus_.handle(),
      std::make_shared<actors::manager_memory>(retention)));
  }

  core::error attach(const std::string& name,
                     const recorder<messages::queue_actor>& queue) {
    core::queue_spec spec;
    spec.name = name;
    return order(messages::attach_queue{spec, queue.handle()});
  }

  /// A command, and what it failed of.
  template <class Request>
  core::error order(Request x) {
    return system_.ask<messages::done>(manager_, std::move(x)).failure;
  }

  template <class Message>
  void tell(Message x) {
    system_.send(manager_, std::move(x));
    system_.settle();
  }

  core::task_spec make(const std::string& name) {
    return make_task(system_, name);
  }

  core::task_id submit(core::task_spec spec) {
    auto id = spec.id;
    messages::submit_tasks request;
    request.specs.push_back(share(std::move(spec)));
    EXPECT_EQ(order(std::move(request)), core::error{});
    return id;
  }

  core::task_id submit(const std::string& name) {
    return submit(make(name));
  }

  /// As a queue does.
  void start(const core::task_id& id, uint32_t number = 1) {
    messages::report_attempts report;
    report.started.push_back({{id, number}, 0, system_.now()});
    report.agents.emplace_back(0, "worker");
    tell(std::move(report));
  }

  void end(const core::task_id& id, uint32_t number = 1,
           core::payload result = {}) {
    messages::report_attempts report;
    report.ended.push_back(
      success({id, number}, system_.now(), std::move(result)));
    tell(std::move(report));
  }

  void run(const core::task_id& id) {
    start(id);
    end(id);
  }

  core::task_record get(const core::task_id& id) {
    auto found = system_.ask<messages::task_found>(manager_,
                                                   messages::get_task{id});
    EXPECT_EQ(found.failure, core::error{});
    return found.record;
  }

  core::task_stats stats() {
    return system_.ask<core::task_stats>(manager_, messages::get_stats{});
  }

  messages::explanation explain(const core::task_id& id) {
    return system_.ask<messages::explanation>(manager_,
                                              messages::explain_task{id});
  }

  void listen(bool is_so) {
    tell(messages::listeners_changed{is_so});
    bus_.take<messages::publish_events>();
  }

  /// Kinds of the events the bus got since the last time.
  std::vector<core::event_kind> published() {
    std::vector<core::event_kind> kinds;
    for (auto& batch : bus_.take<messages::publish_events>())
      for (auto& event : batch.events)
        kinds.push_back(event.kind);
    return kinds;
  }

  /// Names of the tasks the queue was given since the last time.
  list enqueued() {
    list names;
    for (auto& batch : line_.take<messages::enqueue_tasks>())
      for (auto& task : batch.tasks)
        names.push_back(task.spec->name);
    return names;
  }

  deterministic_system system_;
  recorder<messages::event_bus_actor> bus_{system_};
  recorder<messages::queue_actor> line_{system_};
  messages::manager_actor manager_ = spawn_manager({});
  client client_{system_};
};

} // namespace troupe::test
