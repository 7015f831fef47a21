#include "core/retry_settings.hpp"

#include "core/enum_names.hpp"

#include <array>

namespace troupe::core {

namespace {

constexpr std::array<std::string_view, 3> backoff_names{
  "fixed",
  "linear",
  "exponential",
};
static_assert(backoff_names.size()
              == static_cast<size_t>(backoff_kind_last) + 1);

constexpr std::array<std::string_view, 3> jitter_names{"none", "equal", "full"};
static_assert(jitter_names.size() == static_cast<size_t>(jitter_kind_last) + 1);

} // namespace

std::string_view to_string(backoff_kind x) noexcept {
  return name_of(backoff_names, x);
}

result<backoff_kind> parse_backoff_kind(std::string_view text) {
  return parse_name<backoff_kind>(backoff_names, "a kind of backoff", text);
}

std::string_view to_string(jitter_kind x) noexcept {
  return name_of(jitter_names, x);
}

result<jitter_kind> parse_jitter_kind(std::string_view text) {
  return parse_name<jitter_kind>(jitter_names, "a kind of jitter", text);
}

} // namespace troupe::core
