#include "core/circuit_settings.hpp"

#include "tests/support/enum_names.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

/// What check() says of options that were changed in one place.
std::string
circuit_problem(const std::function<void(circuit_options&)>& change) {
  circuit_options options;
  change(options);
  auto checked = check(options);
  if (checked)
    return "";
  EXPECT_EQ(checked.error().code, ec::invalid_argument);
  return checked.error().message;
}

} // namespace

TEST(circuit_settings_test, names_scopes_and_policies) {
  support::expect_names_of_their_own(circuit_scope_last);
  support::expect_parses_what_it_writes(circuit_scope_last,
                                        parse_circuit_scope);
  support::expect_names_of_their_own(open_policy_last);
  support::expect_parses_what_it_writes(open_policy_last, parse_open_policy);
  EXPECT_EQ(to_string(circuit_scope::queue), "queue");
  EXPECT_EQ(to_string(open_policy::hold), "hold");
}

TEST(circuit_settings_test, accepts_the_defaults) {
  EXPECT_EQ(circuit_problem([](auto&) {}), "");
}

TEST(circuit_settings_test, lists_all_that_is_wrong) {
  circuit_options options;
  EXPECT_EQ(validate(options), std::vector<std::string>{});
  options.settings.probes = 0;
  options.settings.window = 0s;
  EXPECT_EQ(validate(options), (std::vector<std::string>{
                                 "probes: without one the circuit never closes",
                                 "window: must be longer than nothing",
                               }));
  EXPECT_EQ(check(options).error().message,
            "circuits: probes: without one the circuit never closes; window: "
            "must be longer than nothing");
}

TEST(circuit_settings_test, accepts_one_reason_to_open) {
  EXPECT_EQ(circuit_problem([](auto& x) {
              x.settings.failures_max = 0;
              x.settings.failure_rate = 1;
            }),
            "");
}

TEST(circuit_settings_test, refuses_a_circuit_that_never_opens) {
  EXPECT_EQ(circuit_problem([](auto& x) { x.settings.failures_max = 0; }),
            "circuits: failures_max, failure_rate: with both 0 the circuit "
            "never opens");
}

TEST(circuit_settings_test, refuses_a_circuit_that_never_closes) {
  EXPECT_EQ(circuit_problem([](auto& x) { x.settings.probes = 0; }),
            "circuits: probes: without one the circuit never closes");
}

TEST(circuit_settings_test, refuses_what_is_no_share) {
  EXPECT_EQ(circuit_problem([](auto& x) { x.settings.failure_rate = 1.5; }),
            "circuits: failure_rate: 1.5 is not from 0 to 1");
  EXPECT_EQ(circuit_problem([](auto& x) { x.settings.failure_rate = -1; }),
            "circuits: failure_rate: -1 is not from 0 to 1");
  EXPECT_NE(circuit_problem([](auto& x) {
              x.settings.failure_rate
                = std::numeric_limits<double>::quiet_NaN();
            }),
            "");
}

TEST(circuit_settings_test, refuses_a_rate_of_no_calls) {
  EXPECT_EQ(circuit_problem([](auto& x) {
              x.settings.failure_rate = 0.5;
              x.settings.calls_min = 0;
            }),
            "circuits: calls_min: must be at least 1");
}

TEST(circuit_settings_test, refuses_a_cool_down_that_shrinks) {
  EXPECT_EQ(circuit_problem([](auto& x) { x.settings.cool_down_factor = 0.5; }),
            "circuits: cool_down_factor: 0.5 is not a number from 1");
  EXPECT_NE(circuit_problem([](auto& x) {
              x.settings.cool_down_factor
                = std::numeric_limits<double>::infinity();
            }),
            "");
  EXPECT_EQ(circuit_problem([](auto& x) { x.settings.cool_down_max = 1s; }),
            "circuits: cool_down_max: 1s is less than cool_down, 30s");
}

TEST(circuit_settings_test, refuses_times_that_are_none) {
  EXPECT_EQ(circuit_problem([](auto& x) {
              x.settings.window = 0s;
              x.settings.probe_time = -1s;
            }),
            "circuits: window: must be longer than nothing; probe_time: must "
            "be longer than nothing");
  EXPECT_EQ(circuit_problem([](auto& x) {
              x.settings.cool_down_max = std::chrono::hours{24 * 365 * 101};
            }).find("circuits: cool_down_max: "),
            0u);
}

TEST(circuit_settings_test, refuses_to_hold_nothing) {
  auto no_room = [](auto& x) {
    x.held_max = 0;
  };
  EXPECT_EQ(circuit_problem(no_room), "");
  EXPECT_EQ(circuit_problem([&](auto& x) {
              no_room(x);
              x.on_open = open_policy::hold;
            }),
            "circuits: held_max: must be at least 1 to hold tasks");
}

} // namespace troupe::core
