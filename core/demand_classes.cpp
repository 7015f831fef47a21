#include "core/demand_classes.hpp"

#include "core/node_spec.hpp"

#include <algorithm>
#include <iterator>

namespace troupe::core {

namespace {

constexpr size_t keys_max = 65'536;

size_t hash_of(const demand& x) {
  std::hash<std::string> hash;
  auto sum = hash(x.agent) * 31 + static_cast<size_t>(x.wish) * 2
             + static_cast<size_t>(x.is_resuming);
  for (auto& capability : x.capabilities)
    sum = sum * 1099511628211ull + hash(capability);
  for (auto& part : x.resources)
    sum = sum * 1099511628211ull
          + (hash(part.name) ^ std::hash<double>{}(part.amount));
  for (auto* rules : {&x.placement->required, &x.placement->preferred})
    for (auto& rule : *rules)
      sum = sum * 1099511628211ull + hash(rule.key)
            + (rule.values.empty() ? 0 : hash(rule.values.front()));
  return sum;
}

/// Of a waiting task, whatever its key.
demand demand_of(const task_spec& spec) {
  return {spec.capabilities, spec.agent,    spec.wish, {}, false,
          spec.resources,    spec.placement};
}

} // namespace

uint32_t demand_classes::of(const task_spec& spec) {
  if (is_sticky_ && !spec.sticky_key.empty()) {
    auto any = demand_of(spec);
    auto i = homes_.find(spec.sticky_key);
    if (i == homes_.end())
      return number_of(std::move(any));
    auto& [agent, is_gone] = i->second;
    if (is_gone)
      any.placement.edit().preferred.push_back(
        {std::string{node_label}, label_test::is, {agent->node}});
    if (is_gone || !can_serve(*agent, any))
      return number_of(std::move(any));
    return number_of({spec.capabilities, agent->id, agent_wish::require,
                      "sticky", false, spec.resources});
  }
  if (last_ < classes_.size()) {
    auto& last = *classes_[last_];
    if (last.capabilities == spec.capabilities && last.agent == spec.agent
        && last.wish == spec.wish && !last.is_resuming
        && last.sticky_key.empty() && last.resources == spec.resources
        && last.placement == spec.placement)
      return last_;
  }
  last_ = number_of(demand_of(spec));
  return last_;
}

uint32_t demand_classes::of_resuming(const task_spec& spec,
                                     const std::string& agent) {
  // What it has taken of the agent it has kept.
  return number_of(
    {spec.capabilities, agent, agent_wish::require, {}, true, {}});
}

uint32_t demand_classes::number_of(demand what) {
  auto& candidates = by_hash_[hash_of(what)];
  for (auto i : candidates)
    if (*classes_[i] == what)
      return i;
  auto number = static_cast<uint32_t>(classes_.size());
  candidates.push_back(number);
  classes_.push_back(std::make_shared<const demand>(std::move(what)));
  return number;
}

void demand_classes::bind(const task_spec& spec,
                          const std::shared_ptr<const agent_spec>& agent) {
  if (!is_sticky_ || spec.sticky_key.empty())
    return;
  auto [i, is_new] = homes_.try_emplace(spec.sticky_key, home{agent});
  if (!is_new) {
    if (i->second.is_gone)
      i->second = {agent};
    return;
  }
  keys_.push_back(spec.sticky_key);
  if (keys_.size() > keys_max) {
    homes_.erase(keys_.front());
    keys_.pop_front();
  }
}

bool demand_classes::may_move(const task_spec& spec,
                              uint32_t number) const noexcept {
  return is_sticky_ && !spec.sticky_key.empty()
         && classes_[number]->sticky_key.empty();
}

void demand_classes::forget_agent(const std::string& id) {
  auto has_free_key = false;
  for (auto i = homes_.begin(); i != homes_.end();) {
    auto& x = i->second;
    if (x.agent->id == id)
      x.is_gone = true;
    auto is_free = x.is_gone && x.agent->node.empty();
    has_free_key = has_free_key || is_free;
    i = is_free ? homes_.erase(i) : std::next(i);
  }
  if (has_free_key)
    std::erase_if(keys_, [&](auto& key) { return !homes_.contains(key); });
}

bool demand_classes::is_bound_to(uint32_t number,
                                 const std::string& agent) const noexcept {
  auto& x = *classes_[number];
  return !x.sticky_key.empty() && x.agent == agent;
}

} // namespace troupe::core
