#pragma once

#include "core/recovery.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace troupe::core {

/// What the manager's side of a node knows of the attempts there: which agent
/// has which, in which state, and who is to hear of it (`Sink`: the queue).
/// Agents go by the node's numbers.
template <class Sink>
class node_ledger {
public:
  struct entry {
    uint32_t agent = 0;
    task_spec_ptr spec;
    live_attempt::state at = live_attempt::state::running;
    bool is_paused = false;
    Sink sink = {};
  };

  /// What a node says it has; without an agent if it has ended there.
  struct claim {
    uint32_t agent = 0;
    attempt_key key;
    live_attempt::state at = live_attempt::state::running;
    bool is_paused = false;
  };

  /// How what is there differs from what was believed.
  struct difference {
    /// Believed to run, and nobody has them.
    std::vector<std::pair<attempt_key, Sink>> lost;
    /// Nobody wants them any more.
    std::vector<claim> unwanted;
    /// They have given their slots back, or want some again.
    std::vector<std::pair<attempt_key, Sink>> parked;
    std::vector<std::pair<attempt_key, Sink>> unparking;
  };

  /// The node is told to make this attempt, or to go on with it.
  void start(uint32_t agent, task_spec_ptr spec, uint32_t number, Sink sink) {
    auto& x = entries_[{spec->id, number}];
    if (x.spec == nullptr)
      ++load_[agent];
    x.agent = agent;
    x.spec = std::move(spec);
    x.at = live_attempt::state::running;
    x.sink = std::move(sink);
  }

  /// It is believed to run there since before.
  void presume(uint32_t agent, task_spec_ptr spec, uint32_t number) {
    attempt_key key{spec->id, number};
    if (entries_.try_emplace(key, entry{agent, std::move(spec)}).second)
      ++load_[agent];
  }

  /// Null if nobody waits for it: it is late, or was never given.
  entry* find(const attempt_key& key) {
    auto i = entries_.find(key);
    return i == entries_.end() ? nullptr : &i->second;
  }

  /// False if it was not there.
  bool end(const attempt_key& key) {
    auto i = entries_.find(key);
    if (i == entries_.end())
      return false;
    --load_[i->second.agent];
    entries_.erase(i);
    return true;
  }

  std::vector<attempt_key> attempts_on(uint32_t agent) const {
    std::vector<attempt_key> result;
    for (auto& [key, x] : entries_)
      if (x.agent == agent)
        result.push_back(key);
    return result;
  }

  /// They are lost with their agent, and their queues know it.
  void drop_agent(uint32_t agent) {
    std::erase_if(entries_, [&](auto& x) { return x.second.agent == agent; });
    load_.erase(agent);
  }

  /// The attempts of this queue there are reported to `sink` from now on.
  std::vector<live_attempt> adopt(uint32_t agent, const std::string& queue,
                                  const Sink& sink) {
    std::vector<live_attempt> result;
    for (auto& [key, x] : entries_) {
      if (x.agent != agent || x.spec->queue != queue)
        continue;
      x.sink = sink;
      result.push_back({x.spec, key.number, x.at, x.is_paused});
    }
    return result;
  }

  /// Makes what is claimed what is there. An entry without a sink belongs to a
  /// queue that has not asked for it yet: it goes without a word.
  difference reconcile(const std::vector<claim>& claims) {
    difference result;
    std::unordered_map<attempt_key, const claim*> claimed;
    for (auto& x : claims) {
      auto* known = find(x.key);
      if (known == nullptr || (x.agent != 0 && known->agent != x.agent)) {
        result.unwanted.push_back(x);
        continue;
      }
      claimed.emplace(x.key, &x);
      known->is_paused = x.is_paused;
      if (std::exchange(known->at, x.at) == x.at)
        continue;
      if (x.at == live_attempt::state::parked)
        result.parked.emplace_back(x.key, known->sink);
      else if (x.at == live_attempt::state::unparking)
        result.unparking.emplace_back(x.key, known->sink);
    }
    for (auto& [key, x] : entries_)
      if (!claimed.contains(key))
        result.lost.emplace_back(key, x.sink);
    for (auto& [key, sink] : result.lost)
      end(key);
    return result;
  }

  /// Attempts on the agent.
  uint32_t load(uint32_t agent) const {
    auto i = load_.find(agent);
    return i == load_.end() ? 0 : i->second;
  }

  size_t size() const noexcept {
    return entries_.size();
  }

private:
  std::unordered_map<attempt_key, entry> entries_;
  std::unordered_map<uint32_t, uint32_t> load_;
};

} // namespace troupe::core
