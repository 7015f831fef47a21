#include "link/accept_gate.hpp"

#include <gtest/gtest.h>

namespace troupe::link {

namespace {

constexpr core::time_point start{std::chrono::hours{1}};

accept_limits tight() {
  accept_limits x;
  x.connections_max = 4;
  x.connections_per_address_max = 3;
  x.handshakes_max = 3;
  x.handshakes_per_address_max = 2;
  x.rate_per_address = {1000, std::chrono::seconds{1}, 1000};
  return x;
}

} // namespace

TEST(accept_gate_test, counts_handshakes_and_connections_per_address) {
  accept_gate gate{tight()};
  EXPECT_EQ(gate.come("a", start), std::nullopt);
  EXPECT_EQ(gate.come("a", start), std::nullopt);
  EXPECT_EQ(gate.come("a", start), refusal::too_many);
  gate.admitted("a");
  EXPECT_EQ(gate.open(), 1u);
  EXPECT_EQ(gate.shaking_hands(), 1u);
  EXPECT_EQ(gate.come("a", start), std::nullopt);
  gate.admitted("a");
  EXPECT_EQ(gate.come("a", start), refusal::too_many);
  gate.gone("a", true, start);
  EXPECT_EQ(gate.come("a", start), std::nullopt);
}

TEST(accept_gate_test, counts_them_all_together) {
  accept_gate gate{tight()};
  for (auto who : {"a", "b", "c"})
    EXPECT_EQ(gate.come(who, start), std::nullopt);
  EXPECT_EQ(gate.come("d", start), refusal::busy);
  for (auto who : {"a", "b", "c"})
    gate.admitted(who);
  EXPECT_EQ(gate.come("d", start), std::nullopt);
  EXPECT_EQ(gate.come("e", start), refusal::busy);
  gate.gone("d", false, start);
  EXPECT_EQ(gate.come("e", start), std::nullopt);
  EXPECT_EQ(gate.open(), 3u);
  EXPECT_EQ(gate.shaking_hands(), 1u);
}

TEST(accept_gate_test, limits_how_often_an_address_comes) {
  auto limits = tight();
  limits.rate_per_address = {1, std::chrono::seconds{1}, 2};
  accept_gate gate{limits};
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(gate.come("a", start), std::nullopt);
    gate.gone("a", false, start);
  }
  EXPECT_EQ(gate.come("a", start), refusal::too_many);
  EXPECT_EQ(gate.come("b", start), std::nullopt);
  auto later = start + std::chrono::seconds{1};
  EXPECT_EQ(gate.come("a", later), std::nullopt);
  EXPECT_EQ(gate.come("a", later), refusal::too_many);
}

TEST(accept_gate_test, forgets_who_has_not_come_for_long) {
  auto limits = tight();
  limits.rate_per_address = {1, std::chrono::seconds{1}, 1};
  accept_gate gate{limits};
  auto now = start;
  for (int i = 0; i < 100'000; ++i) {
    auto who = std::to_string(i);
    now += std::chrono::milliseconds{1};
    ASSERT_EQ(gate.come(who, now), std::nullopt);
    gate.gone(who, false, now);
    // A thousand have come within the last second.
    ASSERT_LE(gate.addresses(), 4000u);
  }
}

} // namespace troupe::link
