#pragma once

#include "core/demand_classes.hpp"
#include "core/queue_spec.hpp"
#include "core/slots.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace troupe::core {

/// The slots a queue has been lent and has not given back: which of them are
/// free, and which the router wants to have again.
class held_slots {
public:
  /// Those of one agent.
  struct holding {
    uint32_t agent = 0;
    std::shared_ptr<const agent_spec> spec;
    uint32_t slots = 0;
    uint32_t in_use = 0;
    /// To be given back as soon as they are free,
    uint32_t owed = 0;
    /// unless for a task above this.
    int32_t owed_priority = 0;
    /// To be given back when there is no work for them.
    uint32_t asked = 0;
    /// Only for attempts that live on it.
    bool is_draining = false;
    /// Per class: can this agent do it.
    std::vector<bool> serves;

    uint32_t free() const noexcept {
      return slots - in_use;
    }
  };

  explicit held_slots(routing_strategy routing) : routing_(routing) {
  }

  /// Settles what was asked back of the agent before.
  void granted(const slot_grant& x);

  void recalled(const slot_recall& x);

  /// Gone with all its slots.
  void forget_agent(uint32_t agent);

  /// The agent for a task of this class with this priority: the least loaded,
  /// or the next in turn, of those with a free slot that it may have. The agent
  /// named `preferred` comes first, and if not `takes_others` it is the only
  /// one. Null if there is none; valid until the next change.
  const holding* choose(const demand_classes& classes, uint32_t demand_class,
                        int32_t priority, const std::string* preferred,
                        bool takes_others);

  /// An attempt begins on a slot of the agent, or leaves it.
  void take(uint32_t agent);
  void release(uint32_t agent);

  /// Gives back free slots: those asked for, and of the others all but
  /// `idle_max`. Adds what goes to `returned`.
  void give_back(uint64_t idle_max, std::vector<slot_count>& returned);

  /// All, free or not.
  uint64_t total() const noexcept;

private:
  holding* find(uint32_t agent);
  static bool serves(holding& x, const demand_classes& classes,
                     uint32_t demand_class);
  bool is_better(const holding& x, const holding& best) const noexcept;
  static void give_back(holding& x, uint32_t count,
                        std::vector<slot_count>& returned);

  routing_strategy routing_;
  std::vector<holding> holdings_;
  uint32_t last_agent_ = 0;
};

} // namespace troupe::core
