#include "agents/parameters.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::agents {

using core::json;

const json* parameters::find(std::string_view name) const {
  if (!values_.is_object())
    return nullptr;
  auto i = values_.find(name);
  return i != values_.end() ? &*i : nullptr;
}

bool parameters::flag(std::string_view name, bool fallback) const {
  const auto* value = find(name);
  return value != nullptr ? value->get<bool>() : fallback;
}

uint64_t parameters::count(std::string_view name, uint64_t fallback) const {
  const auto* value = find(name);
  return value != nullptr ? value->get<uint64_t>() : fallback;
}

std::string parameters::text(std::string_view name,
                             std::string fallback) const {
  const auto* value = find(name);
  return value != nullptr ? value->get<std::string>() : fallback;
}

core::duration parameters::time(std::string_view name,
                                core::duration fallback) const {
  const auto* value = find(name);
  if (value == nullptr)
    return fallback;
  if (value->is_string())
    return core::parse_duration(value->get_ref<const std::string&>())
      .value_or(fallback);
  auto nanoseconds = value->get<double>() * 1e9;
  // The double next to the largest count is just beyond it.
  return nanoseconds < static_cast<double>(core::duration::max().count())
           ? core::duration{static_cast<int64_t>(nanoseconds)}
           : core::duration::max();
}

std::vector<std::string> parameters::texts(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr)
    return {};
  if (value->is_string())
    return {value->get<std::string>()};
  return value->get<std::vector<std::string>>();
}

std::vector<std::string> parameters::arguments(std::string_view name) const {
  std::vector<std::string> result;
  const auto* value = find(name);
  if (value == nullptr)
    return result;
  for (const auto& x : *value) {
    if (!x.is_array()) {
      result.push_back(scalar_text(x));
      continue;
    }
    for (const auto& y : x)
      result.push_back(scalar_text(y));
  }
  return result;
}

std::string scalar_text(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string pretty_json(const json& value) {
  return value.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

json split_lines(std::string_view text) {
  auto lines = json::array();
  while (!text.empty()) {
    auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

core::result<json> parse_json(std::string_view text, std::string_view source) {
  auto parsed = core::payload::parse(text);
  if (!parsed)
    return core::fail(core::ec::handler_failed,
                      fmt::format("{} is not JSON: {}", source,
                                  parsed.error().message));
  return parsed->value();
}

} // namespace troupe::agents
