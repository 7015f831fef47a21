#pragma once

// Long because it is all that the router knows; the sources are split.

#include "core/node_spec.hpp"
#include "core/queue_spec.hpp"
#include "core/slots.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace troupe::core {

/// What the router has to say to the queues. The caller takes it.
struct router_actions {
  struct line {
    uint32_t queue = 0;
    std::vector<slot_grant> grants;
    std::vector<slot_recall> recalls;
    /// Classes with a preferred agent, or with resources, whose want has been
    /// looked at.
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
///
/// A slot for tasks that need amounts of an agent is lent with them, for one
/// attempt (a *lease*), so they come back at once; nobody is asked for them. So
/// that small tasks do not keep a big one waiting for ever, the most urgent
/// such want that cannot be served, among equals the one that waits longest,
/// has an agent *reserved*: until it is served once, no other want that is not
/// more urgent gets amounts of it that are needed, and among equals it comes
/// first for a slot. An agent is not reserved while an attempt on it waits for
/// child tasks: those might wait for the reserved amounts.
///
/// Agents live on nodes. What an agent inherits of its node (with_node()) is in
/// the spec that goes with its grants, so queues need not know of nodes. What a
/// node has of resources its agents share: an attempt takes it of the agent and
/// of the node, as far as each names it.
class slot_router {
public:
  /// `slots_max` bounds the slots lent at once over all agents; 0 = no bound.
  explicit slot_router(uint32_t slots_max = 0) : slots_max_(slots_max) {
  }

  uint32_t add_queue(routing_strategy routing);

  /// From now on agents may come that name it. False if there is a node with
  /// this name that is not the same and has agents: they have what they have.
  bool set_node(node_spec spec);

  /// Gone with all its agents, as by drop_agent().
  void drop_node(std::string_view name);

  /// The agents' own one, which has no name, is always there.
  bool has_node(std::string_view name) const noexcept;

  /// The numbers of its agents.
  std::vector<uint32_t> agents_of(std::string_view node) const;

  /// Nothing if there is an agent with this id that has not left. One that
  /// `takes_over` is paused if the last one with its id was. Its node has to be
  /// there.
  std::optional<uint32_t> add_agent(agent_spec spec, bool takes_over = false);

  /// Lends it to nobody but attempts that live on it, and asks for all slots
  /// back; it is `drained` when all are. Drop it when it has nothing left.
  void drain_agent(uint32_t agent, std::string note);

  /// Until it is online again, it is lent as one that drains; but it stays.
  /// Returns whether that is news.
  bool set_offline(uint32_t agent, bool is_offline, std::string note);

  /// The same by order, until it is resumed. Neither ends the other.
  bool set_paused(uint32_t agent, bool is_paused);

  /// How many threads of handlers it could not get back.
  void set_abandoned(uint32_t agent, uint32_t abandoned);

  /// It is gone with all slots, lent or not.
  void drop_agent(uint32_t agent);

  std::optional<uint32_t> find_agent(std::string_view id) const;

  /// How many attempts the agent says it runs.
  void set_running(uint32_t agent, uint32_t running);

  void want(uint32_t queue, std::vector<slot_want> wants);

  void give_back(uint32_t queue, const std::vector<slot_count>& slots);
  void give_back_leases(uint32_t queue,
                        const std::vector<lease_return>& leases);

  // -- recovery ---------------------------------------------------------------

  /// Takes back all slots and forgets all wants. Then each queue's slots have
  /// to be set by set_held(), and all this is over with restarted(); allocate()
  /// must wait so long.
  void restart();

  void restarted();

  /// Forgets what the queue wants and owes; it keeps its slots.
  void reset_queue(uint32_t queue);

  /// How a queue is told that it has so many slots of the agent.
  slot_grant grant(uint32_t agent, uint32_t count) const;

  /// Exactly these slots are the queue's, and no lease.
  void set_held(uint32_t queue, const std::vector<slot_count>& slots);

  /// The queue's, too, with these amounts; without a slot if the attempt waits
  /// for child tasks. Returns its number.
  uint64_t set_leased(uint32_t queue, uint32_t agent,
                      const resource_amounts& amounts, bool has_slot);

  // -- questions --------------------------------------------------------------

  std::vector<agent_info> agents() const;

  /// Why a task with this demand has no slot, in a sentence.
  std::string explain(const demand& x) const;

  // -- decisions --------------------------------------------------------------

  /// Lends what can be lent. Call it after a round of changes.
  void allocate();

  router_actions take_actions();

private:
  struct node_entry {
    node_spec spec;
    bool is_there = true;
    uint32_t agents = 0;
    /// Of all its agents, and how many of them are lent.
    uint64_t slots = 0;
    uint64_t leased = 0;
    resource_pool pool;
    /// As for agents.
    uint32_t parked = 0;
  };

  struct agent_entry {
    /// With what it has of its node, and as it came.
    std::shared_ptr<const agent_spec> spec;
    std::shared_ptr<const agent_spec> declared;
    size_t node = 0;
    uint32_t leased = 0;
    uint32_t running = 0;
    uint32_t abandoned = 0;
    bool is_draining = false;
    bool is_offline = false;
    bool is_paused = false;
    bool is_gone = false;
    std::string note;
    resource_pool pool;
    /// Leases whose slot has come back without their amounts.
    uint32_t parked = 0;

    /// Lent only to attempts that live on it.
    bool is_closed() const noexcept {
      return is_draining || is_offline || is_paused;
    }

    uint32_t free(bool is_resuming) const noexcept {
      return is_gone || (is_closed() && !is_resuming)
               ? 0
               : spec->max_concurrent - leased;
    }
  };

  struct known_want : slot_want {
    /// The queue has not heard what can be done about it.
    bool is_news = true;
    /// When it began to wait, if it needs amounts, as a number; 0 = not yet.
    uint64_t waits_since = 0;

    bool needs_amounts() const noexcept {
      return !what->resources.empty();
    }
  };

  using queue_want = std::pair<uint32_t, known_want>;

  struct queue_entry {
    routing_strategy routing = routing_strategy::least_loaded;
    std::vector<known_want> wants;
    /// Slots held, by agent; those of leases only count in the sum.
    std::map<uint32_t, uint32_t> held;
    uint32_t held_total = 0;
    uint32_t leases = 0;
    /// Slots asked back that have not come, by agent: pressingly, and not.
    std::map<uint32_t, uint32_t> pressed;
    std::map<uint32_t, uint32_t> asked;
    /// Lent last; at first nobody.
    uint32_t last_agent = UINT32_MAX;
  };

  struct lease {
    uint32_t queue = 0;
    uint32_t agent = 0;
    std::shared_ptr<const demand> what;
    bool has_slot = true;
  };

  struct reservation {
    uint32_t queue = 0;
    uint32_t demand_class = 0;
    uint32_t agent = 0;
    int32_t priority = 0;
    std::shared_ptr<const demand> what;
  };

  // Nodes: slot_router_nodes.cpp.
  std::optional<size_t> find_node(std::string_view name) const noexcept;
  bool is_better(routing_strategy routing, uint32_t last_agent, uint32_t x,
                 uint32_t best, bool is_resuming) const noexcept;
  void take_slots(uint32_t agent, uint32_t count) noexcept;
  void drop_slots(uint32_t agent, uint32_t count) noexcept;
  bool has_left(const agent_entry& x,
                const resource_amounts& needed) const noexcept;
  double left_of(const agent_entry& x, std::string_view name) const noexcept;
  std::string describe_left(const agent_entry& x,
                            const resource_amount& part) const;
  std::string explain_labels(const demand& x) const;

  router_actions::line& line_of(uint32_t queue);
  void recall_all(uint32_t agent);
  void forget_recalls(uint32_t agent);
  known_want* most_urgent(uint32_t& queue);
  bool is_before(uint32_t queue, const known_want& x, uint32_t other_queue,
                 const known_want& y) const noexcept;
  std::optional<uint32_t> choose_agent(uint32_t queue,
                                       const known_want& x) const;
  std::vector<queue_want> lend_in_order();
  void answer(uint32_t queue, known_want& x);
  void free(uint32_t agent, uint32_t count);
  void lend(uint32_t queue, uint32_t agent, uint32_t count);
  void recall(uint32_t queue, uint32_t agent, uint32_t count, bool is_pressing,
              int32_t priority);
  void recall_for(uint32_t queue, const known_want& x);

  // Resources: slot_router_leases.cpp.
  void lend_lease(uint32_t queue, uint32_t agent, known_want& x);
  uint64_t open_lease(uint32_t queue, uint32_t agent,
                      std::shared_ptr<const demand> what, bool has_slot);
  void drop_leases(uint32_t agent);
  bool has_amounts(uint32_t queue, const known_want& x,
                   uint32_t agent) const noexcept;
  bool may_reserve(const demand& x, uint32_t agent) const noexcept;
  bool is_reserved_for(uint32_t queue, const known_want& x) const noexcept;
  void check_reservation();
  void reserve(std::vector<queue_want>& unserved);
  std::optional<uint32_t> agent_to_reserve(const demand& x) const;
  std::string explain_amounts(const demand& x) const;
  std::string explain_size(const demand& x) const;

  bool has_room() const noexcept {
    return slots_max_ == 0 || leased_total_ < slots_max_;
  }

  uint32_t slots_max_;
  uint32_t leased_total_ = 0;
  /// The first is the one without a name.
  std::vector<node_entry> nodes_ = std::vector<node_entry>(1);
  std::vector<agent_entry> agents_;
  std::vector<queue_entry> queues_;
  std::unordered_map<uint64_t, lease> leases_;
  uint64_t last_lease_ = 0;
  std::optional<reservation> reserved_;
  uint64_t waits_ = 0;
  router_actions actions_;
};

} // namespace troupe::core
