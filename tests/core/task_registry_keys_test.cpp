#include "tests/core/registry_fixture.hpp"

#include <rapidcheck.h>

namespace troupe::core {

namespace {

class task_registry_keys_test : public registry_fixture {
protected:
  /// A queue with such a rule.
  void rule(key_policy policy, uint32_t key_max = 1) {
    registry->add_queue(
      {.name = "keyed", .key_max = key_max, .at_key_max = policy});
  }

  task_spec keyed(const std::string& name, const std::string& key = "k",
                  std::vector<dependency> needs = {}) {
    auto x = make(name, std::move(needs));
    x.queue = "keyed";
    x.concurrency_key = key;
    return x;
  }
};

} // namespace

TEST_F(task_registry_keys_test, refuses_one_too_many_and_says_why) {
  rule(key_policy::refuse);
  EXPECT_EQ(submitted({keyed("x")}), "accepted");
  EXPECT_EQ(submitted({make("z"), keyed("y")}),
            "key_busy: task 'y' has the concurrency key 'k', and queue 'keyed' "
            "takes 1 that have not ended (there is 1, and this submission has "
            "1 up to this one); submit it when one has ended");
  EXPECT_EQ(registry->stats().total, 1u);
  EXPECT_EQ(submitted({keyed("y", "other"), keyed("n", "")}), "accepted");
  complete("x");
  EXPECT_EQ(submitted({keyed("z")}), "accepted");
}

TEST_F(task_registry_keys_test, counts_those_that_come_together) {
  rule(key_policy::refuse, 2);
  EXPECT_FALSE(submit({keyed("x"), keyed("y"), keyed("z")}));
  EXPECT_EQ(registry->stats().total, 0u);
  EXPECT_EQ(submitted({keyed("x"), keyed("y")}), "accepted");
}

TEST_F(task_registry_keys_test, cancels_the_oldest_for_the_newest) {
  rule(key_policy::cancel_oldest, 2);
  submit({keyed("x")});
  submit({keyed("y"), keyed("z")});
  EXPECT_EQ(end_of("x"),
            "cancelled (superseded: queue 'keyed' takes 2 with the concurrency "
            "key 'k', and 'z' is newer)");
  EXPECT_EQ(withdrawn(), lines{"x"});
  EXPECT_EQ(end_of("y"), "pending");
  EXPECT_EQ(end_of("z"), "pending");
}

TEST_F(task_registry_keys_test, cancels_the_oldest_though_it_runs) {
  rule(key_policy::cancel_oldest);
  submit({keyed("x")});
  start("x");
  submit({keyed("y")});
  EXPECT_EQ(get("x").status, task_status::cancelled);
  EXPECT_EQ(withdrawn(), lines{"x"});
}

TEST_F(task_registry_keys_test, cancels_the_newest_at_once) {
  rule(key_policy::cancel_newest);
  submit({keyed("x")});
  submit({keyed("y"), keyed("after", "", {on("y")})});
  EXPECT_EQ(end_of("y"),
            "cancelled (superseded: queue 'keyed' takes 1 with the concurrency "
            "key 'k', and has them)");
  EXPECT_EQ(end_of("after"), "cancelled (dependency_failed: its dependency 'y' "
                             "was cancelled)");
  EXPECT_EQ(enqueued(), lines{"x"});
  EXPECT_EQ(end_of("x"), "pending");
}

TEST_F(task_registry_keys_test, one_submission_may_supersede_itself) {
  rule(key_policy::cancel_oldest);
  submit({keyed("x"), keyed("y", "k", {on("x", on_failure::run)})});
  EXPECT_EQ(get("x").status, task_status::cancelled);
  EXPECT_EQ(enqueued(), lines{"y"});
}

TEST_F(task_registry_keys_test, a_child_may_supersede_its_parent_and_go) {
  rule(key_policy::cancel_oldest);
  submit({keyed("x")});
  start("x");
  auto child = keyed("y");
  child.parent = id_of("x");
  submit({child});
  EXPECT_EQ(get("x").status, task_status::cancelled);
  EXPECT_EQ(get("y").status, task_status::cancelled);
  submit({keyed("z")});
  EXPECT_EQ(end_of("z"), "pending");
}

TEST_F(task_registry_keys_test, to_wait_is_left_to_the_queue) {
  rule(key_policy::wait);
  EXPECT_EQ(submitted({keyed("x"), keyed("y")}), "accepted");
  EXPECT_EQ(enqueued(), (lines{"x", "y"}));
}

// Whatever comes and ends in whatever order.
TEST_F(task_registry_keys_test, never_has_more_than_the_bound) {
  EXPECT_TRUE(rc::check([this] {
    use({});
    auto policy = *rc::gen::element(
      key_policy::refuse, key_policy::cancel_oldest, key_policy::cancel_newest);
    auto key_max = *rc::gen::inRange(1u, 4u);
    rule(policy, key_max);
    std::vector<std::string> names;
    for (auto steps = *rc::gen::inRange(1, 60); steps > 0; --steps) {
      auto unended = [&](const std::string& key) {
        std::vector<std::string> result;
        for (auto& name : names)
          if (auto x = get(name);
              !x.has_ended() && x.spec->concurrency_key == key)
            result.push_back(name);
        return result;
      };
      if (!names.empty() && *rc::gen::inRange(0, 3) == 0) {
        auto name = *rc::gen::elementOf(names);
        if (!get(name).has_ended())
          complete(name);
        continue;
      }
      auto key = *rc::gen::element<std::string>("k", "l");
      auto before = unended(key);
      auto name = fmt::format("{} t{}", steps, names.size());
      auto is_accepted = submit({keyed(name, key)}).has_value();
      if (is_accepted)
        names.push_back(name);
      auto is_full = before.size() == key_max;
      RC_ASSERT(is_accepted == (!is_full || policy != key_policy::refuse));
      if (is_full && policy == key_policy::cancel_oldest)
        before.erase(before.begin());
      if (!is_full || policy == key_policy::cancel_oldest)
        before.push_back(name);
      RC_ASSERT(unended(key) == before);
    }
  }));
}

} // namespace troupe::core
