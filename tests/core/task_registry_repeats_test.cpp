// Submissions that are made again: submission keys and unique keys.

#include "tests/core/registry_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

class task_registry_repeats_test : public registry_fixture {
protected:
  task_spec keyed(const std::string& name, submission_keys keys) {
    auto x = make(name);
    x.keys = std::move(keys);
    return x;
  }

  static submission_keys unique(uniqueness policy, duration time = {}) {
    return {.unique = "u", .unique_while = policy, .unique_for = time};
  }

  result<task_registry::resolved> resolve(const std::vector<task_spec>& specs) {
    std::vector<task_spec_ptr> shared;
    for (auto& x : specs)
      shared.push_back(std::make_shared<const task_spec>(x));
    return registry->find_repeats(shared, elsewhere, now);
  }

  /// Submits what is left, and says of each that it is `new`, or as which it
  /// is there; or the error.
  std::string submit_once(const std::vector<task_spec>& specs) {
    auto found = resolve(specs);
    if (!found)
      return to_string(found.error());
    if (auto ok = registry->submit(found->specs, now); !ok)
      return to_string(ok.error());
    std::string text;
    for (auto& x : specs) {
      auto same = std::ranges::find(found->repeated, x.id,
                                    &repetition::submitted);
      text += (text.empty() ? "" : ", ")
              + (same == found->repeated.end() ? "new"
                                               : name_of(same->existing));
    }
    return text;
  }

  std::vector<task_registry::known_task> elsewhere;
};

const submission_keys order_17{.submission = "order 17"};

} // namespace

TEST_F(task_registry_repeats_test, a_repeated_submission_is_the_first) {
  EXPECT_EQ(submit_once({keyed("a", order_17)}), "new");
  auto again = keyed("b", order_17);
  again.name = "a";
  EXPECT_EQ(submit_once({again}), "a");
  complete("a");
  EXPECT_EQ(submit_once({again}), "a");
  EXPECT_EQ(registry->stats().total, 1u);
  EXPECT_EQ(submit_once({keyed("c", {.submission = "order 18"})}), "new");
}

TEST_F(task_registry_repeats_test, a_key_means_one_thing) {
  ASSERT_EQ(submit_once({keyed("a", order_17)}), "new");
  EXPECT_EQ(submit_once({keyed("b", order_17)}),
            "key_conflict: task 'b' has the submission key 'order 17' of task "
              + to_string(id_of("a"))
              + " ('a'), which asks for something else; use another key");
}

TEST_F(task_registry_repeats_test, keys_are_those_of_an_owner) {
  ASSERT_EQ(submit_once({keyed("a", order_17)}), "new");
  auto other = keyed("b", order_17);
  other.owner = "somebody";
  EXPECT_EQ(submit_once({other}), "new");
}

TEST_F(task_registry_repeats_test, the_very_same_task_is_no_repetition) {
  auto a = keyed("a", order_17);
  ASSERT_EQ(submit_once({a}), "new");
  auto again = resolve({a});
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->specs.empty());
  EXPECT_TRUE(again->repeated.empty());
}

TEST_F(task_registry_repeats_test, is_forgotten_with_its_task) {
  use({.age = 10s});
  ASSERT_EQ(submit_once({keyed("a", order_17)}), "new");
  complete("a");
  now += 11s;
  registry->clean_up(now);
  EXPECT_EQ(submit_once({keyed("b", order_17)}), "new");
}

TEST_F(task_registry_repeats_test, what_is_refused_takes_no_key) {
  auto lost = keyed("a", order_17);
  lost.queue = "nowhere";
  EXPECT_NE(submit_once({lost}), "new");
  EXPECT_EQ(submit_once({keyed("a", order_17)}), "new");
}

TEST_F(task_registry_repeats_test, dependents_move_to_the_task_that_is_there) {
  ASSERT_EQ(submit_once({keyed("a", order_17)}), "new");
  auto again = keyed("b", order_17);
  again.name = "a";
  auto dependent = make("c", {on("b")});
  EXPECT_EQ(submit_once({dependent, again}), "new, a");
  EXPECT_EQ(get("c").spec->dependencies.front().task, id_of("a"));
  // Of a repeated submission, too, the dependencies are compared.
  auto keyed_dependent = make("d", {on("a")});
  keyed_dependent.keys = submission_keys{.submission = "d"};
  ASSERT_EQ(submit_once({keyed_dependent}), "new");
  auto other = make("e", {on("b")});
  other.name = "d";
  other.keys = keyed_dependent.keys;
  EXPECT_EQ(submit_once({again, other}), "a, d");
}

TEST_F(task_registry_repeats_test, a_submission_may_repeat_itself) {
  auto twin = keyed("b", order_17);
  twin.name = "a";
  EXPECT_EQ(submit_once({keyed("a", order_17), twin}), "new, a");
  EXPECT_EQ(submit_once({keyed("x", {.submission = "k"}),
                         keyed("y", {.submission = "k"})})
              .find("key_conflict: task 'y'"),
            0u);
}

TEST_F(task_registry_repeats_test, is_unique_while_pending) {
  auto keys = unique(uniqueness::pending);
  ASSERT_EQ(submit_once({keyed("a", keys)}), "new");
  EXPECT_EQ(submit_once({keyed("b", keys)}), "a");
  start("a");
  EXPECT_EQ(submit_once({keyed("b", keys)}), "new");
  EXPECT_EQ(submit_once({keyed("c", keys)}), "b");
  EXPECT_EQ(cancelled("b"), "done");
  EXPECT_EQ(submit_once({keyed("c", keys)}), "new");
}

TEST_F(task_registry_repeats_test, is_unique_while_unfinished) {
  auto keys = unique(uniqueness::unfinished);
  ASSERT_EQ(submit_once({keyed("a", keys)}), "new");
  start("a");
  EXPECT_EQ(submit_once({keyed("b", keys)}), "a");
  end("a", {});
  EXPECT_EQ(submit_once({keyed("b", keys)}), "new");
}

TEST_F(task_registry_repeats_test, is_unique_for_a_time) {
  auto keys = unique(uniqueness::time, 10s);
  ASSERT_EQ(submit_once({keyed("a", keys)}), "new");
  complete("a");
  now += 9s;
  EXPECT_EQ(submit_once({keyed("b", keys)}), "a");
  now += 1s;
  EXPECT_EQ(submit_once({keyed("b", keys)}), "new");
}

TEST_F(task_registry_repeats_test, a_task_that_is_only_in_a_journal_counts) {
  EXPECT_EQ(registry->unknown_keys({}).size(), 0u);
  auto a = keyed("a", {.submission = "s",
                       .unique = "u",
                       .unique_while = uniqueness::time,
                       .unique_for = 10s});
  auto shared = std::make_shared<const task_spec>(a);
  auto asked = registry->unknown_keys(std::span{&shared, 1});
  ASSERT_EQ(asked.size(), 2u);
  EXPECT_EQ(asked[0].key, "s");
  EXPECT_EQ(asked[1].kind, key_kind::unique);
  elsewhere.push_back({shared, now});
  auto again = keyed("b", *a.keys);
  again.name = "a";
  EXPECT_EQ(submit_once({again}), "a");
  EXPECT_EQ(submit_once({keyed("c", unique(uniqueness::time, 10s))}), "a");
  now += 5s;
  EXPECT_EQ(submit_once({keyed("c", unique(uniqueness::unfinished))}), "new");
  now += 5s;
  EXPECT_EQ(submit_once({keyed("d", unique(uniqueness::time, 10s))}), "c");
}

TEST_F(task_registry_repeats_test, no_child_is_a_task_above_it) {
  auto keys = unique(uniqueness::unfinished);
  ASSERT_EQ(submit_once({keyed("a", keys)}), "new");
  auto child = make("b");
  child.parent = id_of("a");
  ASSERT_EQ(submit_once({child}), "new");
  auto grandchild = keyed("c", keys);
  grandchild.parent = id_of("b");
  EXPECT_EQ(submit_once({grandchild}),
            "key_conflict: task 'c' has the unique key 'u' of task "
              + to_string(id_of("a"))
              + " ('a'), which it is a child of; use another key");
}

TEST_F(task_registry_repeats_test, children_of_other_parents_are_the_same) {
  ASSERT_EQ(submit_once({make("p"), make("q")}), "new, new");
  auto child = keyed("c", order_17);
  child.parent = id_of("p");
  ASSERT_EQ(submit_once({child}), "new");
  auto again = child;
  again.id = id_of("d");
  again.parent = id_of("q");
  EXPECT_EQ(submit_once({again}), "c");
}

TEST_F(task_registry_repeats_test, a_replay_has_to_be_unique) {
  auto keys = unique(uniqueness::unfinished);
  keys.submission = "s";
  ASSERT_EQ(submit_once({keyed("a", keys)}), "new");
  fail_task("a");
  ASSERT_EQ(submit_once({keyed("b", unique(uniqueness::unfinished))}), "new");
  auto again = replay(*get("a").spec, {}, id_of("c"));
  EXPECT_EQ(submit_once({again}).find("key_conflict: "), 0u);
  complete("b");
  EXPECT_EQ(submit_once({again}), "new");
  // Who submitted it first is still told of that.
  auto first = keyed("d", keys);
  first.name = "a";
  EXPECT_EQ(submit_once({first}), "a");
}

TEST_F(task_registry_repeats_test, restored_tasks_have_their_keys) {
  task_image image;
  image.number = 1;
  image.spec = std::make_shared<const task_spec>(keyed("a", order_17));
  image.created = now;
  image.status = task_status::completed;
  image.finished = now;
  ASSERT_TRUE(registry->restore(std::move(image)));
  ASSERT_TRUE(registry->restored(now));
  auto again = keyed("b", order_17);
  again.name = "a";
  EXPECT_EQ(submit_once({again}), "a");
}

} // namespace troupe::core
