#include "tests/core/registry_fixture.hpp"

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

class task_registry_waits_test : public registry_fixture {
protected:
  std::string status(const std::string& name) {
    return std::string{to_string(get(name).status)};
  }

  /// `queue <n>, pause <n>`, `nothing`, or the error.
  std::string paused(const std::string& name) {
    auto order = registry->pause(id_of(name), now);
    if (!order)
      return to_string(order.error());
    return *order ? text_of(**order) : "nothing";
  }

  std::string resumed(const std::string& name) {
    auto order = registry->resume(id_of(name), now);
    return order ? text_of(*order) : to_string(order.error());
  }

  void ask(const std::string& name, uint32_t number, const std::string& prompt,
           duration within = duration::zero(), json schema = nullptr,
           uint32_t attempt = 1) {
    question x{number, prompt, payload(std::move(schema))};
    if (within > duration::zero())
      x.deadline = now + within;
    registry->ask({id_of(name), attempt}, x, now);
  }

  /// `done`, or the error.
  std::string provided(const std::string& name, json value) {
    auto ok = registry->provide(id_of(name), payload(std::move(value)), now);
    return ok ? "done" : to_string(ok.error());
  }

  /// What those that asked are told, as `<task>#<attempt>/<number>: ...`.
  lines answers() {
    lines result;
    for (auto& x : std::exchange(registry->actions().answers, {}))
      result.push_back(fmt::format(
        "{}#{}/{}: {}", name_of(x.key.task), x.key.number, x.number,
        x.failure.code == ec::none ? x.value.dump() : to_string(x.failure)));
    return result;
  }

  lines pending() {
    lines result;
    for (auto& x : registry->pending_inputs(100))
      result.push_back(x.name + ": " + x.what.prompt);
    return result;
  }

  void lose(const std::string& name, uint32_t number = 1) {
    registry->lost({id_of(name), number}, now);
  }

private:
  static std::string text_of(const task_registry::pause_order& x) {
    return fmt::format("{}, pause {}",
                       x.queue ? fmt::format("queue {}", *x.queue)
                               : std::string{"no queue"},
                       x.number);
  }
};

} // namespace

// -- pauses -------------------------------------------------------------------

TEST_F(task_registry_waits_test, pauses_what_waits_at_once) {
  add("x");
  events();
  EXPECT_EQ(paused("x"), "queue 0, pause 1");
  EXPECT_EQ(status("x"), "paused");
  EXPECT_EQ(get("x").reason, pending_reason::none);
  EXPECT_EQ(registry->explain(id_of("x"))->text, "is paused; call resume()");
  EXPECT_EQ(paused("x"), "nothing");
  EXPECT_EQ(registry->stats().paused, 1u);
  EXPECT_EQ(resumed("x"), "queue 0, pause 1");
  EXPECT_EQ(status("x"), "pending");
  EXPECT_EQ(get("x").reason, pending_reason::queued);
  EXPECT_EQ(events(), (lines{"paused x", "resumed x"}));
  EXPECT_EQ(resumed("x"),
            "wrong_status: task 'x' is not paused: it is pending");
}

TEST_F(task_registry_waits_test, what_becomes_ready_while_paused_stays_so) {
  add("first");
  add("x", {on("first")});
  EXPECT_EQ(paused("x"), "no queue, pause 1");
  complete("first");
  EXPECT_EQ(status("x"), "paused");
  enqueued();
  EXPECT_TRUE(tasks.at("x").is_paused);
  EXPECT_EQ(resumed("x"), "queue 0, pause 1");
  EXPECT_EQ(get("x").reason, pending_reason::queued);
}

TEST_F(task_registry_waits_test, what_runs_pauses_at_its_checkpoint) {
  add("x");
  start("x");
  EXPECT_EQ(paused("x"), "queue 0, pause 1");
  EXPECT_EQ(status("x"), "running");
  EXPECT_TRUE(registry->explain(id_of("x"))
                ->text.ends_with("; is to pause at its next checkpoint"));
  registry->checkpoint_reached({id_of("x"), 1}, 1, now);
  registry->checkpoint_reached({id_of("x"), 1}, 1, now);
  EXPECT_EQ(status("x"), "paused");
  EXPECT_EQ(registry->explain(id_of("x"))->text,
            "is paused at a checkpoint of attempt 1; call resume()");
  resumed("x");
  EXPECT_EQ(status("x"), "running");
  end("x", {});
  EXPECT_EQ(status("x"), "completed");
  EXPECT_EQ(paused("x"), "wrong_status: task 'x' has ended: it is completed");
  EXPECT_TRUE(resumed("ghost").starts_with("unknown_task"));
}

TEST_F(task_registry_waits_test, a_checkpoint_of_an_earlier_pause_is_ignored) {
  add("x");
  start("x");
  paused("x");
  resumed("x");
  registry->checkpoint_reached({id_of("x"), 1}, 1, now);
  EXPECT_EQ(status("x"), "running");
  EXPECT_EQ(paused("x"), "queue 0, pause 2");
  registry->checkpoint_reached({id_of("x"), 1}, 1, now);
  EXPECT_EQ(status("x"), "running");
  registry->checkpoint_reached({id_of("x"), 1}, 2, now);
  EXPECT_EQ(status("x"), "paused");
}

TEST_F(task_registry_waits_test, a_pause_may_cross_a_start) {
  add("x");
  paused("x");
  start("x");
  EXPECT_EQ(status("x"), "running");
  lose("x");
  EXPECT_EQ(status("x"), "paused");
  resumed("x");
  EXPECT_EQ(status("x"), "pending");
  start("x", 2);
  end("x", {}, {}, 2);
  EXPECT_EQ(status("x"), "completed");
}

TEST_F(task_registry_waits_test, what_fails_while_it_is_to_pause_waits) {
  add("x");
  start("x");
  paused("x");
  attempt_outcome failed;
  failed.key = {id_of("x"), 1};
  failed.finished = now;
  failed.failure = {ec::handler_failed, "no"};
  events();
  registry->retried({failed, now});
  EXPECT_EQ(status("x"), "paused");
  EXPECT_EQ(events(), (lines{"retrying x", "paused x"}));
  resumed("x");
  EXPECT_EQ(get("x").reason, pending_reason::backoff);
}

TEST_F(task_registry_waits_test, paused_tasks_can_be_cancelled_and_expire) {
  add("x");
  add("y");
  paused("x");
  start("y");
  paused("y");
  registry->checkpoint_reached({id_of("y"), 1}, 1, now);
  EXPECT_EQ(cancelled("x"), "done");
  EXPECT_EQ(cancelled("y"), "done");
  EXPECT_EQ(withdrawn(), (lines{"x", "y"}));
  auto limited = make("z");
  limited.limits.total = 1s;
  submit({limited});
  paused("z");
  registry->expire(now + 1s);
  EXPECT_EQ(status("z"), "failed");
  EXPECT_EQ(registry->stats().paused, 0u);
}

TEST_F(task_registry_waits_test, a_paused_task_may_change_its_priority) {
  add("x");
  paused("x");
  EXPECT_TRUE(registry->set_priority(id_of("x"), 90, now));
  add("y");
  start("y");
  paused("y");
  registry->checkpoint_reached({id_of("y"), 1}, 1, now);
  EXPECT_EQ(registry->set_priority(id_of("y"), 90, now).error().code,
            ec::wrong_status);
}

// -- questions ----------------------------------------------------------------

TEST_F(task_registry_waits_test, a_task_that_asks_waits_for_its_answer) {
  add("x");
  start("x");
  events();
  ask("x", 0, "how many?", 0s, {{"type", "integer"}});
  EXPECT_EQ(status("x"), "input_required");
  EXPECT_EQ(registry->stats().input_required, 1u);
  auto told = last_event();
  EXPECT_EQ(told.kind, event_kind::task_input_required);
  EXPECT_EQ(told.text, "how many?");
  EXPECT_EQ(told.data.value(),
            (json{{"number", 0}, {"schema", {{"type", "integer"}}}}));
  EXPECT_EQ(pending(), lines{"x: how many?"});
  EXPECT_EQ(registry->explain(id_of("x"))->text,
            "waits since " + to_string(now)
              + " for an answer to 'how many?'; call provide_input()");
  EXPECT_EQ(provided("x", "many"),
            "invalid_argument: the answer to 'how many?': must be of type "
            "integer, not a string");
  EXPECT_TRUE(registry->is_asking(id_of("x")));
  EXPECT_EQ(provided("x", 3), "done");
  EXPECT_EQ(answers(), lines{"x#1/0: 3"});
  EXPECT_EQ(status("x"), "running");
  EXPECT_FALSE(registry->is_asking(id_of("x")));
  EXPECT_EQ(pending(), lines{});
  EXPECT_EQ(provided("x", 3),
            "wrong_status: task 'x' asks nothing: it is running");
  end("x", {});
  EXPECT_EQ(provided("x", 3),
            "wrong_status: task 'x' has ended: it is completed");
}

TEST_F(task_registry_waits_test, another_attempt_gets_the_answers_at_once) {
  add("x");
  start("x");
  ask("x", 0, "who?");
  provided("x", "me");
  ask("x", 1, "when?");
  lose("x");
  EXPECT_EQ(pending(), lines{});
  EXPECT_EQ(answers(),
            (lines{"x#1/0: \"me\"", "x#1/1: cancelled: the attempt is over"}));
  start("x", 2);
  ask("x", 0, "who?", 0s, nullptr, 2);
  EXPECT_EQ(answers(), lines{"x#2/0: \"me\""});
  EXPECT_EQ(status("x"), "running");
  ask("x", 1, "when?", 0s, nullptr, 2);
  EXPECT_EQ(status("x"), "input_required");
  provided("x", "now");
  EXPECT_EQ(answers(), lines{"x#2/1: \"now\""});
}

TEST_F(task_registry_waits_test, another_question_needs_another_answer) {
  add("x");
  start("x");
  ask("x", 0, "who?");
  provided("x", "me");
  lose("x");
  start("x", 2);
  answers();
  ask("x", 0, "who else?", 0s, nullptr, 2);
  EXPECT_EQ(answers(), lines{});
  EXPECT_EQ(pending(), lines{"x: who else?"});
}

TEST_F(task_registry_waits_test, several_questions_are_answered_in_order) {
  for (auto* name : {"x", "y"}) {
    add(name);
    start(name);
  }
  ask("x", 1, "b");
  ask("y", 0, "c");
  ask("x", 0, "a");
  // A message that comes twice.
  ask("x", 0, "a");
  EXPECT_EQ(pending(), (lines{"x: b", "y: c", "x: a"}));
  provided("x", 1);
  EXPECT_EQ(status("x"), "input_required");
  provided("x", 2);
  EXPECT_EQ(status("x"), "running");
  EXPECT_EQ(answers(), (lines{"x#1/1: 1", "x#1/0: 2"}));
  EXPECT_EQ(registry->pending_inputs(0).size(), 0u);
}

TEST_F(task_registry_waits_test, a_deadline_that_passes_is_an_answer) {
  add("x");
  start("x");
  ask("x", 0, "first?", 20s);
  ask("x", 1, "second?", 10s);
  EXPECT_EQ(registry->next_deadline(), now + 10s);
  now += 10s;
  registry->expire(now);
  EXPECT_EQ(answers(),
            lines{"x#1/1: timeout: nobody answered 'second?' within 10s"});
  EXPECT_EQ(status("x"), "input_required");
  EXPECT_EQ(provided("x", 1), "done");
  EXPECT_EQ(registry->next_deadline(), never);
  registry->expire(now + 1h);
  EXPECT_EQ(answers(), lines{"x#1/0: 1"});
}

TEST_F(task_registry_waits_test, who_asks_can_be_cancelled_and_paused) {
  for (auto* name : {"x", "y"}) {
    add(name);
    start(name);
    ask(name, 0, "well?", 1h);
  }
  EXPECT_EQ(cancelled("x"), "done");
  EXPECT_EQ(answers(), lines{"x#1/0: cancelled: the attempt is over"});
  EXPECT_EQ(pending(), lines{"y: well?"});
  paused("y");
  registry->checkpoint_reached({id_of("y"), 1}, 1, now);
  EXPECT_EQ(status("y"), "paused");
  resumed("y");
  EXPECT_EQ(status("y"), "input_required");
  provided("y", 1);
  EXPECT_EQ(status("y"), "running");
  EXPECT_EQ(registry->stats().input_required, 0u);
}

TEST_F(task_registry_waits_test,
       a_question_of_an_attempt_that_is_over_is_none) {
  add("x");
  start("x");
  lose("x");
  ask("x", 0, "well?");
  EXPECT_EQ(pending(), lines{});
  EXPECT_EQ(answers(), lines{});
}

} // namespace troupe::core
