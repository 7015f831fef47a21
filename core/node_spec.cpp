#include "core/node_spec.hpp"

#include <algorithm>

namespace troupe::core {

namespace {

bool is_dns_label(std::string_view text) noexcept {
  constexpr size_t bytes_max = 63;
  if (text.empty() || text.size() > bytes_max || text.front() == '-'
      || text.back() == '-')
    return false;
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

} // namespace

bool is_node_name(std::string_view text) noexcept {
  constexpr size_t bytes_max = 253;
  if (text.size() > bytes_max)
    return false;
  for (;;) {
    auto end = text.find('.');
    if (!is_dns_label(text.substr(0, end)))
      return false;
    if (end == std::string_view::npos)
      return true;
    text.remove_prefix(end + 1);
  }
}

agent_spec with_node(agent_spec agent, const node_spec& node) {
  // What is there already stays.
  agent.labels.insert(node.labels.begin(), node.labels.end());
  if (!node.name.empty())
    agent.labels.insert_or_assign(std::string{node_label}, node.name);
  for (auto& x : node.resources) {
    auto i = std::ranges::find(agent.resources, x.name, &resource_amount::name);
    if (i == agent.resources.end())
      agent.resources.push_back(x);
    else
      i->amount = std::min(i->amount, x.amount);
  }
  return agent;
}

} // namespace troupe::core
