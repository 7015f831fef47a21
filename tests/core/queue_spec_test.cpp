#include "core/queue_spec.hpp"

#include "tests/support/enum_names.hpp"

#include <gtest/gtest.h>

namespace troupe::core {

TEST(queue_spec_test, names_every_strategy) {
  support::expect_names_of_their_own(routing_strategy_last);
  support::expect_parses_what_it_writes(routing_strategy_last,
                                        parse_routing_strategy);
  EXPECT_EQ(to_string(routing_strategy::round_robin), "round_robin");
  support::expect_names_of_their_own(full_policy_last);
  support::expect_parses_what_it_writes(full_policy_last, parse_full_policy);
  EXPECT_EQ(to_string(full_policy::shed), "shed");
}

TEST(queue_spec_test, names_every_key_policy) {
  support::expect_names_of_their_own(key_policy_last);
  support::expect_parses_what_it_writes(key_policy_last, parse_key_policy);
  EXPECT_EQ(to_string(key_policy::cancel_oldest), "cancel_oldest");
}

TEST(queue_spec_test, names_what_a_rate_goes_by) {
  support::expect_names_of_their_own(rate_scope_last);
  support::expect_parses_what_it_writes(rate_scope_last, parse_rate_scope);
  EXPECT_EQ(to_string(rate_scope::key), "key");
}

TEST(queue_spec_test, a_wrong_name_gets_the_nearest_and_all) {
  auto parsed = parse_routing_strategy("round-robbin");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, ec::invalid_argument);
  EXPECT_EQ(parsed.error().message,
            "'round-robbin' is not a routing strategy (did you mean "
            "'round_robin'?); it is one of least_loaded, round_robin, sticky, "
            "spread, pack");
}

} // namespace troupe::core
