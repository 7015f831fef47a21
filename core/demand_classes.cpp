#include "core/demand_classes.hpp"

#include <algorithm>

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
  return sum;
}

} // namespace

uint32_t demand_classes::of(const task_spec& spec) {
  if (is_sticky_ && !spec.sticky_key.empty()) {
    demand any{spec.capabilities, spec.agent, spec.wish, {}, false,
               spec.resources};
    auto i = agents_.find(spec.sticky_key);
    if (i == agents_.end() || !can_serve(*i->second, any))
      return number_of(std::move(any));
    return number_of({spec.capabilities, i->second->id, agent_wish::require,
                      "sticky", false, spec.resources});
  }
  if (last_ < classes_.size()) {
    auto& last = *classes_[last_];
    if (last.capabilities == spec.capabilities && last.agent == spec.agent
        && last.wish == spec.wish && !last.is_resuming
        && last.sticky_key.empty() && last.resources == spec.resources)
      return last_;
  }
  last_ = number_of(
    {spec.capabilities, spec.agent, spec.wish, {}, false, spec.resources});
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
  if (!is_sticky_ || spec.sticky_key.empty()
      || !agents_.try_emplace(spec.sticky_key, agent).second)
    return;
  keys_.push_back(spec.sticky_key);
  if (keys_.size() > keys_max) {
    agents_.erase(keys_.front());
    keys_.pop_front();
  }
}

bool demand_classes::may_move(const task_spec& spec,
                              uint32_t number) const noexcept {
  return is_sticky_ && !spec.sticky_key.empty()
         && classes_[number]->sticky_key.empty();
}

void demand_classes::forget_agent(const std::string& id) {
  std::erase_if(agents_, [&](auto& x) { return x.second->id == id; });
  std::erase_if(keys_, [&](auto& key) { return !agents_.contains(key); });
}

bool demand_classes::is_bound_to(uint32_t number,
                                 const std::string& agent) const noexcept {
  auto& x = *classes_[number];
  return !x.sticky_key.empty() && x.agent == agent;
}

} // namespace troupe::core
