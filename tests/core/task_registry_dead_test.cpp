#include "tests/core/registry_fixture.hpp"

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

class task_registry_dead_test : public registry_fixture {
protected:
  lines dead(const dead_letter_query& query = {}) {
    lines names;
    for (auto& x : registry->list_dead_letters(query).tasks)
      names.push_back(x.name());
    return names;
  }

  void retry(const std::string& name, uint32_t number, error why) {
    attempt_outcome failed;
    failed.key = {id_of(name), number};
    failed.finished = now;
    failed.failure = std::move(why);
    registry->retried({failed, now});
  }

  lines history(const std::string& name) {
    lines result;
    for (auto& x : get(name).history)
      result.push_back(
        fmt::format("{} {} {}", to_string(x.kind), x.attempt, x.detail));
    return result;
  }

  task_spec replay_of(const std::string& dead, const std::string& name) {
    return replay(*get(dead).spec, {}, id_of(name));
  }
};

} // namespace

TEST_F(task_registry_dead_test, what_failed_after_its_attempts_is_one) {
  for (auto* name : {"good", "bad", "unlucky", "unstarted", "unwanted"})
    add(name);
  complete("good");
  fail_task("bad");
  start("unlucky");
  end("unlucky", {}, {ec::agent_lost, "11 attempts were lost"});
  start("unwanted");
  cancelled("unwanted");
  auto late = make("late");
  late.limits.waiting = 1s;
  submit({late});
  registry->expire(now + 1s);
  EXPECT_EQ(get("late").status, task_status::failed);
  EXPECT_EQ(dead(), (lines{"bad", "unlucky"}));
  EXPECT_EQ(registry->stats().dead_letters, 2u);
}

TEST_F(task_registry_dead_test, tells_every_attempt_with_agent_and_error) {
  add("x");
  start("x", 1, 0);
  now += 1s;
  retry("x", 1, {ec::handler_failed, "no"});
  start("x", 2, 1);
  now += 1s;
  registry->lost({id_of("x"), 2}, now);
  start("x", 3, 0);
  now += 1s;
  end("x", {}, {ec::handler_crashed, "boom"}, 3);
  EXPECT_EQ(history("x"),
            (lines{"submitted 0 default", "ready 0 ", "started 1 a",
                   "attempt_failed 1 handler_failed: no", "started 2 b",
                   "attempt_lost 2 b", "started 3 a",
                   "attempt_failed 3 handler_crashed: boom",
                   "ended 3 failed"}));
  EXPECT_EQ(dead(), lines{"x"});
}

TEST_F(task_registry_dead_test, one_out_of_time_has_no_attempt_too_many) {
  auto spec = make("x");
  spec.limits.total = 10s;
  submit({spec});
  start("x");
  retry("x", 1, {ec::handler_failed, "no"});
  now += 10s;
  registry->expire(now);
  EXPECT_EQ(history("x"),
            (lines{"submitted 0 default", "ready 0 ", "started 1 a",
                   "attempt_failed 1 handler_failed: no", "ended 1 failed"}));
  EXPECT_EQ(dead(), lines{"x"});
}

TEST_F(task_registry_dead_test, are_kept_when_others_are_forgotten) {
  use({.age = 0s, .count = 0, .dead_letters_max = 2});
  for (auto* name : {"a", "b", "c", "good"})
    add(name);
  for (auto* name : {"b", "a", "c"})
    fail_task(name);
  complete("good");
  EXPECT_FALSE(registry->clean_up(now + 1000h));
  EXPECT_EQ(dead(), (lines{"a", "c"}));
  EXPECT_EQ(registry->stats().total, 2u);
  EXPECT_EQ(registry->stats().dead_letters, 2u);
  EXPECT_EQ(registry->stats().dead_letters_dropped, 1u);
  EXPECT_EQ(registry->get(id_of("b")).error().code, ec::unknown_task);
}

TEST_F(task_registry_dead_test, are_dropped_one_by_one_or_by_a_query) {
  use({.age = 0s, .count = 0});
  for (auto* name : {"a", "b", "c"}) {
    add(name);
    fail_task(name);
  }
  EXPECT_TRUE(registry->drop_dead_letter(id_of("b")));
  EXPECT_EQ(registry->drop_dead_letter(id_of("b")).error().code,
            ec::unknown_task);
  EXPECT_EQ(dead(), (lines{"a", "c"}));
  EXPECT_EQ(registry->drop_dead_letters({.name = "c"}), 1u);
  EXPECT_EQ(registry->drop_dead_letters({.code = ec::timeout}), 0u);
  EXPECT_EQ(registry->drop_dead_letters({}), 1u);
  EXPECT_EQ(dead(), lines{});
  registry->clean_up(now);
  EXPECT_EQ(registry->stats().total, 0u);
  EXPECT_EQ(registry->stats().dead_letters_dropped, 0u);
}

TEST_F(task_registry_dead_test, come_page_by_page) {
  for (auto* name : {"a", "b", "c", "d"}) {
    add(name);
    fail_task(name);
  }
  dead_letter_query query{.limit = 2};
  auto first = registry->list_dead_letters(query);
  ASSERT_EQ(first.tasks.size(), 2u);
  EXPECT_EQ(first.next, id_of("b"));
  query.after = first.next;
  EXPECT_EQ(dead(query), (lines{"c", "d"}));
  EXPECT_TRUE(registry->list_dead_letters(query).next.is_nil());
}

// -- trying again -------------------------------------------------------------

TEST_F(task_registry_dead_test, are_none_any_more_when_they_are_replayed) {
  add("x");
  fail_task("x");
  now += 1s;
  EXPECT_EQ(submitted({replay_of("x", "x again")}), "accepted");
  EXPECT_EQ(dead(), lines{});
  EXPECT_EQ(*get("x again").spec->replay_of, id_of("x"));
  EXPECT_EQ(history("x").back(), "replayed 1 " + to_string(id_of("x again")));
  EXPECT_EQ(submitted({replay_of("x", "once more")}),
            "wrong_status: task 'x' is to be a new try of "
              + to_string(id_of("x"))
              + ", which is no dead letter, or not any more");
  auto ghost = make("y");
  ghost.replay_of = id_of("ghost");
  EXPECT_TRUE(submitted({ghost}).starts_with("unknown_task: task 'y'"));
}

TEST_F(task_registry_dead_test, a_refused_replay_leaves_them_what_they_are) {
  add("x");
  fail_task("x");
  auto again = replay_of("x", "again");
  again.queue = "nowhere";
  EXPECT_TRUE(submitted({again}).starts_with("unknown_queue"));
  EXPECT_EQ(dead(), lines{"x"});
}

TEST_F(task_registry_dead_test, keep_the_results_they_depend_on) {
  use({.age = 0s, .count = 0});
  add("input");
  auto spec = make("x", {on("input")});
  spec.parameters = payload{{"n", "${input.result.n}"}};
  submit({spec});
  complete("input", payload{{"n", 7}});
  fail_task("x");
  registry->clean_up(now);
  enqueued();
  tasks.clear();
  auto again = replay_of("x", "again");
  again.name = "again";
  EXPECT_EQ(submitted({again}), "accepted");
  EXPECT_EQ(enqueued(), lines{"again"});
  EXPECT_EQ(tasks.at("again").parameters, (payload{{"n", 7}}));
  registry->clean_up(now);
  EXPECT_TRUE(registry->get(id_of("input")));
  complete("again");
  registry->clean_up(now);
  EXPECT_EQ(registry->stats().total, 0u);
}

} // namespace troupe::core
