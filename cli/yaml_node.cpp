#include "cli/yaml_node.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace troupe::cli {

namespace {

bool is_digits(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) {
    return c >= '0' && c <= '9';
  });
}

} // namespace

const yaml_node* yaml_node::find(std::string_view key) const noexcept {
  for (auto& x : entries)
    if (x.key == key)
      return &x.value;
  return nullptr;
}

yaml_node make_scalar(std::string text, source_mark at, bool is_quoted) {
  yaml_node result;
  result.kind = yaml_kind::scalar;
  result.mark = at;
  result.text = std::move(text);
  result.is_quoted = is_quoted;
  return result;
}

yaml_node make_null(source_mark at, bool is_broken) {
  yaml_node result;
  result.mark = at;
  result.is_broken = is_broken;
  return result;
}

std::string_view describe(yaml_kind x) noexcept {
  switch (x) {
    case yaml_kind::null:
      return "nothing";
    case yaml_kind::scalar:
      return "text";
    case yaml_kind::list:
      return "a list";
    case yaml_kind::mapping:
      return "a mapping";
  }
  return "?";
}

core::json scalar_to_json(const yaml_node& scalar) {
  const auto& text = scalar.text;
  if (scalar.is_quoted || text.empty())
    return text;
  if (text == "true")
    return true;
  if (text == "false")
    return false;
  if (text == "null" || text == "~")
    return nullptr;
  auto digits = std::string_view{text};
  auto is_negative = digits[0] == '-';
  if (is_negative || digits[0] == '+')
    digits.remove_prefix(1);
  auto has_leading_zero = digits.size() > 1 && digits[0] == '0'
                          && digits[1] != '.' && digits[1] != 'e'
                          && digits[1] != 'E';
  if (digits.empty() || has_leading_zero
      || !(digits[0] == '.' || is_digits(digits.substr(0, 1))))
    return text;
  if (is_digits(digits)) {
    uint64_t magnitude = 0;
    auto end = digits.data() + digits.size();
    auto [at, bad] = std::from_chars(digits.data(), end, magnitude);
    if (bad == std::errc{} && at == end) {
      if (!is_negative)
        return magnitude;
      if (magnitude <= uint64_t{1} << 63)
        return static_cast<int64_t>(~magnitude + 1);
    }
  }
  double value = 0;
  auto end = digits.data() + digits.size();
  auto [at, bad] = std::from_chars(digits.data(), end, value);
  if (bad != std::errc{} || at != end || !std::isfinite(value))
    return text;
  return is_negative ? -value : value;
}

core::json to_json(const yaml_node& node) {
  switch (node.kind) {
    case yaml_kind::null:
      return nullptr;
    case yaml_kind::scalar:
      return scalar_to_json(node);
    case yaml_kind::list: {
      auto result = core::json::array();
      for (auto& x : node.items)
        result.push_back(to_json(x));
      return result;
    }
    case yaml_kind::mapping: {
      auto result = core::json::object();
      for (auto& x : node.entries)
        result[x.key] = to_json(x.value);
      return result;
    }
  }
  return nullptr;
}

} // namespace troupe::cli
