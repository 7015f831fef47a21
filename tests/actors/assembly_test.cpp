#include "actors/assembly.hpp"

#include "tests/support/recorder.hpp"
#include "tests/support/tasks.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;
using core::event_kind;
using messages::done;

class assembly_test : public ::testing::Test {
protected:
  actors::assembly assemble(core::retention_settings retention = {},
                            uint32_t max_parallel = 0) {
    auto parts = actors::assemble(system_.env(), 64, retention, max_parallel);
    system_.own(parts.bus);
    system_.own(parts.manager);
    system_.own(parts.router);
    return parts;
  }

  messages::queue_actor add_queue(const actors::assembly& parts) {
    core::queue_spec spec;
    spec.name = "default";
    auto queue = system_.own(actors::spawn_queue(system_.env(), parts, spec));
    system_.ask<done>(parts.router,
                      messages::attach_queue_to_router{queue, spec.routing});
    system_.ask<done>(parts.manager, messages::attach_queue{spec, queue});
    return queue;
  }

  void add_agent(const actors::assembly& parts) {
    core::agent_spec spec;
    spec.id = "worker";
    spec.capabilities = {"work"};
    system_.ask<done>(parts.router,
                      messages::add_agent{spec, agent_.handle(), nullptr});
  }

  core::task_id submit(const actors::assembly& parts) {
    auto spec = make_task(system_, "task");
    messages::submit_tasks request;
    request.specs.push_back(share(spec));
    EXPECT_EQ(system_.ask<done>(parts.manager, request).failure, core::error{});
    return spec.id;
  }

  /// How many attempts the agent was given.
  size_t started() {
    size_t count = 0;
    for (auto& batch : agent_.got<messages::run_attempts>())
      count += batch.orders.size();
    return count;
  }

  void end_all() {
    for (auto& batch : agent_.take<messages::run_attempts>()) {
      messages::attempts_ended report;
      for (auto& order : batch.orders)
        report.outcomes.push_back(success(order.key(), system_.now()));
      system_.send(batch.sink, std::move(report));
    }
    system_.settle();
  }

  deterministic_system system_;
  recorder<messages::agent_host_actor> agent_{system_};
};

} // namespace

TEST_F(assembly_test, brings_a_task_to_an_agent_and_back) {
  auto parts = assemble();
  add_queue(parts);
  add_agent(parts);
  auto id = submit(parts);
  EXPECT_EQ(started(), 1u);
  end_all();
  auto found = system_.ask<messages::task_found>(parts.manager,
                                                 messages::get_task{id});
  EXPECT_EQ(found.record.status, core::task_status::completed);
  EXPECT_EQ(found.record.agent, "worker");
}

TEST_F(assembly_test, has_everybody_publish_on_one_bus) {
  auto parts = assemble();
  recorder<
    compat::actor<void(messages::events_published), void(messages::subscribed)>>
    observer{system_};
  observer.send(parts.bus, messages::subscribe{1, 100});
  auto queue = add_queue(parts);
  add_agent(parts);
  system_.ask<done>(queue, messages::pause_queue{});
  std::vector<event_kind> kinds;
  for (auto& batch : observer.take<messages::events_published>())
    for (auto& event : batch.events)
      kinds.push_back(event.kind);
  EXPECT_EQ(kinds,
            (std::vector{event_kind::queue_added, event_kind::agent_joined,
                         event_kind::queue_paused}));
}

TEST_F(assembly_test, keeps_as_many_events_as_it_is_told_to) {
  auto parts = assemble();
  messages::publish_events report;
  report.events.resize(100);
  system_.send(parts.bus, std::move(report));
  recorder<
    compat::actor<void(messages::events_published), void(messages::subscribed)>>
    observer{system_};
  observer.send(parts.bus, messages::subscribe{1, 1000});
  system_.settle();
  size_t kept = 0;
  for (auto& batch : observer.take<messages::events_published>())
    for (auto& event : batch.events)
      kept += event.kind == event_kind::events_dropped ? 0 : 1;
  EXPECT_EQ(kept, 64u);
}

TEST_F(assembly_test, bounds_what_runs_at_once) {
  auto parts = assemble({}, 2);
  add_queue(parts);
  add_agent(parts);
  for (int i = 0; i < 3; ++i)
    submit(parts);
  EXPECT_EQ(started(), 2u);
}

TEST_F(assembly_test, keeps_ended_tasks_as_long_as_it_is_told_to) {
  core::retention_settings retention;
  retention.age = 1s;
  auto parts = assemble(retention);
  add_queue(parts);
  add_agent(parts);
  submit(parts);
  end_all();
  auto known = [&] {
    return system_.ask<core::task_stats>(parts.manager, messages::get_stats{})
      .total;
  };
  EXPECT_EQ(known(), 1u);
  system_.advance(3s, 100ms);
  EXPECT_EQ(known(), 0u);
}

} // namespace troupe::test
