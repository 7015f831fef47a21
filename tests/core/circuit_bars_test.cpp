#include "core/circuit_bars.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

namespace {

demand need(std::string capability) {
  demand result;
  result.capabilities = {std::move(capability), "more"};
  return result;
}

circuit_bar open(std::string key) {
  return {std::move(key), false, 1};
}

circuit_bar half_open(std::string key, uint64_t round = 2) {
  return {std::move(key), true, round};
}

class circuit_bars_test : public ::testing::Test {
protected:
  void set(std::vector<circuit_bar> all) {
    bars.set(circuit_scope::capability, std::move(all));
  }

  uint32_t allowance(const demand& what) const {
    return bars.allowance(what, "line");
  }

  std::optional<std::string> ask(const std::string& capability = "fetch") {
    return bars.ask(need(capability), "line");
  }

  circuit_bars bars;
};

} // namespace

TEST_F(circuit_bars_test, keeps_back_only_what_an_open_circuit_is_for) {
  EXPECT_TRUE(bars.is_empty());
  set({open("fetch")});
  EXPECT_FALSE(bars.is_empty());
  EXPECT_EQ(allowance(need("fetch")), 0u);
  EXPECT_EQ(allowance(need("parse")), circuit_bars::no_limit);
  EXPECT_EQ(bars.find(need("fetch"), "line")->key, "fetch");
  EXPECT_EQ(bars.find(need("parse"), "line"), nullptr);
  set({});
  EXPECT_EQ(allowance(need("fetch")), circuit_bars::no_limit);
}

TEST_F(circuit_bars_test, what_goes_on_is_never_kept_back) {
  set({open("fetch")});
  auto what = need("fetch");
  what.is_resuming = true;
  EXPECT_EQ(allowance(what), circuit_bars::no_limit);
}

TEST_F(circuit_bars_test, an_open_circuit_is_not_asked_and_allows_nothing) {
  set({open("fetch")});
  EXPECT_EQ(ask(), std::nullopt);
  bars.allow("fetch", 1);
  EXPECT_EQ(allowance(need("fetch")), 0u);
}

TEST_F(circuit_bars_test, one_that_is_half_open_is_asked_for_one_at_a_time) {
  set({half_open("fetch")});
  EXPECT_EQ(ask("parse"), std::nullopt);
  EXPECT_EQ(ask(), "fetch");
  EXPECT_EQ(ask(), std::nullopt);
  bars.allow("fetch", 1);
  EXPECT_EQ(bars.find(need("fetch"), "line"), nullptr);
  EXPECT_EQ(ask(), std::nullopt) << "one is allowed";
  bars.start(need("fetch"), "line");
  EXPECT_EQ(allowance(need("fetch")), 0u);
  EXPECT_EQ(ask(), "fetch");
}

TEST_F(circuit_bars_test, news_of_others_changes_nothing) {
  set({half_open("fetch"), half_open("parse")});
  EXPECT_EQ(ask("parse"), "parse");
  bars.allow("fetch", 2);
  set({half_open("fetch"), half_open("parse"), open("write")});
  EXPECT_EQ(allowance(need("fetch")), 2u);
  EXPECT_EQ(ask("parse"), std::nullopt);
}

TEST_F(circuit_bars_test, another_round_forgets_what_was_allowed) {
  set({half_open("fetch", 2)});
  bars.allow("fetch", 2);
  set({half_open("fetch", 3)});
  EXPECT_EQ(allowance(need("fetch")), 0u);
  EXPECT_EQ(ask(), "fetch");
  set({half_open("fetch", 4)});
  EXPECT_EQ(ask(), "fetch") << "in each round";
}

TEST_F(circuit_bars_test, a_circuit_can_be_for_a_queue_or_for_all) {
  bars.set(circuit_scope::queue, {open("line")});
  EXPECT_EQ(bars.allowance(need("fetch"), "line"), 0u);
  EXPECT_EQ(bars.allowance(need("fetch"), "other"), circuit_bars::no_limit);
  bars.set(circuit_scope::all, {open("all")});
  EXPECT_EQ(bars.allowance(need("fetch"), "other"), 0u);
}

TEST_F(circuit_bars_test, a_circuit_can_be_for_those_that_require_an_agent) {
  bars.set(circuit_scope::agent, {open("a")});
  auto what = need("fetch");
  EXPECT_EQ(allowance(what), circuit_bars::no_limit);
  what.agent = "a";
  EXPECT_EQ(allowance(what), circuit_bars::no_limit) << "it only prefers it";
  what.wish = agent_wish::require;
  EXPECT_EQ(allowance(what), 0u);
  what.sticky_key = "sticky";
  EXPECT_EQ(allowance(what), circuit_bars::no_limit) << "only its key is there";
}

} // namespace troupe::core
