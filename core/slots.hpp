#pragma once

#include "core/agent_spec.hpp"
#include "core/demand.hpp"

#include <cstdint>
#include <memory>

namespace troupe::core {

/// "I have work for so many more slots of this kind", from a queue to the
/// router. Replaces what the queue said of this class before.
struct slot_want {
  /// The queue's number for the demand.
  uint32_t demand_class = 0;
  std::shared_ptr<const demand> what;
  /// 0 = nothing any more.
  uint32_t count = 0;
  /// Of the most urgent task waiting for it.
  int32_t priority = 0;

  friend bool operator==(const slot_want&, const slot_want&) = default;
};

/// "These slots are yours until you give them back." What was asked back of the
/// agent before is settled by it.
struct slot_grant {
  /// The router's number for the agent; never used again for another.
  uint32_t agent = 0;
  std::shared_ptr<const agent_spec> spec;
  uint32_t count = 0;
  /// The agent drains, or is offline: only attempts that live on it may have
  /// them, and they go back when those have no use for them.
  bool is_draining = false;
  /// Not 0: a slot for one attempt of the class it is for, with the amounts of
  /// the agent that the class needs. `count` is 1. It goes back when the
  /// attempt has ended, or at once if there is none; see lease_return.
  uint64_t lease = 0;
  uint32_t demand_class = 0;
};

/// What goes back of a lease.
struct lease_return {
  uint64_t lease = 0;
  /// False: the slot only, since the attempt waits for child tasks. It will go
  /// on on another slot of the agent.
  bool is_whole = true;

  friend bool operator==(const lease_return&, const lease_return&) = default;
};

/// A number of slots of an agent, to be given back.
struct slot_count {
  uint32_t agent = 0;
  uint32_t count = 0;

  friend bool operator==(const slot_count&, const slot_count&) = default;
};

/// Slots of an agent the router asks for.
struct slot_recall {
  uint32_t agent = 0;
  uint32_t count = 0;
  /// As soon as they are free, unless for tasks above `priority`. Else only
  /// when there is no work for them, instead of keeping them for what may come.
  bool is_pressing = false;
  /// Of what they are wanted for.
  int32_t priority = 0;
  /// See slot_grant.
  bool is_draining = false;
};

} // namespace troupe::core
