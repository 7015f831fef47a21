// Nodes: what their agents share, how full they are, and whom their labels keep
// away.

#include "core/slot_router.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace troupe::core {

std::optional<size_t>
slot_router::find_node(std::string_view name) const noexcept {
  for (size_t i = 0; i < nodes_.size(); ++i)
    if (nodes_[i].is_there && nodes_[i].spec.name == name)
      return i;
  return std::nullopt;
}

bool slot_router::has_node(std::string_view name) const noexcept {
  return find_node(name).has_value();
}

bool slot_router::set_node(node_spec spec) {
  if (auto known = find_node(spec.name)) {
    auto& node = nodes_[*known];
    if (node.spec == spec)
      return true;
    if (node.agents > 0)
      return false;
    node.pool = resource_pool{spec.resources};
    node.spec = std::move(spec);
    return true;
  }
  // Agents that are gone do not ask for their node any more.
  auto place = std::ranges::find(nodes_, false, &node_entry::is_there);
  auto& node = place == nodes_.end() ? nodes_.emplace_back() : *place;
  node = {};
  node.pool = resource_pool{spec.resources};
  node.spec = std::move(spec);
  return true;
}

void slot_router::drop_node(std::string_view name) {
  auto known = find_node(name);
  if (!known || *known == 0)
    return;
  for (auto agent : agents_of(name))
    drop_agent(agent);
  nodes_[*known].is_there = false;
}

std::vector<uint32_t> slot_router::agents_of(std::string_view node) const {
  std::vector<uint32_t> result;
  auto known = find_node(node);
  for (uint32_t i = 0; known && i < agents_.size(); ++i)
    if (!agents_[i].is_gone && agents_[i].node == *known)
      result.push_back(i);
  return result;
}

// -- slots --------------------------------------------------------------------

void slot_router::take_slots(uint32_t agent, uint32_t count) noexcept {
  auto& x = agents_[agent];
  x.leased += count;
  nodes_[x.node].leased += count;
  leased_total_ += count;
}

void slot_router::drop_slots(uint32_t agent, uint32_t count) noexcept {
  auto& x = agents_[agent];
  x.leased -= count;
  nodes_[x.node].leased -= count;
  leased_total_ -= count;
}

/// Whether `x` is to be lent before `best`, of two agents with free slots of
/// which `best` came first.
bool slot_router::is_better(routing_strategy routing, uint32_t last_agent,
                            uint32_t x, uint32_t best,
                            bool is_resuming) const noexcept {
  // The first one after the last, else the first of all.
  if (routing == routing_strategy::round_robin)
    return x > last_agent && best <= last_agent;
  auto& mine = agents_[x];
  auto& other = agents_[best];
  if (is_by_node(routing) && mine.node != other.node) {
    auto& node = nodes_[mine.node];
    auto& other_node = nodes_[other.node];
    auto share = node.leased * other_node.slots;
    auto other_share = other_node.leased * node.slots;
    if (share != other_share)
      return routing == routing_strategy::spread ? share < other_share
                                                 : share > other_share;
    // Or agents of two nodes that are as full would take turns.
    if (routing == routing_strategy::pack)
      return false;
  }
  return uint64_t{mine.free(is_resuming)} * other.spec->max_concurrent
         > uint64_t{other.free(is_resuming)} * mine.spec->max_concurrent;
}

// -- resources ----------------------------------------------------------------

/// Of an agent that could do it: what it does not name itself its node does.
bool slot_router::has_left(const agent_entry& x,
                           const resource_amounts& needed) const noexcept {
  return x.pool.allows(needed) && nodes_[x.node].pool.allows(needed);
}

double slot_router::left_of(const agent_entry& x,
                            std::string_view name) const noexcept {
  auto& shared = nodes_[x.node].pool;
  if (!shared.has(name))
    return x.pool.left(name);
  return x.pool.has(name) ? std::min(x.pool.left(name), shared.left(name))
                          : shared.left(name);
}

/// `1 of 4 cpu left`, of whichever has less.
std::string slot_router::describe_left(const agent_entry& x,
                                       const resource_amount& part) const {
  auto& node = nodes_[x.node];
  auto left = left_of(x, part.name);
  if (x.pool.has(part.name) && x.pool.left(part.name) <= left)
    return fmt::format("{} of {} {} left", left,
                       amount_of(x.declared->resources, part.name), part.name);
  return fmt::format("{} of {} {} left on node {}", left,
                     amount_of(node.spec.resources, part.name), part.name,
                     node.spec.name);
}

// -- in words -----------------------------------------------------------------

/// Why agents that could do it are kept away by their labels; empty if there
/// are none.
std::string slot_router::explain_labels(const demand& x) const {
  if (!x.placement || x.placement->required.empty())
    return {};
  auto anywhere = x;
  anywhere.placement = {};
  std::vector<const agent_spec*> able;
  std::vector<std::string_view> nodes;
  for (auto& agent : agents_) {
    if (agent.is_gone || !can_serve(*agent.spec, anywhere))
      continue;
    able.push_back(agent.spec.get());
    if (!agent.spec->node.empty()
        && std::ranges::find(nodes, agent.spec->node) == nodes.end())
      nodes.push_back(agent.spec->node);
  }
  if (able.empty())
    return {};
  std::vector<label_rule> unmet;
  for (auto& rule : x.placement->required)
    if (std::ranges::none_of(able, [&](const agent_spec* agent) {
          return holds(rule, agent->labels);
        }))
      unmet.push_back(rule);
  auto text
    = unmet.empty()
        ? fmt::format("no agent has all of {}", describe(x.placement->required))
        : fmt::format("no agent has {} {}",
                      unmet.size() == 1 ? "label" : "labels", describe(unmet));
  text += able.size() == 1 ? fmt::format(": agent '{}' can do {}",
                                         able.front()->id, to_string(anywhere))
                           : fmt::format(": {} agents can do {}", able.size(),
                                         to_string(anywhere));
  if (nodes.empty())
    return text;
  constexpr size_t named_max = 8;
  auto rest = nodes.size() - std::min(nodes.size(), named_max);
  nodes.resize(nodes.size() - rest);
  text += fmt::format(", on {} {}", nodes.size() + rest == 1 ? "node" : "nodes",
                      fmt::join(nodes, ", "));
  return rest == 0 ? text : text + fmt::format(" and {} more", rest);
}

} // namespace troupe::core
