#pragma once

#include "actors/node_messages.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace troupe::actors {

/// Ends the desk of a client, if it still is there.
inline void end_desk(const caf::actor_addr& desk) {
  if (auto there = caf::actor_cast<caf::strong_actor_ptr>(desk))
    caf::anon_send_exit(there, caf::exit_reason::user_shutdown);
}

/// The nodes there are: what outlives the door and the sessions. Safe from any
/// thread.
class fleet_memory : public std::enable_shared_from_this<fleet_memory> {
public:
  struct entry {
    node_session_impl session;
    core::task_id incarnation;
  };

  std::optional<entry> find(const std::string& name) const {
    std::lock_guard guard{mutex_};
    auto i = nodes_.find(name);
    if (i == nodes_.end())
      return std::nullopt;
    return i->second;
  }

  /// In the place of the one that had the name, whose process will not be let
  /// in again.
  void put(const std::string& name, entry x) {
    std::lock_guard guard{mutex_};
    auto& known = nodes_[name];
    if (known.session && known.incarnation != x.incarnation)
      retire(known.incarnation);
    known = std::move(x);
  }

  /// Unless another has taken its place. `before()` is called if none has, and
  /// none does meanwhile.
  template <class F>
  void
  remove(const std::string& name, const caf::actor_addr& session, F before) {
    std::lock_guard guard{mutex_};
    auto i = nodes_.find(name);
    if (i == nodes_.end() || i->second.session.address() != session)
      return;
    before();
    nodes_.erase(i);
  }

  void remove(const std::string& name, const caf::actor_addr& session) {
    remove(name, session, [] {});
  }

  /// Another process has taken this one's name.
  bool is_retired(const core::task_id& incarnation) const {
    std::lock_guard guard{mutex_};
    return retired_.contains(incarnation);
  }

  std::vector<node_session_impl> all() const {
    std::lock_guard guard{mutex_};
    std::vector<node_session_impl> result;
    for (auto& [name, x] : nodes_)
      result.push_back(x.session);
    return result;
  }

  /// Until it ends, which it does with the fleet at the latest.
  void add_desk(const messages::control_actor& desk) {
    auto address = desk.address();
    {
      std::lock_guard guard{mutex_};
      desks_.insert(address);
    }
    caf::actor_cast<caf::actor>(desk)->attach_functor(
      [self = weak_from_this(), address](const caf::error&) {
        if (auto fleet = self.lock()) {
          std::lock_guard guard{fleet->mutex_};
          fleet->desks_.erase(address);
        }
      });
  }

  std::vector<caf::actor_addr> desks() const {
    std::lock_guard guard{mutex_};
    return {desks_.begin(), desks_.end()};
  }

private:
  /// Of each process that lost its name one number is kept, but not for ever.
  void retire(const core::task_id& incarnation) {
    constexpr size_t retired_max = 10'000;
    if (retired_.size() >= retired_max)
      retired_.erase(retired_.begin());
    retired_.insert(incarnation);
  }

  mutable std::mutex mutex_;
  std::map<std::string, entry> nodes_;
  std::set<core::task_id> retired_;
  std::set<caf::actor_addr> desks_;
};

} // namespace troupe::actors
