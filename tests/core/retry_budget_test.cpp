#include "core/retry_budget.hpp"

#include "tests/core/start.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>
#include <utility>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

/// How many retries it gives at once.
int taken(retry_budget& budget, time_point now) {
  int count = 0;
  while (budget.take(now))
    ++count;
  return count;
}

demand demand_for(std::vector<std::string> capabilities) {
  demand x;
  x.capabilities = std::move(capabilities);
  return x;
}

} // namespace

TEST(retry_budget_test, the_minimum_is_there_without_any_traffic) {
  retry_budget budget{{}};
  EXPECT_EQ(taken(budget, start), 125) << "100, and 20% of themselves";
  EXPECT_EQ(taken(budget, start + 8s), 0);
  EXPECT_EQ(taken(budget, start + 10s), 125);
}

TEST(retry_budget_test, grows_with_the_attempts_of_the_window) {
  retry_budget budget{{.ratio = 0.5, .min_per_second = 0}};
  EXPECT_FALSE(budget.take(start));
  for (int i = 0; i < 10; ++i)
    budget.attempted(start);
  // Retries are attempts, too: 10 of 20.
  EXPECT_EQ(taken(budget, start), 10);
  EXPECT_EQ(budget.count(start), (sliding_window::totals{20, 10}));
  EXPECT_FALSE(budget.take(start + 10s)) << "all is forgotten";
}

TEST(retry_budget_test, may_be_without_a_minimum_or_a_share) {
  retry_budget none{{.ratio = 0, .min_per_second = 0}};
  none.attempted(start);
  EXPECT_FALSE(none.take(start));
  retry_budget flat{{.ratio = 0, .min_per_second = 0.3}};
  EXPECT_EQ(taken(flat, start), 3);
}

TEST(retry_budget_test, those_with_the_same_first_capability_share_one) {
  retry_budgets budgets{{.ratio = 0, .min_per_second = 0.1}};
  EXPECT_TRUE(budgets.of(0, demand_for({"scan"})).take(start));
  EXPECT_TRUE(budgets.of(7, demand_for({"print"})).take(start));
  EXPECT_FALSE(budgets.of(3, demand_for({"scan", "print"})).take(start));
  EXPECT_FALSE(budgets.of(0, demand_for({"scan"})).take(start));
  EXPECT_FALSE(budgets.of(7, demand_for({"print"})).take(start));
}

// Against a list of all that happened. The budget forgets by tenths of the
// window, so what is about to leave it may count or not.
TEST(retry_budget_test, never_gives_more_than_its_share_nor_less) {
  EXPECT_TRUE(rc::check([] {
    retry_budget_settings settings;
    settings.ratio = *rc::gen::element(0.0, 0.1, 0.5);
    settings.min_per_second = *rc::gen::element(0.0, 100.0, 1000.0);
    settings.window = duration{*rc::gen::inRange<int64_t>(10, 100)} * 1'000'000;
    retry_budget budget{settings};
    auto seconds = std::chrono::duration<double>(settings.window).count();
    std::vector<std::pair<time_point, bool>> attempts;
    auto now = start;
    for (auto steps = *rc::gen::inRange(1, 200); steps > 0; --steps) {
      now += settings.window / 50 * *rc::gen::inRange(0, 10);
      if (*rc::gen::arbitrary<bool>()) {
        budget.attempted(now);
        attempts.emplace_back(now, false);
        continue;
      }
      auto count = [&](duration within, bool retries_only) {
        double sum = 0;
        for (auto& [at, is_retry] : attempts)
          sum += now - at <= within && (is_retry || !retries_only);
        return sum;
      };
      auto young = settings.window / 10 * 9;
      auto most = settings.ratio * (count(settings.window, false) + 1)
                  + settings.min_per_second * seconds;
      auto least = settings.ratio * (count(young, false) + 1)
                   + settings.min_per_second * seconds;
      auto is_taken = budget.take(now);
      if (is_taken)
        RC_ASSERT(count(young, true) + 1 <= most);
      else
        RC_ASSERT(count(settings.window, true) + 1 > least);
      if (is_taken)
        attempts.emplace_back(now, true);
    }
  }));
}

} // namespace troupe::core
