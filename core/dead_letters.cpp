#include "core/dead_letters.hpp"

#include <algorithm>

namespace troupe::core {

bool matches(const dead_letter_query& query, const task_spec& spec,
             ec code) noexcept {
  auto is_like = [](const std::string& wanted, const std::string& is) {
    return wanted.empty() || wanted == is;
  };
  auto has = [](const std::vector<std::string>& all, const std::string& x) {
    return x.empty() || std::ranges::find(all, x) != all.end();
  };
  return (!query.code || *query.code == code)
         && is_like(query.queue, spec.queue) && is_like(query.owner, spec.owner)
         && is_like(query.name, spec.name) && has(spec.tags, query.tag)
         && has(spec.capabilities, query.capability);
}

task_spec replay(const task_spec& dead, const replay_edit& edit, task_id id) {
  auto spec = dead;
  spec.id = id;
  spec.replay_of = dead.id;
  spec.parent = {};
  // That names the submission of the other; it would be a repetition of it.
  if (spec.keys)
    spec.keys.edit().submission.clear();
  spec.parameters = edit.parameters.value_or(dead.parameters);
  spec.priority = edit.priority.value_or(dead.priority);
  spec.retry = edit.retry.value_or(dead.retry);
  spec.limits = edit.limits.value_or(dead.limits);
  return spec;
}

std::optional<uint32_t> dead_letters::add(const task_id& id, uint32_t place) {
  if (max_ == 0)
    return place;
  items_.insert_or_assign(id, place);
  numbers_.insert_or_assign(id, ++last_);
  ages_.emplace(last_, id);
  if (items_.size() <= max_)
    return std::nullopt;
  auto oldest = ages_.begin()->second;
  return erase(oldest);
}

std::optional<uint32_t> dead_letters::erase(const task_id& id) {
  auto i = items_.find(id);
  if (i == items_.end())
    return std::nullopt;
  auto place = i->second;
  items_.erase(i);
  auto number = numbers_.find(id);
  ages_.erase(number->second);
  numbers_.erase(number);
  return place;
}

} // namespace troupe::core
