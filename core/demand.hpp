#pragma once

#include "core/agent_spec.hpp"
#include "core/boxed.hpp"
#include "core/placement.hpp"
#include "core/task.hpp"

#include <string>
#include <vector>

namespace troupe::core {

/// What a task needs of an agent. Tasks with equal demands wait in one line.
struct demand {
  std::vector<std::string> capabilities;
  /// Empty = any.
  std::string agent;
  agent_wish wish = agent_wish::prefer;
  std::string sticky_key;
  /// An attempt that lives on the agent already and goes on: the agent takes it
  /// even while it drains.
  bool is_resuming = false;
  /// Amounts of the agent; see slot_grant::lease.
  resource_amounts resources = {};
  boxed<core::placement> placement = {};

  friend bool operator==(const demand&, const demand&) = default;

  bool prefers_agent() const noexcept {
    return !agent.empty() && wish == agent_wish::prefer;
  }

  /// Something that it would rather have, but does not wait for: whoever holds
  /// slots asks for better ones before it takes what it has.
  bool has_wishes() const noexcept {
    return prefers_agent() || (placement && !placement->preferred.empty());
  }
};

/// Whether an agent with these capabilities, labels, this id and so much of
/// everything can do it, if nothing else is on it.
bool can_serve(const agent_spec& agent, const demand& x) noexcept;

/// `[a, b] with 2 cpu on agent x where zone=eu`, for people.
std::string to_string(const demand& x);

} // namespace troupe::core
