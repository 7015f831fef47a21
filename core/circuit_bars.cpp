#include "core/circuit_bars.hpp"

#include <algorithm>
#include <utility>

namespace troupe::core {

void circuit_bars::set(circuit_scope scope, std::vector<circuit_bar> bars) {
  auto before = std::exchange(bars_, {});
  scope_ = scope;
  for (auto& x : bars) {
    known_bar added{std::move(x), 0, false};
    auto same = std::ranges::find_if(before, [&](auto& y) {
      return y.key == added.key && y.round == added.round;
    });
    if (same != before.end()) {
      added.allowed = same->allowed;
      added.is_asked = same->is_asked;
    }
    bars_.push_back(std::move(added));
  }
}

void circuit_bars::allow(std::string_view key, uint32_t count) {
  auto* bar = find(key);
  if (bar == nullptr || !bar->is_half_open)
    return;
  bar->allowed += count;
  bar->is_asked = false;
}

uint32_t circuit_bars::allowance(const demand& what,
                                 std::string_view queue) const noexcept {
  auto* bar = find(key_of(what, queue));
  return bar == nullptr ? no_limit : bar->allowed;
}

void circuit_bars::start(const demand& what, std::string_view queue) noexcept {
  auto* bar = find(key_of(what, queue));
  if (bar != nullptr && bar->allowed > 0)
    --bar->allowed;
}

std::optional<std::string> circuit_bars::ask(const demand& what,
                                             std::string_view queue) {
  auto* bar = find(key_of(what, queue));
  if (bar == nullptr || !bar->is_half_open || bar->allowed > 0 || bar->is_asked)
    return std::nullopt;
  bar->is_asked = true;
  return bar->key;
}

const circuit_bar* circuit_bars::find(const demand& what,
                                      std::string_view queue) const noexcept {
  auto* bar = find(key_of(what, queue));
  return bar != nullptr && bar->allowed == 0 ? bar : nullptr;
}

/// As circuit_board::key_of() of the task.
std::string_view circuit_bars::key_of(const demand& what,
                                      std::string_view queue) const noexcept {
  if (what.is_resuming)
    return {};
  switch (scope_) {
    case circuit_scope::capability:
      return what.capabilities.front();
    case circuit_scope::queue:
      return queue;
    case circuit_scope::agent:
      // Whose key has gone to an agent does not require it.
      return what.wish == agent_wish::require && what.sticky_key.empty()
               ? std::string_view{what.agent}
               : std::string_view{};
    case circuit_scope::all:
      break;
  }
  return "all";
}

circuit_bars::known_bar* circuit_bars::find(std::string_view key) noexcept {
  auto i = std::ranges::find(bars_, key, &known_bar::key);
  return i == bars_.end() ? nullptr : &*i;
}

const circuit_bars::known_bar*
circuit_bars::find(std::string_view key) const noexcept {
  auto i = std::ranges::find(bars_, key, &known_bar::key);
  return i == bars_.end() ? nullptr : &*i;
}

} // namespace troupe::core
