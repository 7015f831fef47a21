#include "core/queue_spec.hpp"

#include "core/enum_names.hpp"

#include <array>

namespace troupe::core {

namespace {

constexpr std::array<std::string_view, 4> key_policy_names{
  "wait",
  "refuse",
  "cancel_oldest",
  "cancel_newest",
};
static_assert(key_policy_names.size()
              == static_cast<size_t>(key_policy_last) + 1);

constexpr std::array<std::string_view, 2> rate_scope_names{
  "queue",
  "key",
};
static_assert(rate_scope_names.size()
              == static_cast<size_t>(rate_scope_last) + 1);

constexpr std::array<std::string_view, 5> routing_strategy_names{
  "least_loaded", "round_robin", "sticky", "spread", "pack",
};
static_assert(routing_strategy_names.size()
              == static_cast<size_t>(routing_strategy_last) + 1);

constexpr std::array<std::string_view, 3> full_names{"refuse", "wait", "shed"};
static_assert(full_names.size() == static_cast<size_t>(full_policy_last) + 1);

} // namespace

std::string_view to_string(routing_strategy x) noexcept {
  return name_of(routing_strategy_names, x);
}

result<routing_strategy> parse_routing_strategy(std::string_view text) {
  return parse_name<routing_strategy>(routing_strategy_names,
                                      "a routing strategy", text);
}

std::string_view to_string(full_policy x) noexcept {
  return name_of(full_names, x);
}

result<full_policy> parse_full_policy(std::string_view text) {
  return parse_name<full_policy>(full_names, "a policy for full queues", text);
}

std::string_view to_string(key_policy x) noexcept {
  return name_of(key_policy_names, x);
}

result<key_policy> parse_key_policy(std::string_view text) {
  return parse_name<key_policy>(key_policy_names, "a key policy", text);
}

std::string_view to_string(rate_scope x) noexcept {
  return name_of(rate_scope_names, x);
}

result<rate_scope> parse_rate_scope(std::string_view text) {
  return parse_name<rate_scope>(rate_scope_names, "what a rate goes by", text);
}

} // namespace troupe::core
