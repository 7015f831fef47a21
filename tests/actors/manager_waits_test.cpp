// Tasks that wait for somebody outside, as the manager sees them.

#include "tests/actors/lone_manager.hpp"

namespace troupe::test {

namespace {

using core::ec;
using core::task_status;
using messages::inputs_answered;

class manager_waits_test : public lone_manager {
protected:
  using asker = recorder<messages::input_asker_actor>;

  void ask(asker& who, const core::task_id& id, const std::string& prompt,
           uint32_t number = 1) {
    who.send(manager_, messages::ask_input{{id, number}, {0, prompt}});
    system_.settle();
  }

  core::error provide(const core::task_id& id, core::json value) {
    return order(messages::provide_input{id, core::payload(std::move(value))});
  }

  asker agent_{system_};
  asker other_{system_};
};

} // namespace

TEST_F(manager_waits_test, passes_answers_to_who_asked) {
  auto id = submit("x");
  start(id);
  ask(agent_, id, "well?");
  EXPECT_EQ(get(id).status, task_status::input_required);
  auto list = system_
                .ask<messages::input_list>(manager_, messages::get_inputs{})
                .inputs;
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].task, id);
  EXPECT_EQ(list[0].what.prompt, "well?");
  EXPECT_EQ(provide(id, 7), core::error{});
  auto told = agent_.take_one<inputs_answered>().answers;
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].value.value(), 7);
  EXPECT_EQ(provide(id, 7).code, ec::wrong_status);
  EXPECT_EQ(provide(make("y").id, 7).code, ec::unknown_task);
}

TEST_F(manager_waits_test, answers_another_attempt_at_once) {
  auto id = submit("x");
  start(id);
  ask(agent_, id, "well?");
  provide(id, 7);
  messages::report_attempts report;
  report.lost.push_back({id, 1});
  tell(std::move(report));
  start(id, 2);
  ask(other_, id, "well?", 2);
  EXPECT_EQ(other_.take_one<inputs_answered>().answers.at(0).value.value(), 7);
  EXPECT_EQ(get(id).status, task_status::running);
}

TEST_F(manager_waits_test, an_agent_that_is_late_gets_no_answers_of_others) {
  auto id = submit("x");
  start(id);
  messages::report_attempts report;
  report.lost.push_back({id, 1});
  tell(std::move(report));
  start(id, 2);
  ask(other_, id, "well?", 2);
  ask(agent_, id, "well?", 1);
  provide(id, 7);
  EXPECT_EQ(other_.take<inputs_answered>().size(), 1u);
  EXPECT_TRUE(agent_.got<inputs_answered>().empty());
}

TEST_F(manager_waits_test, says_when_nobody_has_answered) {
  auto id = submit("x");
  start(id);
  agent_.send(manager_,
              messages::ask_input{
                {id, 1},
                {0, "well?", {}, system_.now() + std::chrono::seconds{5}}});
  system_.advance(std::chrono::milliseconds{4990});
  EXPECT_TRUE(agent_.got<inputs_answered>().empty());
  system_.advance(std::chrono::milliseconds{10});
  EXPECT_EQ(agent_.take_one<inputs_answered>().answers.at(0).failure.code,
            ec::timeout);
  EXPECT_EQ(get(id).status, task_status::running);
}

TEST_F(manager_waits_test, tells_the_queue_of_pauses) {
  auto id = submit("x");
  EXPECT_EQ(order(messages::pause_task{id}), core::error{});
  auto held = line_.take_one<messages::hold_task>();
  EXPECT_EQ(held.task, id);
  EXPECT_EQ(held.number, 1u);
  EXPECT_EQ(get(id).status, task_status::paused);
  order(messages::pause_task{id});
  EXPECT_TRUE(line_.got<messages::hold_task>().empty());
  EXPECT_EQ(order(messages::resume_task{id}), core::error{});
  EXPECT_EQ(line_.take_one<messages::release_task>().task, id);
  EXPECT_EQ(order(messages::resume_task{id}).code, ec::wrong_status);
  start(id);
  order(messages::pause_task{id});
  tell(messages::attempt_paused{{id, 1}, 2});
  EXPECT_EQ(get(id).status, task_status::paused);
}

TEST_F(manager_waits_test, keeps_to_itself_what_no_queue_has) {
  auto first = submit("first");
  auto spec = make("second");
  spec.dependencies.push_back({first});
  auto second = submit(spec);
  enqueued();
  order(messages::pause_task{second});
  EXPECT_TRUE(line_.got<messages::hold_task>().empty());
  run(first);
  auto batch = line_.take_one<messages::enqueue_tasks>();
  EXPECT_TRUE(batch.tasks.at(0).is_paused);
}

TEST_F(manager_waits_test, lists_and_drops_dead_letters) {
  auto id = submit("x");
  start(id);
  messages::report_attempts report;
  auto outcome = success({id, 1}, system_.now());
  outcome.failure = {ec::handler_failed, "no"};
  report.ended.push_back(outcome);
  tell(std::move(report));
  auto page = system_.ask<core::task_page>(manager_,
                                           messages::list_dead_letters{});
  ASSERT_EQ(page.tasks.size(), 1u);
  EXPECT_EQ(page.tasks[0].id(), id);
  EXPECT_EQ(order(messages::drop_dead_letter{id}), core::error{});
  EXPECT_EQ(order(messages::drop_dead_letter{id}).code, ec::unknown_task);
  EXPECT_EQ(system_
              .ask<messages::dead_letters_dropped>(
                manager_, messages::drop_dead_letters{})
              .count,
            0u);
}

} // namespace troupe::test
