#pragma once

#include "actors/environment.hpp"
#include "core/agent_spec.hpp"
#include "messages/agents.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace troupe::actors {

/// How many attempts an agent runs right now, for whoever wants to know.
using load_counter = std::shared_ptr<std::atomic<uint32_t>>;

/// The agents there are, whoever dies and is started again. Safe from any
/// thread.
class agent_roster {
public:
  struct entry {
    core::agent_spec spec;
    messages::agent_host_actor host;
    load_counter load;
  };

  /// In the place of one with the same id.
  void put(entry x) {
    std::lock_guard guard{mutex_};
    auto id = x.spec.id;
    entries_.insert_or_assign(std::move(id), std::move(x));
  }

  /// Unless another has taken its place.
  void remove(const std::string& id, const messages::agent_host_actor& host) {
    std::lock_guard guard{mutex_};
    auto i = entries_.find(id);
    if (i != entries_.end() && i->second.host == host)
      entries_.erase(i);
  }

  std::vector<entry> all() const {
    std::lock_guard guard{mutex_};
    std::vector<entry> result;
    for (auto& [id, x] : entries_)
      result.push_back(x);
    return result;
  }

private:
  mutable std::mutex mutex_;
  std::map<std::string, entry> entries_;
};

} // namespace troupe::actors
