#pragma once

#include "core/queue_spec.hpp"
#include "core/slots.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

/// What the router has to say to the queues. The caller takes it.
struct router_actions {
  struct line {
    uint32_t queue = 0;
    std::vector<slot_grant> grants;
    std::vector<slot_recall> recalls;
    /// Classes with a preferred agent whose want has been looked at.
    std::vector<uint32_t> answered;
  };

  std::vector<line> lines;
  /// Draining agents that have no slot out; they may still have attempts that
  /// wait for their children.
  std::vector<uint32_t> drained;
  /// Agents that have left.
  std::vector<uint32_t> gone;
};

/// Lends the agents' slots to queues. A free slot goes to the most urgent want
/// it can serve; among wants of the same priority, to the queue that holds the
/// fewest slots. When nothing is free, slots are asked back: pressingly from a
/// queue that wants more but is less urgent, or as urgent and better off by two
/// or more; from the others only what they have no work for. All agents that
/// would do are asked for: only the queue knows whose slots are free first.
///
/// Binding a slot to a queue, and the queue to a task only when the slot is
/// there ("late binding"), is what lets an urgent task overtake all that wait.
class slot_router {
public:
  /// `slots_max` bounds the slots lent at once over all agents; 0 = no bound.
  explicit slot_router(uint32_t slots_max = 0) : slots_max_(slots_max) {
  }

  uint32_t add_queue(routing_strategy routing);

  /// Nothing if there is an agent with this id that has not left.
  std::optional<uint32_t> add_agent(agent_spec spec);

  /// Lends it to nobody but attempts that live on it, and asks for all slots
  /// back; it is `drained` when all are. Drop it when it has nothing left.
  void drain_agent(uint32_t agent, std::string note);

  /// It is gone with all slots, lent or not.
  void drop_agent(uint32_t agent);

  std::optional<uint32_t> find_agent(std::string_view id) const;

  /// How many attempts the agent says it runs.
  void set_running(uint32_t agent, uint32_t running);

  void want(uint32_t queue, std::vector<slot_want> wants);

  void give_back(uint32_t queue, const std::vector<slot_count>& slots);

  std::vector<agent_info> agents() const;

  /// Why a task with this demand has no slot, in a sentence.
  std::string explain(const demand& x) const;

  /// Lends what can be lent. Call it after a round of changes.
  void allocate();

  router_actions take_actions();

private:
  struct agent_entry {
    std::shared_ptr<const agent_spec> spec;
    uint32_t leased = 0;
    uint32_t running = 0;
    bool is_draining = false;
    bool is_gone = false;
    std::string note;

    uint32_t free(bool is_resuming) const noexcept {
      return is_gone || (is_draining && !is_resuming)
               ? 0
               : spec->max_concurrent - leased;
    }
  };

  struct queue_entry {
    routing_strategy routing = routing_strategy::least_loaded;
    std::vector<slot_want> wants;
    /// Slots held, by agent.
    std::map<uint32_t, uint32_t> held;
    uint32_t held_total = 0;
    /// Slots asked back that have not come, by agent: pressingly, and not.
    std::map<uint32_t, uint32_t> pressed;
    std::map<uint32_t, uint32_t> asked;
    /// Lent last; at first nobody.
    uint32_t last_agent = UINT32_MAX;
  };

  router_actions::line& line_of(uint32_t queue);
  slot_want* most_urgent(uint32_t& queue);
  std::optional<uint32_t> choose_agent(const queue_entry& queue,
                                       const demand& x) const;
  void lend(uint32_t queue, uint32_t agent, uint32_t count);
  void recall(uint32_t queue, uint32_t agent, uint32_t count, bool is_pressing,
              int32_t priority);
  void recall_for(uint32_t queue, const slot_want& x);

  bool has_room() const noexcept {
    return slots_max_ == 0 || leased_total_ < slots_max_;
  }

  uint32_t slots_max_;
  uint32_t leased_total_ = 0;
  std::vector<agent_entry> agents_;
  std::vector<queue_entry> queues_;
  router_actions actions_;
};

} // namespace troupe::core
