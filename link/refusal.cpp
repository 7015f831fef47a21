#include "link/refusal.hpp"

#include <algorithm>
#include <array>

namespace troupe::link {

namespace {

constexpr std::array<std::string_view, refusal_count> refusal_names = {
  "busy",         "too_many",    "untrusted",  "timeout",
  "malformed",    "version",     "wrong_name", "not_allowed",
  "token_in_use", "unavailable", "gone",
};

} // namespace

std::string_view to_string(refusal x) noexcept {
  return refusal_names[static_cast<size_t>(x)];
}

std::optional<refusal> refusal_from(std::string_view name) noexcept {
  auto found = std::ranges::find(refusal_names, name);
  if (found == refusal_names.end())
    return std::nullopt;
  return static_cast<refusal>(found - refusal_names.begin());
}

} // namespace troupe::link
