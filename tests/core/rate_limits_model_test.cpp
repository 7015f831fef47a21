// What holds for rate limits whatever is submitted, worked out from what passed
// and when.

#include "core/rate_limits.hpp"
#include "tests/core/start.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

/// Limit and key.
using bucket_name = std::pair<size_t, std::string>;

rate_limit some_limit(size_t number, bool may_wait) {
  rate_limit x;
  x.name = fmt::format("limit-{}", number);
  x.scope = *rc::gen::element(limit_scope::all, limit_scope::capability,
                              limit_scope::owner);
  x.rate.tokens = *rc::gen::inRange<uint64_t>(1, 5);
  x.rate.per = *rc::gen::inRange(1, 2000) * 1ms;
  x.rate.burst = *rc::gen::inRange<uint64_t>(1, 6);
  if (may_wait && *rc::gen::inRange(0, 3) > 0)
    x.when_exceeded = rate_policy::wait;
  x.waiting_max = *rc::gen::inRange<uint64_t>(1, 12);
  return x;
}

/// Rate limits, and all there is to know of what they were given.
class limits_world {
public:
  explicit limits_world(bool may_wait) {
    auto count = *rc::gen::inRange<size_t>(1, 4);
    for (size_t i = 0; i < count; ++i)
      options_.limits.push_back(some_limit(i, may_wait));
    RC_ASSERT(check(options_).has_value());
    limits_ = std::make_unique<rate_limits>(options_);
  }

  /// Nothing, or the refusal.
  error submit(const std::vector<task_spec_ptr>& specs) {
    release();
    submission x;
    for (auto& spec : specs) {
      x.urgency = std::max(x.urgency, spec->priority.value());
      for (size_t i = 0; i < options_.limits.size(); ++i)
        if (auto key = key_of(options_.limits[i], *spec); !key.empty())
          ++x.needs[{i, std::string{key}}];
    }
    x.specs = specs;
    x.age = ++submitted_;
    auto admitted = limits_->admit(specs, now);
    if (!admitted) {
      RC_ASSERT(admitted.error().code == ec::rate_limited);
      RC_ASSERT(admitted.error().is_permanent == is_too_large(x));
      RC_ASSERT(admitted.error().is_permanent
                || admitted.error().retry_after > 0ns);
      return admitted.error();
    }
    RC_ASSERT(!is_too_large(x));
    if (*admitted == 0)
      pass(x);
    else
      RC_ASSERT(waiting_.emplace(*admitted, std::move(x)).second);
    check_waiting();
    return {};
  }

  void release() {
    for (auto& x : limits_->release(now)) {
      auto i = waiting_.find(x.number);
      RC_ASSERT(i != waiting_.end());
      auto passed = std::move(i->second);
      waiting_.erase(i);
      RC_ASSERT(passed.specs == x.specs);
      for (auto& [number, other] : waiting_)
        RC_ASSERT(other.needs != passed.needs || !other.is_ahead_of(passed));
      pass(passed);
    }
    check_waiting();
  }

  /// Follows what next() says until none waits.
  void finish() {
    for (size_t i = 0; i < 10'000 && !waiting_.empty(); ++i) {
      auto next = limits_->next();
      RC_ASSERT(next > now);
      now = next;
      release();
    }
    RC_ASSERT(waiting_.empty());
    RC_ASSERT(limits_->next() == never);
    check_rates();
  }

  std::vector<task_spec_ptr> some_specs() {
    std::vector<task_spec_ptr> specs;
    auto count = *rc::gen::weightedElement<int>({{8, 1}, {2, 2}, {1, 4}});
    for (int i = 0; i < count; ++i) {
      task_spec spec;
      spec.id = {1, ++tasks_};
      spec.capabilities = {*rc::gen::element<std::string>("a", "b")};
      spec.owner = *rc::gen::element<std::string>("", "x", "y");
      spec.priority = *rc::gen::element(25, 50, 50, 75);
      specs.push_back(std::make_shared<const task_spec>(std::move(spec)));
    }
    return specs;
  }

  time_point now = start;

private:
  struct submission {
    std::vector<task_spec_ptr> specs;
    std::map<bucket_name, uint64_t> needs;
    int urgency = 0;
    uint64_t age = 0;

    bool is_ahead_of(const submission& x) const {
      return urgency != x.urgency ? urgency > x.urgency : age < x.age;
    }
  };

  bool is_too_large(const submission& x) const {
    return std::ranges::any_of(x.needs, [&](auto& need) {
      return need.second > options_.limits[need.first.first].rate.burst;
    });
  }

  token_bucket& tokens_of(const bucket_name& x) {
    auto& rate = options_.limits[x.first].rate;
    return tokens_.try_emplace(x, rate).first->second;
  }

  void pass(const submission& x) {
    for (auto& [bucket, count] : x.needs) {
      RC_ASSERT(tokens_of(bucket).take(count, now));
      passed_[bucket].emplace_back(now, count);
    }
  }

  /// The one that is ahead of all others has a reason to wait, and no limit
  /// has more of them than it may.
  void check_waiting() {
    const submission* first = nullptr;
    uint64_t tasks = 0;
    for (auto& [number, x] : waiting_) {
      tasks += x.specs.size();
      if (!first || x.is_ahead_of(*first))
        first = &x;
    }
    uint64_t tasks_max = 0;
    for (auto& x : options_.limits)
      if (x.when_exceeded == rate_policy::wait)
        tasks_max += x.waiting_max;
    RC_ASSERT(tasks <= tasks_max);
    if (!first)
      return;
    RC_ASSERT(std::ranges::any_of(first->needs, [this](auto& need) {
      return tokens_of(need.first).available(now) < need.second;
    }));
    RC_ASSERT(limits_->next() > now);
  }

  void check_rates() {
    for (auto& [bucket, all] : passed_) {
      auto& rate = options_.limits[bucket.first].rate;
      for (size_t i = 0; i < all.size(); ++i) {
        uint64_t sum = 0;
        for (size_t j = i; j < all.size(); ++j) {
          sum += all[j].second;
          auto time = (all[j].first - all[i].first).count();
          RC_ASSERT((sum - std::min(sum, rate.burst))
                      * static_cast<uint64_t>(rate.per.count())
                    <= static_cast<uint64_t>(time) * rate.tokens);
        }
      }
    }
  }

  rate_limit_options options_;
  std::unique_ptr<rate_limits> limits_;
  uint64_t tasks_ = 0;
  uint64_t submitted_ = 0;
  std::map<rate_limits::ticket, submission> waiting_;
  std::map<bucket_name, token_bucket> tokens_;
  std::map<bucket_name, std::vector<std::pair<time_point, uint64_t>>> passed_;
};

} // namespace

TEST(rate_limits_model_test,
     lets_all_pass_that_wait_within_rates_and_in_order) {
  EXPECT_TRUE(rc::check([] {
    limits_world x{true};
    auto steps = *rc::gen::inRange(1, 80);
    for (int i = 0; i < steps; ++i) {
      x.now += *rc::gen::inRange(0, 500) * 1ms;
      if (*rc::gen::inRange(0, 4) == 0)
        x.release();
      else
        x.submit(x.some_specs());
    }
    x.finish();
  }));
}

TEST(rate_limits_model_test, lets_pass_what_it_refused_when_it_said_so) {
  EXPECT_TRUE(rc::check([] {
    limits_world x{false};
    auto steps = *rc::gen::inRange(1, 60);
    for (int i = 0; i < steps; ++i) {
      x.now += *rc::gen::inRange(0, 300) * 1ms;
      auto specs = x.some_specs();
      auto why = x.submit(specs);
      if (why.code == ec::none || why.is_permanent)
        continue;
      x.now += why.retry_after - 1ns;
      RC_ASSERT(x.submit(specs).code == ec::rate_limited);
      x.now += 1ns;
      RC_ASSERT(x.submit(specs).code == ec::none);
    }
    x.finish();
  }));
}

} // namespace troupe::core
