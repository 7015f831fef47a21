#pragma once

#include "core/demand_classes.hpp"
#include "core/queue_spec.hpp"
#include "core/slots.hpp"

#include <cstdint>
#include <memory>
#include <string>
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
    /// Per class: how many of its wishes for labels the agent meets; -1 if it
    /// cannot do it.
    std::vector<int16_t> fits;
    /// Where it lives, if that matters for the routing.
    size_t node = 0;

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

  /// The agent for a task of this class with this priority, of those with a
  /// free slot that it may have: the one named `preferred`, else one that meets
  /// most of the class's wishes for labels, of these the one that the routing
  /// says, by what the queue has in use. If not `takes_others`, only the one
  /// named, or, if none is, only such as meet all wishes. Null if there is
  /// none; valid until the next change.
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
  holding& add(const slot_grant& x);
  void left(const holding& x);
  static int16_t fit(holding& x, const demand_classes& classes,
                     uint32_t demand_class);
  bool is_better(const holding& x, const holding& best) const noexcept;
  static void give_back(holding& x, uint32_t count,
                        std::vector<slot_count>& returned);

  routing_strategy routing_;
  std::vector<holding> holdings_;

  /// Of what is held of its agents.
  struct node_use {
    std::string name;
    uint64_t slots = 0;
    uint64_t in_use = 0;
  };

  /// With a routing that looks at them.
  std::vector<node_use> nodes_;
  uint32_t last_agent_ = 0;
};

} // namespace troupe::core
