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
  if (rate_)
    keys_[number].bucket.emplace(*rate_);
  numbers_.emplace(key, number);
  return number;
}

void concurrency_keys::advance(time_point now) {
  now_ = now;
  while (auto key = due_.take_due(now))
    settle(*key);
}

uint64_t concurrency_keys::room(const key_state& x) const noexcept {
  uint64_t result = key_max_ - std::min(key_max_, x.running);
  return x.bucket ? std::min(result, x.bucket->available(now_)) : result;
}

time_point concurrency_keys::next_start(uint32_t handle) const noexcept {
  auto& x = keys_[places_[handle].key];
  return x.bucket ? x.bucket->when(1, now_) : now_;
}

/// When there is one more token for what is kept back, or when it is full.
time_point concurrency_keys::due_of(const key_state& x) const noexcept {
  if (!x.bucket)
    return never;
  if (!x.is_used())
    return x.bucket->when(x.bucket->rate().burst, now_);
  auto tokens = x.bucket->available(now_);
  auto waits_for_tokens = x.running < key_max_ && tokens < key_max_ - x.running
                          && std::ranges::any_of(x.groups, [](auto& among) {
                               return !among.kept.empty();
                             });
  return waits_for_tokens ? x.bucket->when(tokens + 1, now_) : never;
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

void concurrency_keys::adopt(uint32_t handle, const std::string& key) {
  if (handle >= places_.size())
    places_.resize(std::max<size_t>(handle + size_t{1}, places_.size() * 2));
  auto number = number_of(key);
  places_[handle] = {number, 0, {}, true};
  ++keys_[number].running;
  settle(number);
}

void concurrency_keys::start(uint32_t handle) {
  auto& x = places_[handle];
  remove_waiting(handle);
  x.is_running = true;
  auto& key = keys_[x.key];
  ++key.running;
  if (key.bucket)
    key.bucket->take(1, now_);
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

/// To be called after each change, and when the key is due.
void concurrency_keys::settle(uint32_t key) {
  auto& x = keys_[key];
  auto fits = room(x);
  for (auto& among : x.groups)
    fill_line(among, fits);
  std::erase_if(x.groups, [](const group& among) {
    return among.in_line.empty() && among.kept.empty();
  });
  if (!x.is_used() && (!x.bucket || x.bucket->is_full(now_))) {
    due_.erase(key);
    numbers_.erase(x.name);
    x = {};
    free_keys_.push_back(key);
    return;
  }
  auto due = due_of(x);
  if (due == never)
    due_.erase(key);
  else
    due_.add(key, due);
}

/// Puts the first ones into the line, as many as there is room for.
void concurrency_keys::fill_line(group& among, uint64_t fits) {
  auto& in_line = among.in_line;
  auto& kept = among.kept;
  auto keep_back = [&] {
    auto last = std::prev(in_line.end());
    changes_.push_back({last->handle, false});
    kept.insert(in_line.extract(last));
    ++kept_;
  };
  while (in_line.size() > fits)
    keep_back();
  while (!kept.empty() && fits > 0
         && (in_line.size() < fits || *kept.begin() < *in_line.rbegin())) {
    if (in_line.size() == fits)
      keep_back();
    auto first = kept.begin();
    changes_.push_back({first->handle, true});
    in_line.insert(kept.extract(first));
    --kept_;
  }
}

std::vector<concurrency_keys::change> concurrency_keys::take_changes() {
  return std::exchange(changes_, {});
}

} // namespace troupe::core
