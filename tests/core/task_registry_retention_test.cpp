// Which ended tasks the registry forgets, and which it must not.

#include "tests/core/registry_fixture.hpp"

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

class task_registry_retention_test : public registry_fixture {
protected:
  /// The names of those it knows, in order.
  lines known() {
    lines names;
    for (auto& x : registry->list({}).tasks)
      names.push_back(x.name());
    return names;
  }
};

} // namespace

TEST_F(task_registry_retention_test, forgets_what_ended_too_long_ago) {
  use({.age = 10s});
  for (auto* name : {"x", "y", "z"})
    add(name);
  complete("y");
  now += 5s;
  complete("x");
  now += 4s;
  EXPECT_FALSE(registry->clean_up(now));
  EXPECT_EQ(known(), (lines{"x", "y", "z"}));
  now += 1s;
  EXPECT_FALSE(registry->clean_up(now));
  EXPECT_EQ(known(), (lines{"x", "z"}));
  now += 1h;
  EXPECT_FALSE(registry->clean_up(now));
  EXPECT_EQ(known(), lines{"z"});
  EXPECT_EQ(registry->get(id_of("x")).error().code, ec::unknown_task);
}

TEST_F(task_registry_retention_test, forgets_the_oldest_of_too_many) {
  use({.count = 2});
  for (auto* name : {"w", "x", "y", "z"})
    add(name);
  for (auto* name : {"z", "x", "y"})
    complete(name);
  EXPECT_FALSE(registry->clean_up(now));
  EXPECT_EQ(known(), (lines{"w", "x", "y"}));
  EXPECT_EQ(registry->stats().total, 3u);
  EXPECT_EQ(registry->stats().completed, 2u);
  EXPECT_EQ(registry->stats().submitted, 4u);
}

TEST_F(task_registry_retention_test, forgets_a_few_at_a_time) {
  use({.count = 0});
  for (auto* name : {"x", "y", "z"}) {
    add(name);
    complete(name);
  }
  EXPECT_TRUE(registry->clean_up(now, 2));
  EXPECT_EQ(known(), lines{"z"});
  EXPECT_FALSE(registry->clean_up(now, 2));
  EXPECT_EQ(known(), lines{});
}

TEST_F(task_registry_retention_test, tells_until_when_it_has_forgotten) {
  use({.count = 0});
  registry->keep_images(0);
  task_id_generator ids{1};
  auto forget = [&](const std::string& name, time_point made) {
    auto spec = make(name);
    spec.id = ids.next(made);
    ASSERT_EQ(submitted({spec}), "accepted");
    ASSERT_TRUE(registry->cancel(spec.id, now));
    registry->clean_up(now);
    ASSERT_EQ(registry->stats().total, 0u);
  };
  now = time_point{std::chrono::hours{1}};
  EXPECT_EQ(registry->forgotten_until(), never);
  forget("x", now - 5s);
  EXPECT_EQ(registry->forgotten_until(), now - 5s);
  forget("older", now - 10s);
  EXPECT_EQ(registry->forgotten_until(), now - 5s);
  // Or all that comes in the next hour would seem to be old.
  forget("from a clock that is ahead", now + 1h);
  EXPECT_EQ(registry->forgotten_until(), now - 5s);
}

TEST_F(task_registry_retention_test, keeps_results_somebody_will_ask_for) {
  use({.count = 0});
  add("x");
  add("open");
  add("join", {on("x"), on("open")});
  complete("x", payload{{"n", 7}});
  registry->clean_up(now);
  EXPECT_EQ(known(), (lines{"x", "open", "join"}));
  complete("open");
  enqueued();
  EXPECT_EQ(tasks.at("join").dependencies->at(0).result, (payload{{"n", 7}}));
  registry->clean_up(now);
  // A dead letter would need it again.
  EXPECT_EQ(known(), (lines{"x", "open", "join"}));
  complete("join");
  registry->clean_up(now);
  EXPECT_EQ(known(), lines{});
}

TEST_F(task_registry_retention_test, keeps_nothing_for_what_was_cancelled) {
  use({.count = 0});
  add("x");
  add("open");
  add("join", {on("x"), on("open")});
  complete("x");
  EXPECT_TRUE(registry->cancel(id_of("join"), now));
  registry->clean_up(now);
  // The open task still leads to the one that was cancelled.
  EXPECT_EQ(known(), (lines{"open", "join"}));
  complete("open");
  registry->clean_up(now);
  EXPECT_EQ(known(), lines{});
}

TEST_F(task_registry_retention_test, what_comes_late_finds_nothing) {
  use({.count = 0});
  add("x");
  complete("x");
  registry->clean_up(now);
  end("x", {});
  registry->lost({id_of("x"), 1}, now);
  EXPECT_EQ(registry->stats().outcomes_dropped, 2u);
  EXPECT_EQ(registry->stats().total, 0u);
}

TEST_F(task_registry_retention_test, a_new_task_has_nothing_of_a_forgotten) {
  use({.count = 0, .dead_letters_max = 0});
  add("x");
  start("x", 1, 1);
  registry->progress({id_of("x"), 1}, 50, "half", now);
  end("x", {}, {ec::handler_failed, "no luck"});
  registry->clean_up(now);
  add("y");
  auto fresh = get("y");
  EXPECT_EQ(fresh.status, task_status::pending);
  EXPECT_EQ(fresh.attempt, 0u);
  EXPECT_EQ(fresh.agent, "");
  EXPECT_EQ(fresh.progress, 0);
  EXPECT_EQ(fresh.progress_note, "");
  EXPECT_EQ(fresh.failure, std::nullopt);
  EXPECT_EQ(fresh.finished, never);
  EXPECT_EQ(fresh.history.size(), 2u);
}

TEST_F(task_registry_retention_test, a_forgotten_child_does_not_bother) {
  use({.count = 0});
  add("parent");
  auto child = make("child");
  child.parent = id_of("parent");
  submit({child});
  complete("child");
  registry->clean_up(now);
  EXPECT_EQ(known(), lines{"parent"});
  EXPECT_TRUE(registry->cancel(id_of("parent"), now));
  EXPECT_EQ(registry->stats().cancelled, 1u);
}

} // namespace troupe::core
