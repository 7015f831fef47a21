#pragma once

#include "actors/reference.hpp"
#include "core/time.hpp"
#include "messages/interfaces.hpp"

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace troupe::actors {

/// The actors every Troupe consists of, as they are at one moment.
struct assembly {
  /// The manager, or the uplink of a node that has joined another one; such a
  /// node has none of those below but `agents`.
  messages::attempt_owner_actor owner;
  /// Where agents are registered: the router, or the uplink.
  messages::agent_registry_actor agents;
  messages::event_bus_actor bus;
  /// Null without one.
  messages::journal_actor journal;
  messages::manager_actor manager;
  messages::router_actor router;
  /// Null without circuits.
  messages::circuit_breaker_actor breaker;
  /// Null without rate limits.
  messages::rate_limiter_actor limiter;
  /// The first gate, or the manager if there is none.
  messages::submission_actor submissions;
  messages::schedule_keeper_actor schedules;
  std::map<std::string, messages::queue_actor> queues;
};

/// Where Troupe's actors are: they change when one is started again. Safe from
/// any thread.
class directory {
public:
  assembly get() const {
    std::lock_guard guard{mutex_};
    return parts_;
  }

  /// `f(const assembly&)`, without a copy of it all.
  template <class F>
  auto read(F f) const {
    std::lock_guard guard{mutex_};
    return f(parts_);
  }

  std::optional<messages::queue_actor>
  find_queue(const std::string& name) const {
    std::lock_guard guard{mutex_};
    auto i = parts_.queues.find(name);
    if (i == parts_.queues.end())
      return std::nullopt;
    return i->second;
  }

  /// `f(assembly&)`, with everybody else waiting.
  template <class F>
  void change(F f) {
    {
      std::lock_guard guard{mutex_};
      f(parts_);
      owner_.set(parts_.owner);
    }
    changed_.notify_all();
  }

  /// Whom handlers turn to.
  const reference<messages::attempt_owner_actor>& owner() const noexcept {
    return owner_;
  }

  /// Nothing will change any more: it was stopped, or has given up because of
  /// this. The first reason stays.
  void close(std::string why) {
    {
      std::lock_guard guard{mutex_};
      if (!closed_)
        closed_ = std::move(why);
    }
    changed_.notify_all();
  }

  /// Why it is closed; nothing if it is not.
  std::optional<std::string> closed() const {
    std::lock_guard guard{mutex_};
    return closed_;
  }

  /// Waits until `f(const assembly&)` is true, or it is closed. False if that
  /// took longer than `timeout`, or it was closed.
  template <class F>
  bool wait_for(core::duration timeout, F f) {
    std::unique_lock guard{mutex_};
    auto is_over = [&] {
      return closed_ || f(static_cast<const assembly&>(parts_));
    };
    if (timeout >= std::chrono::hours{24 * 365})
      changed_.wait(guard, is_over);
    else if (!changed_.wait_for(guard, timeout, is_over))
      return false;
    return !closed_;
  }

private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  assembly parts_;
  std::optional<std::string> closed_;
  reference<messages::attempt_owner_actor> owner_;
};

} // namespace troupe::actors
