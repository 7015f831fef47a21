#include "cli/feeder.hpp"

#include "tests/cli/loading.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace troupe::cli {

namespace {

using namespace std::chrono_literals;
using testing::load;
using testing::plan_of;

constexpr core::time_point start{1'700'000'000s};

/// A plan, and a runtime whose agents take what they get.
class feeder_test : public ::testing::Test {
protected:
  void use(const std::string& tasks,
           const core::rate_limit_options& rate_limits = {}) {
    auto loaded = load(tasks);
    ASSERT_TRUE(loaded.value) << loaded.messages.at(0);
    plan_ = plan_of(*loaded.value);
    actors::runtime_options options;
    options.rate_limits = rate_limits;
    runtime_.emplace(options);
    feeder_.emplace(plan_, *runtime_);
  }

  /// Feeds until so many are known to Troupe; their names.
  std::set<std::string> fed(size_t count, core::duration step = 0s) {
    std::set<std::string> names;
    do {
      now_ += step;
      for (auto& x : feeder_->feed(now_))
        refused_.push_back(x);
      names.clear();
      for (auto& x : plan_.tasks)
        if (runtime_->get(x.spec.id)) {
          feeder_->accepted(x.spec.id);
          names.insert(x.spec.name);
        }
    } while (names.size() < count);
    return names;
  }

  void await_refusal() {
    while (refused_.empty())
      for (auto& x : feeder_->feed(now_))
        refused_.push_back(x);
  }

  core::task_id id_of(const std::string& name) const {
    return std::ranges::find(plan_.tasks, name,
                             [](auto& x) { return x.spec.name; })
      ->spec.id;
  }

  std::string name_of(const feeder::refusal& x) const {
    return plan_.tasks[x.position].spec.name;
  }

  plan plan_;
  std::optional<actors::runtime> runtime_;
  std::optional<feeder> feeder_;
  std::vector<feeder::refusal> refused_;
  core::time_point now_ = start;
};

using names = std::set<std::string>;

} // namespace

TEST_F(feeder_test, submits_tasks_when_what_they_need_has_ended) {
  use("tasks: {a: {argv: [x]}, b: {argv: [x], needs: [a]}, c: {argv: [x]}, "
      "d: {argv: [x], needs: [b, c]}}");
  EXPECT_EQ(fed(2), (names{"a", "c"}));
  feeder_->ended(id_of("c"));
  feeder_->ended(id_of("c"));
  EXPECT_EQ(fed(2), (names{"a", "c"}));
  feeder_->ended(id_of("a"));
  EXPECT_EQ(fed(3), (names{"a", "b", "c"}));
  feeder_->ended(id_of("b"));
  EXPECT_EQ(fed(4).size(), 4u);
  EXPECT_TRUE(feeder_->is_idle());
}

TEST_F(feeder_test, comes_back_when_it_was_told_to) {
  core::rate_limit limit;
  limit.name = "one";
  limit.rate = {1, 50ms, 1};
  use("tasks: {a: {argv: [x]}, b: {argv: [x]}}", {{limit}});
  EXPECT_EQ(fed(1).size(), 1u);
  EXPECT_EQ(fed(2, 1s), (names{"a", "b"}));
  EXPECT_TRUE(refused_.empty());
}

TEST_F(feeder_test, gives_up_what_was_refused_for_good_and_what_needs_it) {
  use("tasks: {a: {argv: [x]}, b: {argv: [x], needs: [a]}, "
      "c: {argv: [x], needs: [b]}, d: {argv: [x]}}");
  plan_.tasks.front().spec.queue = "nowhere";
  await_refusal();
  ASSERT_EQ(refused_.size(), 3u);
  EXPECT_EQ(name_of(refused_[0]), "a");
  EXPECT_FALSE(refused_[0].is_by_need);
  EXPECT_EQ(refused_[0].why.substr(0, 13), "unknown_queue");
  EXPECT_EQ(name_of(refused_[1]), "b");
  EXPECT_TRUE(refused_[1].is_by_need);
  EXPECT_EQ(refused_[1].why, "it needs 'a', which was refused");
  EXPECT_EQ(name_of(refused_[2]), "c");
  EXPECT_EQ(fed(1), names{"d"});
  EXPECT_TRUE(feeder_->is_idle());
}

TEST_F(feeder_test, says_what_has_not_been_accepted_when_it_gives_up) {
  use("tasks: {a: {argv: [x]}, b: {argv: [x], needs: [a]}}");
  fed(1);
  auto left = feeder_->give_up("interrupted");
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(name_of(left[0]), "b");
  EXPECT_EQ(left[0].why, "interrupted");
  feeder_->ended(id_of("a"));
  EXPECT_TRUE(feeder_->feed(now_).empty());
  EXPECT_TRUE(feeder_->is_idle());
}

} // namespace troupe::cli
