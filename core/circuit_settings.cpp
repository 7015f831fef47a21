#include "core/circuit_settings.hpp"

#include "core/enum_names.hpp"
#include "core/validate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

namespace troupe::core {

namespace {

constexpr std::array<std::string_view, 4> circuit_scope_names{
  "capability",
  "queue",
  "agent",
  "all",
};
static_assert(circuit_scope_names.size()
              == static_cast<size_t>(circuit_scope_last) + 1);

constexpr std::array<std::string_view, 2> open_policy_names{"refuse", "hold"};
static_assert(open_policy_names.size()
              == static_cast<size_t>(open_policy_last) + 1);

void check_time(std::string_view field, duration x,
                std::vector<std::string>& problems) {
  if (x <= duration::zero())
    problems.push_back(fmt::format("{}: must be longer than nothing", field));
  else if (x > time_max)
    problems.push_back(
      fmt::format("{}: {} is longer than 100 years", field, to_string(x)));
}

} // namespace

std::string_view to_string(circuit_scope x) noexcept {
  return name_of(circuit_scope_names, x);
}

result<circuit_scope> parse_circuit_scope(std::string_view text) {
  return parse_name<circuit_scope>(circuit_scope_names, "a scope of circuits",
                                   text);
}

std::string_view to_string(open_policy x) noexcept {
  return name_of(open_policy_names, x);
}

result<open_policy> parse_open_policy(std::string_view text) {
  return parse_name<open_policy>(open_policy_names,
                                 "a policy for open circuits", text);
}

std::vector<std::string> validate(const circuit_options& x) {
  auto& s = x.settings;
  std::vector<std::string> problems;
  // Written so that what is not a number fails, too.
  if (!(s.failure_rate >= 0 && s.failure_rate <= 1))
    problems.push_back(
      fmt::format("failure_rate: {} is not from 0 to 1", s.failure_rate));
  else if (s.failures_max == 0 && s.failure_rate == 0)
    problems.emplace_back("failures_max, failure_rate: with both 0 the circuit "
                          "never opens");
  if (s.failure_rate > 0 && s.calls_min == 0)
    problems.emplace_back("calls_min: must be at least 1");
  if (!(s.cool_down_factor >= 1) || !std::isfinite(s.cool_down_factor))
    problems.push_back(fmt::format(
      "cool_down_factor: {} is not a number from 1", s.cool_down_factor));
  if (s.probes == 0)
    problems.emplace_back("probes: without one the circuit never closes");
  check_time("window", s.window, problems);
  check_time("cool_down", s.cool_down, problems);
  check_time("cool_down_max", s.cool_down_max, problems);
  check_time("probe_time", s.probe_time, problems);
  if (s.cool_down_max < s.cool_down)
    problems.push_back(
      fmt::format("cool_down_max: {} is less than cool_down, {}",
                  to_string(s.cool_down_max), to_string(s.cool_down)));
  if (x.on_open == open_policy::hold && x.held_max == 0)
    problems.emplace_back("held_max: must be at least 1 to hold tasks");
  return problems;
}

result<void> check(const circuit_options& x) {
  auto problems = validate(x);
  if (problems.empty())
    return {};
  return fail(ec::invalid_argument,
              fmt::format("circuits: {}", fmt::join(problems, "; ")));
}

} // namespace troupe::core
