#include "tests/core/registry_fixture.hpp"

#include <gtest/gtest.h>

namespace troupe::core {

namespace {

/// `default` holds three tasks and sheds; `side` has no bound.
class task_registry_shed_test : public registry_fixture {
protected:
  task_registry_shed_test() {
    registry = std::make_unique<task_registry>();
    registry->add_queue(
      {.name = "default", .waiting_max = 3, .when_full = full_policy::shed});
    registry->add_queue({.name = "side"});
    registry->name_agent(0, "a");
  }

  task_spec urgent(const std::string& name, task_priority priority,
                   std::vector<dependency> needs = {}) {
    auto x = make(name, std::move(needs));
    x.priority = priority;
    return x;
  }

  void add_all(const std::vector<task_spec>& specs) {
    for (auto& x : specs)
      EXPECT_EQ(submitted({x}), "accepted");
  }

  /// Those of `names` that were shed.
  lines shed(const lines& names) {
    lines result;
    for (auto& x : names)
      if (auto record = get(x);
          record.failure && record.failure->code == ec::shed)
        result.push_back(x);
    return result;
  }
};

} // namespace

TEST_F(task_registry_shed_test, gives_up_the_least_urgent_the_newest_first) {
  add_all(
    {urgent("low 1", low), urgent("low 2", low), urgent("normal", normal)});
  EXPECT_EQ(enqueued(), (lines{"low 1", "low 2", "normal"}));
  EXPECT_EQ(submitted({urgent("high", high)}), "accepted");
  EXPECT_EQ(end_of("low 2"), "cancelled (shed: made room for 'high' in queue "
                             "'default', which is full)");
  EXPECT_EQ(withdrawn(), lines{"low 2"});
  EXPECT_EQ(submitted({urgent("critical", critical)}), "accepted");
  EXPECT_EQ(shed({"low 1", "normal", "high", "critical"}), lines{"low 1"});
  EXPECT_EQ(registry->stats().pending, 3u);
}

TEST_F(task_registry_shed_test, refuses_what_is_not_more_urgent) {
  add_all({urgent("a", normal), urgent("b", normal), urgent("c", high)});
  EXPECT_EQ(submitted({urgent("d", normal)}),
            "queue_full: queue 'default' has 3 of 3 waiting tasks, and too few "
            "of them are less urgent and have never begun to make room for 1 "
            "more");
  EXPECT_EQ(shed({"a", "b", "c"}), lines{});
}

TEST_F(task_registry_shed_test, sheds_enough_or_none) {
  add_all({urgent("a", low), urgent("b", normal), urgent("c", high)});
  EXPECT_EQ(submitted({urgent("x", high), urgent("y", high), urgent("z", high)})
              .substr(0, 10),
            "queue_full");
  EXPECT_EQ(shed({"a", "b", "c"}), lines{});
  // The least urgent of those that come decides.
  EXPECT_NE(submitted({urgent("x", critical), urgent("y", normal)}),
            "accepted");
  EXPECT_EQ(submitted({urgent("x", critical), urgent("y", high)}), "accepted");
  EXPECT_EQ(shed({"a", "b", "c"}), (lines{"a", "b"}));
}

TEST_F(task_registry_shed_test, never_has_room_for_more_than_its_bound) {
  EXPECT_NE(submitted({make("a"), make("b"), make("c"), make("d")}),
            "accepted");
  EXPECT_EQ(registry->stats().total, 0u);
}

TEST_F(task_registry_shed_test, spares_what_has_begun) {
  add_all({urgent("tried", low), urgent("lost", low), urgent("waits", low)});
  start("tried");
  attempt_retry again;
  again.failed.key = {id_of("tried"), 1};
  again.failed.failure = {ec::handler_failed, "no luck"};
  registry->retried(std::move(again));
  start("lost");
  registry->lost({id_of("lost"), 1}, now);
  EXPECT_EQ(submitted({urgent("x", high)}), "accepted");
  EXPECT_EQ(shed({"tried", "lost", "waits"}), lines{"waits"});
  EXPECT_EQ(submitted({urgent("y", high)}).substr(0, 10), "queue_full");
}

TEST_F(task_registry_shed_test, sheds_what_waits_for_others_too) {
  auto first = make("first");
  first.queue = "side";
  EXPECT_EQ(submitted({first}), "accepted");
  add_all({urgent("a", normal), urgent("b", normal),
           urgent("blocked", low, {on("first")})});
  EXPECT_EQ(submitted({urgent("x", high)}), "accepted");
  EXPECT_EQ(shed({"a", "b", "blocked"}), lines{"blocked"});
  enqueued();
  complete("first");
  EXPECT_EQ(enqueued(), lines{});
}

TEST_F(task_registry_shed_test, spares_what_the_new_ones_need) {
  add_all({urgent("needed", low), urgent("parent", low), urgent("other", low)});
  auto child = urgent("child", high, {on("needed")});
  child.parent = id_of("parent");
  EXPECT_EQ(submitted({child}), "accepted");
  EXPECT_EQ(shed({"needed", "parent", "other"}), lines{"other"});
}

TEST_F(task_registry_shed_test, draws_the_consequences_of_what_it_sheds) {
  add_all(
    {urgent("a", low), urgent("b", normal, {on("a")}), urgent("c", normal)});
  // Two places at once, since `b` goes with `a`; so `c` may stay.
  EXPECT_EQ(submitted({urgent("x", high), urgent("y", high)}), "accepted");
  EXPECT_EQ(end_of("a").substr(0, 15), "cancelled (shed");
  EXPECT_EQ(end_of("b"),
            "cancelled (dependency_failed: its dependency 'a' was cancelled)");
  EXPECT_EQ(end_of("c"), "pending");
  EXPECT_EQ(registry->room(0), 0u);
}

TEST_F(task_registry_shed_test, takes_new_ones_along_with_a_parent_it_loses) {
  auto parent = make("parent", {on("a")});
  parent.queue = "side";
  EXPECT_EQ(submitted({urgent("a", low), parent}), "accepted");
  add_all({urgent("b", normal), urgent("c", normal)});
  auto child = urgent("child", high);
  child.parent = id_of("parent");
  EXPECT_EQ(submitted({child}), "accepted");
  EXPECT_EQ(end_of("child"), "cancelled (cancelled: its parent 'parent' was "
                             "cancelled)");
}

TEST_F(task_registry_shed_test, goes_by_the_priority_tasks_have_now) {
  add_all({urgent("a", low), urgent("b", normal), urgent("c", normal)});
  EXPECT_TRUE(registry->set_priority(id_of("a"), critical, now));
  EXPECT_TRUE(registry->set_priority(id_of("b"), low, now));
  EXPECT_EQ(submitted({urgent("x", high)}), "accepted");
  EXPECT_EQ(submitted({urgent("y", high)}), "accepted");
  EXPECT_EQ(shed({"a", "b", "c"}), (lines{"b", "c"}));
  EXPECT_NE(submitted({urgent("z", high)}), "accepted");
}

TEST_F(task_registry_shed_test, sheds_nothing_for_what_it_refuses) {
  add_all({urgent("a", low), urgent("b", low), urgent("c", low)});
  auto again = urgent("a", high);
  EXPECT_EQ(submitted({again}).substr(0, 9), "duplicate");
  EXPECT_EQ(submitted({urgent("x", high, {on("nobody")})}).substr(0, 12),
            "unknown_task");
  EXPECT_EQ(shed({"a", "b", "c"}), lines{});
}

} // namespace troupe::core
