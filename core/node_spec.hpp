#pragma once

#include "core/agent_spec.hpp"
#include "core/placement.hpp"
#include "core/resources.hpp"

#include <string>
#include <string_view>

namespace troupe::core {

/// The label that every agent of a node has: the node's name.
inline constexpr std::string_view node_label = "node";

/// A process of a fleet, on which agents live. The manager's own, if it has no
/// name, has no labels and bounds nothing.
struct node_spec {
  /// Unique; see is_node_name().
  std::string name = {};
  /// Its agents have them, too; of what an agent has as well, the agent's.
  label_map labels = {};
  /// What its agents share. An agent may use no more of it than all of them
  /// together have left, and no more than it names itself.
  resource_amounts resources = {};

  friend bool operator==(const node_spec&, const node_spec&) = default;
};

/// Names of the DNS: parts of `a-z`, `0-9` and `-`, up to 63 bytes each, with
/// no `-` at either end, joined by dots; 253 bytes in all. They are what a
/// certificate can say.
bool is_node_name(std::string_view text) noexcept;

/// What the agent has with what its node gives it: the labels, the label
/// `node`, and of resources the smaller amount, if both name one.
agent_spec with_node(agent_spec agent, const node_spec& node);

} // namespace troupe::core
