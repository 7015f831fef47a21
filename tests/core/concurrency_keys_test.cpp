#include "core/concurrency_keys.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

using changes = std::vector<concurrency_keys::change>;
using rank = concurrency_keys::rank;

} // namespace

TEST(concurrency_keys_test, lets_as_many_stand_in_line_as_may_run) {
  concurrency_keys keys{2};
  keys.add(0, "k", 0, {0, 1});
  keys.add(1, "k", 0, {0, 2});
  keys.add(2, "k", 0, {0, 3});
  keys.add(3, "l", 0, {0, 4});
  EXPECT_EQ(keys.take_changes(), (changes{{0, true}, {1, true}, {3, true}}));
  EXPECT_EQ(keys.kept(), 1u);
  EXPECT_EQ(keys.size(), 2u);
}

TEST(concurrency_keys_test, the_next_one_may_when_one_has_ended) {
  concurrency_keys keys{1};
  keys.add(0, "k", 0, {0, 1});
  keys.add(1, "k", 0, {5, 2});
  keys.add(2, "k", 0, {1, 3});
  keys.take_changes();
  keys.start(0);
  EXPECT_EQ(keys.take_changes(), changes{});
  EXPECT_EQ(keys.running(1), 1u);
  keys.erase(0);
  EXPECT_EQ(keys.take_changes(), (changes{{2, true}}));
}

TEST(concurrency_keys_test, one_that_is_more_urgent_takes_the_place) {
  concurrency_keys keys{1};
  keys.add(0, "k", 0, {0, 1});
  keys.take_changes();
  keys.add(1, "k", 0, {-1, 2});
  EXPECT_EQ(keys.take_changes(), (changes{{0, false}, {1, true}}));
  keys.move(0, -2);
  EXPECT_EQ(keys.take_changes(), (changes{{1, false}, {0, true}}));
}

TEST(concurrency_keys_test, one_of_each_class_waits_for_its_agent) {
  concurrency_keys keys{1};
  keys.add(0, "k", 0, {0, 1});
  keys.add(1, "k", 1, {5, 2});
  EXPECT_EQ(keys.take_changes(), (changes{{0, true}, {1, true}}));
  keys.start(1);
  EXPECT_EQ(keys.take_changes(), (changes{{0, false}}));
  keys.erase(1);
  EXPECT_EQ(keys.take_changes(), (changes{{0, true}}));
}

TEST(concurrency_keys_test, forgets_a_key_that_nobody_uses) {
  concurrency_keys keys{1};
  keys.add(0, "k", 0, {0, 1});
  keys.start(0);
  EXPECT_EQ(keys.size(), 1u);
  keys.erase(0);
  keys.erase(0);
  keys.erase(77);
  EXPECT_EQ(keys.size(), 0u);
}

TEST(concurrency_keys_test, lets_in_no_more_than_there_are_tokens_for) {
  constexpr time_point start{std::chrono::seconds{1'700'000'000}};
  concurrency_keys keys{5, token_rate{1, 10ns, 2}};
  keys.advance(start);
  for (uint32_t i = 0; i < 4; ++i)
    keys.add(i, "k", 0, {0, i + 1});
  EXPECT_EQ(keys.take_changes(), (changes{{0, true}, {1, true}}));
  keys.start(0);
  keys.start(1);
  EXPECT_EQ(keys.next_due(), start + 10ns);
  EXPECT_EQ(keys.next_start(2), start + 10ns);
  keys.advance(start + 10ns);
  EXPECT_EQ(keys.take_changes(), (changes{{2, true}}));
}

TEST(concurrency_keys_test, remembers_a_key_until_its_bucket_is_full) {
  constexpr time_point start{std::chrono::seconds{1'700'000'000}};
  concurrency_keys keys{5, token_rate{1, 10ns, 2}};
  keys.advance(start);
  keys.add(0, "k", 0, {0, 1});
  keys.start(0);
  keys.erase(0);
  EXPECT_EQ(keys.size(), 1u);
  EXPECT_EQ(keys.next_due(), start + 10ns);
  keys.advance(start + 10ns);
  EXPECT_EQ(keys.size(), 0u);
  EXPECT_EQ(keys.next_due(), never);
}

namespace {

struct keyed_task {
  std::string key;
  uint32_t demand_class = 0;
  rank at;
  bool runs = false;
};

/// All of it again, in one list.
class keys_bookkeeper {
public:
  keys_bookkeeper(concurrency_keys& keys, uint32_t key_max,
                  std::optional<token_rate> rate)
    : keys_(keys), key_max_(key_max) {
    if (rate)
      for (auto* key : {"k", "l", "m"})
        buckets_.emplace(key, *rate);
    keys_.advance(now_);
  }

  void wait() {
    now_ += duration{*rc::gen::inRange(0, 20)};
    keys_.advance(now_);
  }

  void add() {
    keyed_task x;
    x.key = *rc::gen::element<std::string>("k", "l", "m");
    x.demand_class = *rc::gen::inRange(0u, 3u);
    x.at = {*rc::gen::inRange<int64_t>(-2, 3), ++number_};
    auto handle = *rc::gen::inRange(0u, 40u);
    if (tasks_.contains(handle))
      return;
    keys_.add(handle, x.key, x.demand_class, x.at);
    tasks_.emplace(handle, x);
  }

  void move() {
    auto i = some();
    if (i == tasks_.end() || i->second.runs)
      return;
    i->second.at.urgency = *rc::gen::inRange<int64_t>(-2, 3);
    keys_.move(i->first, i->second.at.urgency);
  }

  void start() {
    apply();
    if (line_.empty())
      return;
    auto index = *rc::gen::inRange<size_t>(0, line_.size());
    auto handle = *std::next(line_.begin(), static_cast<ptrdiff_t>(index));
    line_.erase(handle);
    auto& x = tasks_.at(handle);
    x.runs = true;
    keys_.start(handle);
    if (auto bucket = buckets_.find(x.key); bucket != buckets_.end())
      RC_ASSERT(bucket->second.take(1, now_));
  }

  void erase() {
    apply();
    auto i = some();
    if (i == tasks_.end())
      return;
    line_.erase(i->first);
    keys_.erase(i->first);
    tasks_.erase(i);
  }

  void check() {
    apply();
    std::set<std::string> used;
    std::map<std::string, uint32_t> running;
    for (auto& [handle, x] : tasks_) {
      used.insert(x.key);
      running[x.key] += x.runs;
    }
    // Others are remembered until their buckets are full.
    for (auto& [key, bucket] : buckets_)
      if (!bucket.is_full(now_))
        used.insert(key);
    RC_ASSERT(keys_.size() == used.size());
    size_t kept = 0;
    for (auto& [handle, x] : tasks_) {
      RC_ASSERT(running[x.key] <= key_max_);
      if (x.runs)
        continue;
      uint32_t before = 0;
      for (auto& [other, y] : tasks_)
        before += !y.runs && y.key == x.key && y.demand_class == x.demand_class
                  && y.at < x.at;
      uint64_t room = key_max_ - running[x.key];
      auto due = never;
      if (auto i = buckets_.find(x.key); i != buckets_.end()) {
        auto tokens = i->second.available(now_);
        room = std::min(room, tokens);
        due = i->second.when(tokens + 1, now_);
      }
      auto has_turn = before < room;
      // A token that comes is not slept through.
      if (before == room && room < key_max_ - running[x.key] && due != never)
        RC_ASSERT(keys_.next_due() != never && keys_.next_due() <= due);
      RC_ASSERT(line_.contains(handle) == has_turn);
      kept += !has_turn;
    }
    RC_ASSERT(keys_.kept() == kept);
  }

private:
  void apply() {
    for (auto& x : keys_.take_changes()) {
      RC_ASSERT(tasks_.contains(x.handle));
      RC_ASSERT(line_.contains(x.handle) != x.is_in_line);
      if (x.is_in_line)
        line_.insert(x.handle);
      else
        line_.erase(x.handle);
    }
  }

  std::map<uint32_t, keyed_task>::iterator some() {
    if (tasks_.empty())
      return tasks_.end();
    auto index = *rc::gen::inRange<size_t>(0, tasks_.size());
    return std::next(tasks_.begin(), static_cast<ptrdiff_t>(index));
  }

  concurrency_keys& keys_;
  uint32_t key_max_;
  std::map<std::string, token_bucket> buckets_;
  time_point now_{std::chrono::seconds{1'700'000'000}};
  uint64_t number_ = 0;
  std::map<uint32_t, keyed_task> tasks_;
  std::set<uint32_t> line_;
};

} // namespace

namespace {

void live_with_keys(std::optional<token_rate> rate) {
  auto key_max = *rc::gen::inRange(1u, 4u);
  concurrency_keys keys{key_max, rate};
  keys_bookkeeper books{keys, key_max, rate};
  for (auto steps = *rc::gen::inRange(0, 150); steps > 0; --steps) {
    using member = void (keys_bookkeeper::*)();
    auto step = *rc::gen::weightedElement<member>({
      {4, &keys_bookkeeper::add},
      {1, &keys_bookkeeper::move},
      {3, &keys_bookkeeper::start},
      {2, &keys_bookkeeper::erase},
      {2, &keys_bookkeeper::wait},
    });
    (books.*step)();
    books.check();
  }
}

} // namespace

TEST(concurrency_keys_test, the_line_has_the_first_ones_and_no_others) {
  EXPECT_TRUE(rc::check([] { live_with_keys({}); }));
}

TEST(concurrency_keys_test, nor_more_than_a_rate_allows) {
  EXPECT_TRUE(rc::check([] {
    live_with_keys(token_rate{*rc::gen::inRange<uint64_t>(1, 4), duration{20},
                              *rc::gen::inRange<uint64_t>(1, 4)});
  }));
}

} // namespace troupe::core
