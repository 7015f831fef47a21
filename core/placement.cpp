#include "core/placement.hpp"

#include "core/enum_names.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace troupe::core {

namespace {

constexpr std::array<std::string_view, 4> label_test_names{
  "is",
  "is_not",
  "exists",
  "is_missing",
};
static_assert(label_test_names.size()
              == static_cast<size_t>(label_test_last) + 1);

std::string_view without_spaces(std::string_view text) noexcept {
  auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::vector<std::string> values_in(std::string_view text) {
  std::vector<std::string> result;
  for (;;) {
    auto end = text.find('|');
    result.emplace_back(without_spaces(text.substr(0, end)));
    if (end == std::string_view::npos)
      return result;
    text.remove_prefix(end + 1);
  }
}

} // namespace

std::string_view to_string(label_test x) noexcept {
  return name_of(label_test_names, x);
}

result<label_rule> parse_label_rule(std::string_view text) {
  label_rule rule;
  auto rest = without_spaces(text);
  auto equals = rest.find('=');
  if (equals != std::string_view::npos) {
    auto is_not = equals > 0 && rest[equals - 1] == '!';
    rule.test = is_not ? label_test::is_not : label_test::is;
    rule.key = without_spaces(rest.substr(0, is_not ? equals - 1 : equals));
    rule.values = values_in(rest.substr(equals + 1));
  } else if (rest.starts_with('!')) {
    rule.test = label_test::is_missing;
    rule.key = without_spaces(rest.substr(1));
  } else {
    rule.key = rest;
  }
  if (rule.key.empty() || rule.key.find_first_of("!|") != std::string::npos)
    return fail(ec::invalid_argument,
                fmt::format("'{}' is no rule for a label: write key=value, "
                            "key=one|other, key!=value, key, or !key",
                            text));
  return rule;
}

std::string to_string(const label_rule& x) {
  switch (x.test) {
    case label_test::is:
      return fmt::format("{}={}", x.key, fmt::join(x.values, "|"));
    case label_test::is_not:
      return fmt::format("{}!={}", x.key, fmt::join(x.values, "|"));
    case label_test::is_missing:
      return "!" + x.key;
    case label_test::exists:
      break;
  }
  return x.key;
}

std::string describe(const std::vector<label_rule>& all) {
  std::string text;
  for (auto& x : all)
    text += (text.empty() ? "" : ", ") + to_string(x);
  return text;
}

bool holds(const label_rule& x, const label_map& labels) noexcept {
  auto i = labels.find(x.key);
  auto is_there = i != labels.end();
  auto is_one_of = [&] {
    return is_there && std::ranges::find(x.values, i->second) != x.values.end();
  };
  switch (x.test) {
    case label_test::is:
      return is_one_of();
    case label_test::is_not:
      return !is_one_of();
    case label_test::is_missing:
      return !is_there;
    case label_test::exists:
      break;
  }
  return is_there;
}

bool allows(const placement& x, const label_map& labels) noexcept {
  return std::ranges::all_of(x.required, [&](const label_rule& rule) {
    return holds(rule, labels);
  });
}

size_t wishes_met(const placement& x, const label_map& labels) noexcept {
  return static_cast<size_t>(std::ranges::count_if(
    x.preferred, [&](const label_rule& rule) { return holds(rule, labels); }));
}

} // namespace troupe::core
