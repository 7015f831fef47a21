#include "actors/runtime.hpp"

#include "actors/client.hpp"
#include "tests/actors/runtimes.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace troupe::test {

namespace {

using core::ec;
using core::task_status;

constexpr auto for_ever = core::duration::max();

class runtime_test : public whole_runtime {};

} // namespace

// -- submitting ---------------------------------------------------------------

TEST_F(runtime_test, brings_a_task_to_its_result) {
  add(namer());
  auto id = submit(task("first"));
  auto record = wait(id);
  EXPECT_EQ(record.id(), id);
  EXPECT_EQ(record.status, task_status::completed);
  EXPECT_EQ(record.result.value(), "first");
  EXPECT_EQ(record.agent, "namer");
  EXPECT_EQ(record.attempt, 1u);
}

TEST_F(runtime_test, runs_a_graph_in_its_order) {
  actors::agent_definition agent{"reader"};
  agent.on("read", actors::cooperative([](actors::task_context& ctx) {
             return core::json{ctx.result_of("left"), ctx.parameters()};
           }));
  add(namer());
  add(std::move(agent));
  auto left = task("left");
  auto right = task("right");
  auto last = task("last", "read");
  left.id = troupe_.new_id();
  right.id = troupe_.new_id();
  last.dependencies = {{left.id}, {right.id}};
  last.parameters = core::payload(core::json("${right.result}"));
  auto ids = troupe_.submit(std::vector{last, right, left});
  ASSERT_TRUE(ids);
  ASSERT_EQ(ids->size(), 3u);
  EXPECT_EQ((*ids)[1], right.id);
  EXPECT_EQ((*ids)[2], left.id);
  EXPECT_EQ(wait((*ids)[0]).result.value(), (core::json{"left", "right"}));
}

TEST_F(runtime_test, accepts_all_of_a_graph_or_none) {
  auto a = task("a");
  auto b = task("b");
  a.id = troupe_.new_id();
  b.id = troupe_.new_id();
  a.dependencies = {{b.id}};
  b.dependencies = {{a.id}};
  auto why = failure_of(troupe_.submit(std::vector{task("c"), a, b}));
  EXPECT_EQ(why.code, ec::cycle);
  EXPECT_EQ(why.message, "the dependencies form a cycle: a -> b -> a (each "
                         "needs the next)");
  EXPECT_EQ(troupe_.stats()->total, 0u);
}

TEST_F(runtime_test, says_of_each_task_what_is_wrong_with_it) {
  auto high = task("too high");
  high.priority = 101;
  auto nothing = task("nothing");
  nothing.capabilities.clear();
  auto why
    = failure_of(troupe_.submit(std::vector{high, task("good"), nothing}));
  EXPECT_EQ(why.code, ec::invalid_argument);
  EXPECT_NE(why.message.find("'too high'"), std::string::npos) << why.message;
  EXPECT_NE(why.message.find("'nothing'"), std::string::npos) << why.message;
  EXPECT_EQ(why.message.find("'good'"), std::string::npos) << why.message;
  EXPECT_EQ(troupe_.stats()->total, 0u);
}

TEST_F(runtime_test, says_why_it_refuses_a_task) {
  auto lost = task("lost");
  lost.queue = "nowhere";
  EXPECT_EQ(failure_of(troupe_.submit(lost)).code, ec::unknown_queue);
  auto orphan = task("orphan");
  orphan.dependencies = {{troupe_.new_id()}};
  EXPECT_EQ(failure_of(troupe_.submit(orphan)).code, ec::unknown_task);
  auto twice = task("twice");
  twice.id = submit(task("first"));
  EXPECT_EQ(failure_of(troupe_.submit(twice)).code, ec::duplicate);
}

TEST_F(runtime_test, accepts_no_tasks_at_all) {
  auto ids = troupe_.submit(std::vector<core::task_spec>{});
  ASSERT_TRUE(ids);
  EXPECT_TRUE(ids->empty());
}

// -- waiting ------------------------------------------------------------------

TEST_F(runtime_test, waits_no_longer_than_it_may) {
  auto id = submit(task("nobody can do"));
  EXPECT_EQ(failure_of(troupe_.wait(id, no_time)).code, ec::timeout);
  auto ended = submit(task("cancelled"));
  ASSERT_TRUE(troupe_.cancel(ended));
  auto why = failure_of(troupe_.wait_all(std::vector{ended, id}, no_time));
  EXPECT_EQ(why.code, ec::timeout);
  EXPECT_EQ(why.message, "1 of 2 tasks have not ended");
}

TEST_F(runtime_test, asks_without_waiting_if_there_is_no_time) {
  // Often, because an answer could be overtaken by its own timeout.
  for (int i = 0; i < 500; ++i)
    ASSERT_TRUE(troupe_.wait_until_idle(no_time));
  auto id = submit(task("nobody can do"));
  EXPECT_FALSE(troupe_.wait_until_idle(no_time));
  ASSERT_TRUE(troupe_.cancel(id));
  EXPECT_EQ(troupe_.wait(id, no_time)->status, task_status::cancelled);
  EXPECT_TRUE(troupe_.wait_until_idle(no_time));
}

TEST_F(runtime_test, gives_records_in_the_order_they_are_asked_for) {
  add(namer());
  auto a = submit(task("a"));
  auto b = submit(task("b"));
  auto records = troupe_.wait_all(std::vector{b, a, b});
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 3u);
  EXPECT_EQ((*records)[0].id(), b);
  EXPECT_EQ((*records)[1].id(), a);
  EXPECT_EQ((*records)[2].id(), b);
}

TEST_F(runtime_test, waits_for_no_task_it_does_not_know) {
  EXPECT_EQ(failure_of(troupe_.wait(troupe_.new_id())).code, ec::unknown_task);
}

TEST_F(runtime_test, executes_inline_what_ends_in_time) {
  add(namer());
  auto done = troupe_.execute(task("first"), for_ever);
  ASSERT_TRUE(done);
  ASSERT_TRUE(done->ended);
  EXPECT_EQ(done->ended->id(), done->id);
  EXPECT_EQ(done->ended->result.value(), "first");
}

TEST_F(runtime_test, executes_in_the_background_what_does_not) {
  auto begun = troupe_.execute(task("first"), no_time);
  ASSERT_TRUE(begun);
  EXPECT_FALSE(begun->ended);
  add(namer());
  EXPECT_EQ(wait(begun->id).result.value(), "first");
}

TEST_F(runtime_test, executes_nothing_that_is_refused) {
  EXPECT_EQ(failure_of(troupe_.execute(core::task_spec{}, for_ever)).code,
            ec::invalid_argument);
}

TEST_F(runtime_test, waits_until_it_is_idle) {
  add(namer());
  std::vector<core::task_spec> specs;
  for (int i = 0; i < 100; ++i)
    specs.push_back(task(std::to_string(i)));
  ASSERT_TRUE(troupe_.submit(specs));
  EXPECT_TRUE(troupe_.wait_until_idle());
  EXPECT_EQ(troupe_.stats()->completed, 100u);
}

// -- tasks that are there -----------------------------------------------------

TEST_F(runtime_test, cancels_what_waits) {
  auto id = submit(task("first"));
  ASSERT_TRUE(troupe_.cancel(id));
  auto record = wait(id);
  EXPECT_EQ(record.status, task_status::cancelled);
  EXPECT_EQ(record.failure->code, ec::cancelled);
  EXPECT_EQ(failure_of(troupe_.cancel(id)).code, ec::wrong_status);
  EXPECT_EQ(failure_of(troupe_.cancel(troupe_.new_id())).code,
            ec::unknown_task);
}

TEST_F(runtime_test, has_a_handler_that_runs_told_of_its_cancellation) {
  std::promise<void> begun;
  std::promise<void> told;
  actors::agent_definition agent{"patient"};
  agent.on("wait", [&](actors::task_context& ctx) {
    std::stop_callback on_stop{ctx.stop_token(), [&] {
                                 told.set_value();
                               }};
    begun.set_value();
    told.get_future().wait();
    return "of no use";
  });
  add(std::move(agent));
  auto id = submit(task("first", "wait"));
  begun.get_future().wait();
  ASSERT_TRUE(troupe_.cancel(id));
  EXPECT_EQ(wait(id).status, task_status::cancelled);
  // The outcome is dropped.
  ASSERT_TRUE(troupe_.stop());
}

TEST_F(runtime_test, starts_first_what_was_made_urgent) {
  std::vector<std::string> order;
  actors::agent_definition agent{"single"};
  agent.slots(1).on("work", actors::cooperative([&](actors::task_context& ctx) {
                      order.push_back(ctx.task().name);
                    }));
  ASSERT_TRUE(troupe_.pause_queue("default"));
  add(std::move(agent));
  submit(task("first"));
  auto second = submit(task("second"));
  ASSERT_TRUE(troupe_.set_priority(second, core::critical));
  EXPECT_EQ(failure_of(troupe_.set_priority(second, 101)).code,
            ec::invalid_argument);
  ASSERT_TRUE(troupe_.resume_queue("default"));
  ASSERT_TRUE(troupe_.wait_until_idle());
  EXPECT_EQ(order, (std::vector<std::string>{"second", "first"}));
  EXPECT_EQ(failure_of(troupe_.set_priority(second, 1)).code, ec::wrong_status);
}

TEST_F(runtime_test, takes_progress_from_outside) {
  door gate;
  add(gate.agent());
  auto id = submit(task("first", "wait"));
  gate.await_begin();
  EXPECT_EQ(troupe_.get(id)->status, task_status::running);
  ASSERT_TRUE(troupe_.update_progress(id, 50, "half"));
  EXPECT_EQ(troupe_.get(id)->progress, 50);
  EXPECT_EQ(troupe_.get(id)->progress_note, "half");
  gate.open();
  wait(id);
  EXPECT_EQ(failure_of(troupe_.update_progress(id, 60)).code, ec::wrong_status);
}

TEST_F(runtime_test, explains_what_a_task_waits_for) {
  auto id = submit(task("first"));
  EXPECT_EQ(troupe_.explain(id), "no agent has [work]");
  EXPECT_EQ(failure_of(troupe_.explain(troupe_.new_id())).code,
            ec::unknown_task);
  EXPECT_EQ(failure_of(troupe_.get(troupe_.new_id())).code, ec::unknown_task);
}

TEST_F(runtime_test, lists_tasks_page_by_page) {
  std::vector<core::task_id> ids;
  for (auto name : {"a", "b", "c"})
    ids.push_back(submit(task(name)));
  core::task_query query;
  query.limit = 2;
  auto first = troupe_.list(query);
  ASSERT_TRUE(first);
  ASSERT_EQ(first->tasks.size(), 2u);
  EXPECT_EQ(first->tasks[0].id(), ids[0]);
  query.after = first->next;
  auto second = troupe_.list(query);
  ASSERT_TRUE(second);
  ASSERT_EQ(second->tasks.size(), 1u);
  EXPECT_EQ(second->tasks[0].id(), ids[2]);
  EXPECT_TRUE(second->next.is_nil());
}

// -- options and questions ----------------------------------------------------

TEST_F(runtime_test, shows_agents_queues_and_tasks_at_a_glance) {
  core::queue_spec spec;
  spec.name = "another";
  ASSERT_TRUE(troupe_.add_queue(spec));
  add(namer());
  submit(task("nobody can do", "anything"));
  auto status = troupe_.status();
  ASSERT_TRUE(status);
  EXPECT_EQ(status->tasks.pending, 1u);
  ASSERT_EQ(status->agents.size(), 1u);
  EXPECT_EQ(status->agents[0].spec.id, "namer");
  ASSERT_EQ(status->queues.size(), 2u);
  EXPECT_EQ(status->queues[0].spec.name, "another");
  EXPECT_EQ(status->queues[1].spec.name, "default");
}

TEST_F(runtime_test, takes_the_default_queue_from_its_options) {
  actors::runtime_options options;
  core::queue_spec spec;
  spec.name = "default";
  spec.max_concurrent = 7;
  options.queues.push_back(spec);
  actors::runtime troupe{options};
  auto status = troupe.status();
  ASSERT_TRUE(status);
  ASSERT_EQ(status->queues.size(), 1u);
  EXPECT_EQ(status->queues[0].spec.max_concurrent, 7u);
}

TEST_F(runtime_test, throws_if_its_options_make_no_sense) {
  auto make = [](const actors::runtime_options& options) {
    actors::runtime troupe{options};
  };
  actors::runtime_options nameless;
  nameless.queues.emplace_back();
  EXPECT_THROW(make(nameless), std::invalid_argument);
  actors::runtime_options forgetful;
  forgetful.events_kept = 0;
  EXPECT_THROW(make(forgetful), std::invalid_argument);
  actors::runtime_options twofold;
  core::queue_spec spec;
  spec.name = "twice";
  twofold.queues = {spec, spec};
  EXPECT_THROW(make(twofold), std::invalid_argument);
}

TEST_F(runtime_test, talks_to_applications_that_are_actors) {
  submit(task("first"));
  actors::client me{troupe_.system()};
  auto stats = me.ask<core::task_stats>(troupe_.manager(),
                                        messages::get_stats{});
  ASSERT_TRUE(stats);
  EXPECT_EQ(stats->pending, 1u);
}

} // namespace troupe::test
