#include "actors/actor_tree.hpp"

#include "actors/agent_host.hpp"
#include "tests/support/recorder.hpp"
#include "tests/support/tasks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <vector>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;
using core::event_kind;
using messages::done;

class actor_tree_test : public ::testing::Test {
protected:
  actors::assembly assemble(core::retention_settings retention = {},
                            uint32_t max_parallel = 0) {
    tree_.emplace(system_.env(),
                  actors::tree_options{.events_kept = 64,
                                       .retention = retention,
                                       .max_parallel = max_parallel,
                                       .restarts = {3, 10s}});
    system_.own(tree_->root());
    system_.settle();
    return parts();
  }

  actors::assembly parts() const {
    return tree_->where()->get();
  }

  messages::queue_actor add_queue() {
    core::queue_spec spec;
    spec.name = "default";
    tree_->add_queue(spec);
    system_.settle();
    return parts().queues.at("default");
  }

  void add_agent(const actors::assembly& parts) {
    core::agent_spec spec;
    spec.id = "worker";
    spec.capabilities = {"work"};
    system_.ask<done>(parts.router,
                      messages::add_agent{spec, agent_.handle(), nullptr});
  }

  /// One that answers, of which another is made when it dies.
  void add_real_agent() {
    actors::agent_definition agent{"real"};
    agent.on("work", actors::cooperative([](actors::task_context& ctx) {
               return ctx.task().name;
             }));
    auto load = std::make_shared<std::atomic<uint32_t>>(0);
    auto start = [this, agent, load] {
      return messages::agent_host_actor{
        system_.system().spawn(actors::agent_host, system_.env(), agent,
                               tree_->where()->owner(), load)};
    };
    auto host = start();
    system_.ask<done>(parts().router,
                      messages::add_agent{agent.spec(), host, load});
    tree_->look_after(agent.spec(), host, load, start);
    system_.settle();
  }

  template <class Handle>
  void kill(const Handle& who) {
    caf::anon_send_exit(who, caf::exit_reason::kill);
    system_.settle();
  }

  core::task_status status_of(const core::task_id& id) {
    return system_
      .ask<messages::task_found>(parts().manager, messages::get_task{id})
      .record.status;
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
  std::optional<actors::actor_tree> tree_;
};

} // namespace

TEST_F(actor_tree_test, brings_a_task_to_an_agent_and_back) {
  auto parts = assemble();
  add_queue();
  add_agent(parts);
  auto id = submit(parts);
  EXPECT_EQ(started(), 1u);
  end_all();
  auto found = system_.ask<messages::task_found>(parts.manager,
                                                 messages::get_task{id});
  EXPECT_EQ(found.record.status, core::task_status::completed);
  EXPECT_EQ(found.record.agent, "worker");
}

TEST_F(actor_tree_test, has_everybody_publish_on_one_bus) {
  auto parts = assemble();
  recorder<
    compat::actor<void(messages::events_published), void(messages::subscribed)>>
    observer{system_};
  observer.send(parts.bus, messages::subscribe{1, 100});
  auto queue = add_queue();
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

TEST_F(actor_tree_test, keeps_as_many_events_as_it_is_told_to) {
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

TEST_F(actor_tree_test, bounds_what_runs_at_once) {
  auto parts = assemble({}, 2);
  add_queue();
  add_agent(parts);
  for (int i = 0; i < 3; ++i)
    submit(parts);
  EXPECT_EQ(started(), 2u);
}

TEST_F(actor_tree_test, keeps_ended_tasks_as_long_as_it_is_told_to) {
  core::retention_settings retention;
  retention.age = 1s;
  auto parts = assemble(retention);
  add_queue();
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

// -- starting again -----------------------------------------------------------

TEST_F(actor_tree_test, tasks_survive_a_manager) {
  auto parts = assemble();
  add_queue();
  auto id = submit(parts);
  kill(parts.manager);
  EXPECT_NE(this->parts().manager, parts.manager);
  EXPECT_EQ(status_of(id), core::task_status::pending);
  add_real_agent();
  EXPECT_EQ(status_of(id), core::task_status::completed);
}

TEST_F(actor_tree_test, attempts_survive_whoever_decides) {
  auto parts = assemble();
  add_queue();
  add_agent(parts);
  auto id = submit(parts);
  EXPECT_EQ(started(), 1u);
  // The agent is a stand-in, and has to say itself what it runs.
  auto order = agent_.got<messages::run_attempts>().at(0).orders.at(0);
  kill(parts.router);
  for (auto& x : agent_.take<messages::adopt_attempts>()) {
    messages::attempts_adopted answer{x.recovery, {{order.spec, order.number}}};
    agent_.send(this->parts().router, std::move(answer));
    messages::attempts_ended report;
    report.outcomes.push_back(success(order.key(), system_.now()));
    system_.send(x.sink, std::move(report));
  }
  system_.settle();
  EXPECT_EQ(started(), 1u);
  EXPECT_EQ(status_of(id), core::task_status::completed);
}

TEST_F(actor_tree_test, what_no_agent_has_any_more_is_tried_again) {
  auto parts = assemble();
  auto queue = add_queue();
  add_agent(parts);
  submit(parts);
  kill(queue);
  for (auto& x : agent_.take<messages::adopt_attempts>())
    agent_.send(parts.router, messages::attempts_adopted{x.recovery, {}});
  system_.settle();
  ASSERT_EQ(started(), 2u);
  EXPECT_EQ(agent_.got<messages::run_attempts>().at(1).orders.at(0).number, 2u);
}

TEST_F(actor_tree_test, events_go_on_with_the_next_number) {
  auto parts = assemble();
  add_queue();
  kill(parts.bus);
  recorder<
    compat::actor<void(messages::events_published), void(messages::subscribed)>>
    observer{system_};
  observer.send(this->parts().bus, messages::subscribe{1, 100});
  system_.settle();
  std::vector<event_kind> kinds;
  uint64_t last = 0;
  for (auto& batch : observer.take<messages::events_published>())
    for (auto& event : batch.events) {
      kinds.push_back(event.kind);
      EXPECT_EQ(event.sequence, ++last);
    }
  // The bus and all that stands on it.
  EXPECT_EQ(std::ranges::count(kinds, event_kind::actor_restarted), 5);
  EXPECT_EQ(std::ranges::count(kinds, event_kind::queue_added), 1);
}

TEST_F(actor_tree_test, a_paused_queue_stays_paused) {
  assemble();
  system_.ask<done>(add_queue(), messages::pause_queue{});
  kill(parts().queues.at("default"));
  auto info = system_.ask<core::queue_info>(parts().queues.at("default"),
                                            messages::get_queue{});
  EXPECT_TRUE(info.is_paused);
}

TEST_F(actor_tree_test, a_paused_agent_stays_paused) {
  auto parts = assemble();
  add_queue();
  add_real_agent();
  system_.ask<done>(parts.router, messages::pause_agent{"real"});
  kill(parts.router);
  auto id = submit(parts);
  EXPECT_EQ(status_of(id), core::task_status::pending);
  kill(tree_->roster()->all().at(0).host);
  EXPECT_EQ(status_of(id), core::task_status::pending);
  system_.ask<done>(this->parts().router, messages::resume_agent{"real"});
  EXPECT_EQ(status_of(id), core::task_status::completed);
}

TEST_F(actor_tree_test, an_agent_comes_back_under_its_name) {
  auto parts = assemble();
  add_queue();
  add_real_agent();
  kill(tree_->roster()->all().at(0).host);
  auto agents = system_.ask<messages::agent_list>(this->parts().router,
                                                  messages::get_agents{});
  ASSERT_EQ(agents.agents.size(), 1u);
  EXPECT_EQ(agents.agents[0].spec.id, "real");
  EXPECT_EQ(status_of(submit(parts)), core::task_status::completed);
}

TEST_F(actor_tree_test, an_agent_that_dies_too_often_takes_nobody_along) {
  auto parts = assemble();
  add_queue();
  add_real_agent();
  for (int i = 0; i < 4; ++i)
    kill(tree_->roster()->all().at(0).host);
  EXPECT_TRUE(tree_->roster()->all().empty());
  EXPECT_EQ(this->parts().manager, parts.manager);
  EXPECT_FALSE(tree_->where()->closed());
}

TEST_F(actor_tree_test, gives_up_with_a_reason_when_a_part_dies_too_often) {
  assemble();
  for (int i = 0; i < 4; ++i)
    kill(parts().manager);
  ASSERT_TRUE(tree_->where()->closed());
  EXPECT_EQ(tree_->where()->closed()->substr(0, 60),
            "Troupe has given up: 'manager' had to be started again more ");
}

} // namespace troupe::test
