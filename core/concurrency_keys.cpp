#include "core/concurrency_keys.hpp"

#include <algorithm>
#include <utility>

namespace troupe::core {

uint32_t concurrency_keys::number_of(const std::string& key) {
  if (auto i = numbers_.find(key); i != numbers_.end())
    return i->second;
  uint32_t number = 0;
  if (free_keys_.empty()) {
    number = static_cast<uint32_t>(keys_.size());
    keys_.emplace_back();
  } else {
    number = free_keys_.back();
    free_keys_.pop_back();
  }
  keys_[number].name = key;
  numbers_.emplace(key, number);
  return number;
}

uint32_t concurrency_keys::room(const key_state& x) const noexcept {
  return key_max_ - std::min(key_max_, x.running);
}

concurrency_keys::group& concurrency_keys::group_of(key_state& x,
                                                    uint32_t demand_class) {
  auto i = std::ranges::find(x.groups, demand_class, &group::demand_class);
  if (i != x.groups.end())
    return *i;
  auto& added = x.groups.emplace_back();
  added.demand_class = demand_class;
  return added;
}

void concurrency_keys::add(uint32_t handle, const std::string& key,
                           uint32_t demand_class, rank at) {
  if (handle >= places_.size())
    places_.resize(std::max<size_t>(handle + size_t{1}, places_.size() * 2));
  auto number = number_of(key);
  places_[handle] = {number, demand_class, at, false};
  group_of(keys_[number], demand_class).kept.insert({at, handle});
  ++kept_;
  settle(number);
}

void concurrency_keys::move(uint32_t handle, int64_t urgency) {
  auto& x = places_[handle];
  auto& among = group_of(keys_[x.key], x.demand_class);
  if (among.in_line.erase({x.at, handle}) > 0) {
    changes_.push_back({handle, false});
    ++kept_;
  } else {
    among.kept.erase({x.at, handle});
  }
  x.at.urgency = urgency;
  among.kept.insert({x.at, handle});
  settle(x.key);
}

void concurrency_keys::start(uint32_t handle) {
  auto& x = places_[handle];
  remove_waiting(handle);
  x.is_running = true;
  ++keys_[x.key].running;
  settle(x.key);
}

void concurrency_keys::erase(uint32_t handle) {
  if (handle >= places_.size() || places_[handle].key == none)
    return;
  auto x = places_[handle];
  if (x.is_running)
    --keys_[x.key].running;
  else
    remove_waiting(handle);
  places_[handle] = {};
  settle(x.key);
}

void concurrency_keys::remove_waiting(uint32_t handle) {
  auto& x = places_[handle];
  auto& among = group_of(keys_[x.key], x.demand_class);
  if (among.in_line.erase({x.at, handle}) == 0)
    kept_ -= among.kept.erase({x.at, handle});
}

/// Puts the first ones into the line, as many as there is room for.
void concurrency_keys::settle(uint32_t key) {
  auto& x = keys_[key];
  auto fits = room(x);
  for (auto& among : x.groups) {
    auto keep_back = [&] {
      auto last = std::prev(among.in_line.end());
      changes_.push_back({last->handle, false});
      among.kept.insert(among.in_line.extract(last));
      ++kept_;
    };
    while (among.in_line.size() > fits)
      keep_back();
    while (
      !among.kept.empty()
      && (among.in_line.size() < fits
          || (fits > 0 && *among.kept.begin() < *among.in_line.rbegin()))) {
      if (among.in_line.size() == fits)
        keep_back();
      auto first = among.kept.begin();
      changes_.push_back({first->handle, true});
      among.in_line.insert(among.kept.extract(first));
      --kept_;
    }
  }
  std::erase_if(x.groups, [](const group& among) {
    return among.in_line.empty() && among.kept.empty();
  });
  if (x.groups.empty() && x.running == 0) {
    numbers_.erase(x.name);
    x = {};
    free_keys_.push_back(key);
  }
}

std::vector<concurrency_keys::change> concurrency_keys::take_changes() {
  return std::exchange(changes_, {});
}

} // namespace troupe::core
