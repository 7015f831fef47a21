#pragma once

#include "core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::core {

/// What is said of an agent or a node: `zone` is `eu`. An agent has those of
/// its node, too, and of what both have its own (core/node_spec.hpp). The label
/// `node` is the name of its node, which none of them declares.
using label_map = std::map<std::string, std::string>;

enum class label_test : uint8_t {
  /// It is there, and one of these.
  is,
  /// It is none of these; or not there.
  is_not,
  exists,
  is_missing,
};

inline constexpr label_test label_test_last = label_test::is_missing;

std::string_view to_string(label_test x) noexcept;

/// One condition on the labels of an agent.
struct label_rule {
  std::string key = {};
  label_test test = label_test::exists;
  /// At least one for `is` and `is_not`, none for the others.
  std::vector<std::string> values = {};

  friend bool operator==(const label_rule&, const label_rule&) = default;
};

/// Rules of one list that a task may have.
inline constexpr size_t label_rules_max = 32;

/// Reads `zone=eu`, `zone=eu|us` (one of them), `zone!=eu|us` (none of them),
/// `gpu` (whatever it is) and `!gpu` (not there), with spaces around each part.
/// `ec::invalid_argument` says what could be written.
result<label_rule> parse_label_rule(std::string_view text);

/// As it is read.
std::string to_string(const label_rule& x);

/// `zone=eu, gpu`, for people.
std::string describe(const std::vector<label_rule>& all);

bool holds(const label_rule& x, const label_map& labels) noexcept;

/// On which agents a task may run, by their labels.
struct placement {
  /// All have to hold; the task waits for an agent for which they do.
  std::vector<label_rule> required = {};
  /// Of the agents that could have it now, one for which more of these hold
  /// comes first. Nothing waits for that.
  std::vector<label_rule> preferred = {};

  friend bool operator==(const placement&, const placement&) = default;
};

/// All that is required.
bool allows(const placement& x, const label_map& labels) noexcept;

/// How much of what is preferred.
size_t wishes_met(const placement& x, const label_map& labels) noexcept;

} // namespace troupe::core
