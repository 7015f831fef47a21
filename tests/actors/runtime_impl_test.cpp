// How agents come and go, and how a runtime ends.

#include "messages/type_ids.hpp"
#include "tests/actors/runtimes.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace troupe::test {

namespace {

using actors::agent_removal;
using actors::stop_mode;
using core::ec;
using core::event_kind;
using core::task_status;

/// An agent as a class.
class counting_agent : public actors::agent_class {
public:
  actors::agent_definition define() override {
    actors::agent_definition result{"counter"};
    result.on("count", self<counting_agent>(), &counting_agent::next);
    return result;
  }

  core::json next(actors::task_context&) {
    return ++count_;
  }

private:
  int count_ = 0;
};

/// An agent as an actor: makes of each task its name, but dies of `die`.
messages::agent_actor::behavior_type
namer_actor(messages::agent_actor::pointer self) {
  return {
    [self](const messages::perform_task& x)
      -> caf::result<messages::task_performed> {
      messages::task_performed answer;
      answer.result = core::payload(core::json(x.spec->name));
      if (x.spec->name != "die")
        return answer;
      self->quit();
      return self->make_response_promise<messages::task_performed>();
    },
  };
}

core::agent_spec spec_of(const std::string& id) {
  core::agent_spec spec;
  spec.id = id;
  spec.capabilities = {"work"};
  return spec;
}

} // namespace

// -- agents -------------------------------------------------------------------

TEST(runtime_impl_test, refuses_agents_that_could_do_nothing) {
  actors::runtime troupe;
  auto code = [&](const actors::agent_definition& agent) {
    return failure_of(troupe.add_agent(agent)).code;
  };
  EXPECT_EQ(code(namer("")), ec::invalid_argument);
  EXPECT_EQ(code(namer().slots(0)), ec::invalid_argument);
  EXPECT_EQ(code(actors::agent_definition{"idle"}), ec::invalid_argument);
  actors::agent_definition unable{"unable"};
  unable.has("a licence");
  auto why = failure_of(troupe.add_agent(unable));
  EXPECT_EQ(why.code, ec::invalid_argument);
  EXPECT_EQ(why.message, "agent 'unable' has no handler; give it one with "
                         "on()");
}

TEST(runtime_impl_test, knows_each_agent_once) {
  actors::runtime troupe;
  ASSERT_TRUE(troupe.add_agent(namer()));
  auto why = failure_of(troupe.add_agent(namer()));
  EXPECT_EQ(why.code, ec::duplicate);
  EXPECT_EQ(why.message, "there is an agent 'namer' already");
  EXPECT_EQ(troupe.status()->agents.size(), 1u);
}

TEST(runtime_impl_test, takes_an_agent_that_is_a_class) {
  actors::runtime troupe;
  ASSERT_TRUE(troupe.add_agent(std::make_shared<counting_agent>()));
  for (int i = 1; i <= 2; ++i) {
    auto done = troupe.execute(task("next", "count"), core::duration::max());
    ASSERT_TRUE(done);
    EXPECT_EQ(done->ended->result.value(), i);
  }
}

TEST(runtime_impl_test, takes_an_agent_that_is_an_actor) {
  actors::runtime troupe;
  ASSERT_TRUE(
    troupe.add_agent(spec_of("namer"), troupe.system().spawn(namer_actor)));
  auto done = troupe.execute(task("first"), core::duration::max());
  ASSERT_TRUE(done);
  EXPECT_EQ(done->ended->result.value(), "first");
  EXPECT_EQ(done->ended->agent, "namer");
}

TEST(runtime_impl_test, runs_elsewhere_what_was_lost_with_an_actor) {
  actors::runtime troupe;
  ASSERT_TRUE(
    troupe.add_agent(spec_of("mortal"), troupe.system().spawn(namer_actor)));
  auto events = troupe.subscribe();
  auto id = troupe.submit(task("die")).value();
  for (auto x = events.next(); x->kind != event_kind::agent_left;)
    x = events.next();
  ASSERT_TRUE(troupe.add_agent(namer()));
  auto record = troupe.wait(id);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->status, task_status::completed);
  EXPECT_EQ(record->agent, "namer");
  EXPECT_EQ(record->attempt, 2u);
}

TEST(runtime_impl_test, lets_a_removed_agent_end_what_it_runs) {
  actors::runtime troupe;
  door gate;
  ASSERT_TRUE(troupe.add_agent(gate.agent()));
  auto id = troupe.submit(task("first", "wait")).value();
  gate.await_begin();
  EXPECT_EQ(
    failure_of(troupe.remove_agent("door", agent_removal::drain, no_time)).code,
    ec::timeout);
  ASSERT_EQ(troupe.status()->agents.size(), 1u);
  EXPECT_EQ(troupe.status()->agents[0].status, core::agent_status::offline);
  auto late = troupe.submit(task("late", "wait")).value();
  gate.open();
  EXPECT_EQ(troupe.wait(id)->status, task_status::completed);
  // It goes on leaving by itself, or has left.
  auto again = troupe.remove_agent("door");
  EXPECT_TRUE(again || again.error().code == ec::unknown_agent);
  EXPECT_TRUE(troupe.status()->agents.empty());
  EXPECT_EQ(troupe.get(late)->status, task_status::pending);
}

TEST(runtime_impl_test, runs_elsewhere_what_a_removed_agent_runs) {
  actors::runtime troupe;
  door first;
  ASSERT_TRUE(troupe.add_agent(first.agent("first")));
  auto id = troupe.submit(task("moves", "wait")).value();
  first.await_begin();
  ASSERT_TRUE(troupe.remove_agent("first", agent_removal::at_once));
  door second;
  ASSERT_TRUE(troupe.add_agent(second.agent("second")));
  second.await_begin();
  // Too late: nobody waits for it any more.
  first.open();
  second.open();
  auto record = troupe.wait(id);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->result.value(), "second");
  EXPECT_EQ(record->attempt, 2u);
}

TEST(runtime_impl_test, cannot_remove_who_is_not_there) {
  actors::runtime troupe;
  auto why = failure_of(troupe.remove_agent("nobody"));
  EXPECT_EQ(why.code, ec::unknown_agent);
  EXPECT_EQ(why.message, "there is no agent 'nobody'");
}

// -- stopping -----------------------------------------------------------------

TEST(runtime_impl_test, brings_everything_to_its_end_when_it_drains) {
  actors::runtime troupe;
  auto events = troupe.subscribe();
  ASSERT_TRUE(troupe.add_agent(namer()));
  auto first = task("first");
  first.id = troupe.new_id();
  auto second = task("second");
  second.dependencies = {{first.id}};
  ASSERT_TRUE(troupe.submit(std::vector{first, second}));
  ASSERT_TRUE(troupe.stop(stop_mode::drain));
  int completed = 0;
  while (auto x = events.next())
    completed += x->kind == event_kind::task_completed ? 1 : 0;
  EXPECT_EQ(completed, 2);
}

TEST(runtime_impl_test, cancels_what_has_not_ended_when_it_is_to_cancel) {
  actors::runtime troupe;
  auto events = troupe.subscribe();
  auto id = troupe.submit(task("nobody can do")).value();
  ASSERT_TRUE(troupe.stop(stop_mode::cancel));
  std::optional<core::event> end;
  while (auto x = events.next())
    end = x;
  ASSERT_TRUE(end);
  EXPECT_EQ(end->kind, event_kind::task_cancelled);
  EXPECT_EQ(end->task, id);
  EXPECT_EQ(end->text, "cancelled: Troupe is stopping");
}

TEST(runtime_impl_test, has_handlers_told_that_it_stops) {
  actors::runtime troupe;
  std::promise<void> begun;
  actors::agent_definition agent{"patient"};
  agent.on("wait", [&](actors::task_context& ctx) {
    std::promise<void> told;
    std::stop_callback on_stop{ctx.stop_token(), [&] {
                                 told.set_value();
                               }};
    begun.set_value();
    told.get_future().wait();
  });
  ASSERT_TRUE(troupe.add_agent(std::move(agent)));
  ASSERT_TRUE(troupe.submit(task("first", "wait")));
  begun.get_future().wait();
  EXPECT_TRUE(troupe.stop(stop_mode::cancel));
}

TEST(runtime_impl_test, cancels_what_does_not_end_in_time) {
  actors::runtime troupe;
  auto events = troupe.subscribe();
  ASSERT_TRUE(troupe.submit(task("nobody can do")));
  auto why = failure_of(troupe.stop(stop_mode::drain, no_time));
  EXPECT_EQ(why.code, ec::timeout);
  EXPECT_EQ(why.message.find("not everything had ended"), 0u) << why.message;
  std::optional<core::event> end;
  while (auto x = events.next())
    end = x;
  ASSERT_TRUE(end);
  EXPECT_EQ(end->kind, event_kind::task_cancelled);
}

TEST(runtime_impl_test, drains_at_once_if_there_is_nothing_to_do) {
  actors::runtime troupe;
  ASSERT_TRUE(troupe.add_agent(namer()));
  EXPECT_TRUE(troupe.stop(stop_mode::drain, no_time));
}

TEST(runtime_impl_test, leaves_a_handler_behind_that_does_not_return) {
  // Never opened: what is waited for is that stop and destructor return.
  door gate;
  {
    actors::runtime troupe;
    ASSERT_TRUE(troupe.add_agent(gate.agent()));
    ASSERT_TRUE(troupe.submit(task("first", "wait")));
    gate.await_begin();
    auto why = failure_of(troupe.stop(stop_mode::drain, no_time));
    EXPECT_EQ(why.code, ec::timeout);
    EXPECT_EQ(why.message.find("1 agents still ran handlers"), 0u)
      << why.message;
  }
}

TEST(runtime_impl_test, stops_once) {
  actors::runtime troupe;
  ASSERT_TRUE(troupe.submit(task("nobody can do")));
  EXPECT_FALSE(troupe.stop(stop_mode::drain, no_time));
  EXPECT_TRUE(troupe.stop(stop_mode::drain));
}

TEST(runtime_impl_test, says_that_it_has_stopped_whatever_it_is_asked) {
  actors::runtime troupe;
  ASSERT_TRUE(troupe.add_agent(namer()));
  auto id = troupe.submit(task("first")).value();
  ASSERT_TRUE(troupe.stop());
  auto code = [](const auto& x) {
    return failure_of(x).code;
  };
  core::queue_spec queue;
  queue.name = "late";
  EXPECT_EQ(code(troupe.add_agent(namer("late"))), ec::unavailable);
  EXPECT_EQ(
    code(troupe.add_agent(spec_of("late"), troupe.system().spawn(namer_actor))),
    ec::unavailable);
  EXPECT_EQ(code(troupe.remove_agent("namer")), ec::unavailable);
  EXPECT_EQ(code(troupe.add_queue(queue)), ec::unavailable);
  EXPECT_EQ(code(troupe.pause_queue("default")), ec::unavailable);
  EXPECT_EQ(code(troupe.resume_queue("default")), ec::unavailable);
  EXPECT_EQ(code(troupe.process_queue("default")), ec::unavailable);
  EXPECT_EQ(code(troupe.submit(task("late"))), ec::unavailable);
  EXPECT_EQ(code(troupe.execute(task("late"), no_time)), ec::unavailable);
  EXPECT_EQ(code(troupe.get(id)), ec::unavailable);
  EXPECT_EQ(code(troupe.list()), ec::unavailable);
  EXPECT_EQ(code(troupe.wait(id)), ec::unavailable);
  EXPECT_EQ(code(troupe.cancel(id)), ec::unavailable);
  EXPECT_EQ(code(troupe.set_priority(id, 1)), ec::unavailable);
  EXPECT_EQ(code(troupe.update_progress(id, 1)), ec::unavailable);
  EXPECT_EQ(code(troupe.explain(id)), ec::unavailable);
  EXPECT_EQ(code(troupe.stats()), ec::unavailable);
  EXPECT_EQ(code(troupe.status()), ec::unavailable);
  EXPECT_FALSE(troupe.wait_until_idle());
}

} // namespace troupe::test
