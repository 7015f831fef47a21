#pragma once

// Long because it is all that a line knows; the sources are split.

#include "core/circuit_bars.hpp"
#include "core/concurrency_keys.hpp"
#include "core/demand_classes.hpp"
#include "core/due_list.hpp"
#include "core/held_slots.hpp"
#include "core/queue_actions.hpp"
#include "core/queue_spec.hpp"
#include "core/ready_queue.hpp"
#include "core/recovery.hpp"
#include "core/retry_budget.hpp"
#include "core/task_index.hpp"

#include <tsl/robin_map.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace troupe::core {

/// One line of ready tasks: which of them runs next on which of the slots the
/// router has lent, within the line's limits. A slot is kept while there is, or
/// soon may be, work for it, and given back when the router asks for it or when
/// it cannot serve what waits; so in steady state an attempt costs two
/// messages, to the agent and back.
///
/// Invariants: no more attempts run than `max_concurrent`, nor on an agent than
/// it has lent slots; no more than `key_max` with the same concurrency key; no
/// more are started than the rate allows; of the tasks an agent can do and
/// whose key has room, a less urgent one is never started while a more urgent
/// one waits.
class work_queue {
public:
  static constexpr uint32_t losses_max = 10;

  /// The seed decides the jitter of retries.
  explicit work_queue(queue_spec spec, uint64_t seed = 0);

  // -- tasks ------------------------------------------------------------------

  void enqueue(ready_task&& task);

  /// It has ended without us: forgotten if it waits, stopped if it runs.
  void withdraw(const task_id& id);

  void set_priority(const task_id& id, task_priority priority);

  /// One that waits is not started, but keeps its place: its priority, its age
  /// and when its retry is due. An attempt that runs is told; `number` says
  /// which pause that is.
  void pause_task(const task_id& id, uint32_t number);

  void resume_task(const task_id& id);

  // -- circuits ---------------------------------------------------------------

  /// These circuits are not closed: what they are for is kept back.
  void bar(circuit_scope scope, std::vector<circuit_bar> bars);

  /// One of them admits so many tasks that wait here.
  void allow_probes(std::string_view circuit, uint32_t count);

  // -- agents -----------------------------------------------------------------

  void granted(const std::vector<slot_grant>& grants);

  void recalled(const std::vector<slot_recall>& slots);

  /// The router has seen the wants of these classes; see agent_wish::prefer.
  void answered(const std::vector<uint32_t>& classes);

  /// With all its slots; what ran on it is lost and waits again, but one that
  /// has been lost more than `losses_max` times fails with `agent_lost`.
  void agent_left(uint32_t agent, time_point now);

  /// A failure that may be retried makes it wait again, for its backoff first,
  /// unless the retry budget is used up.
  void ended(attempt_outcome&& outcome, time_point now);

  /// The attempt waits for children and needs no slot meanwhile.
  void parked(const attempt_key& key);

  /// It can go on, and waits for a slot of its agent.
  void unparked(const attempt_key& key);

  // -- recovery ---------------------------------------------------------------

  // In the place of a queue that is gone: recover() all its tasks, take what
  // slots its attempts have as granted(), adopt() the attempts, and then call
  // recovered(), before plan().

  void recover(recovered_task&& x, time_point now);

  /// The attempt lives on this agent. It goes on; one whose task has ended is
  /// cancelled.
  void adopt(uint32_t agent, const live_attempt& live, time_point now);

  /// What ran and was not adopted is lost.
  void recovered(time_point now);

  // -- control ----------------------------------------------------------------

  void pause();
  void resume();

  /// Releases what has waited for it, if `auto_start` is off; returns how many.
  uint64_t process();

  /// Decides what to start, want and give back. Call it after a round of
  /// changes, then take_actions().
  void plan(time_point now);

  queue_actions take_actions();

  /// When to call plan() even if nothing has changed; `never` = need not be.
  time_point next_due() {
    return earliest(earliest(delayed_.next(), keys_.next_due()), rate_due_);
  }

  // -- questions --------------------------------------------------------------

  queue_info info() const;

  const queue_spec& spec() const noexcept {
    return spec_;
  }

  /// Why a waiting task has not started. Without a text if it is for want of a
  /// slot: then the router has to be asked, about `what`.
  struct explanation {
    std::string text;
    std::shared_ptr<const demand> what;
  };

  std::optional<explanation> explain(const task_id& id, time_point now) const;

private:
  static constexpr uint32_t none = task_index::none;

  /// Held: waits for process(). Backoff: until it is due in `delayed_`. Paused:
  /// in `paused_places_`. Missing: runs, but nobody has said where, while the
  /// queue recovers.
  enum class state : uint8_t {
    held,
    ready,
    running,
    parked,
    backoff,
    paused,
    missing,
  };

  /// Where a paused task goes when it is resumed.
  struct kept_place {
    /// In the line; 0 = at its end.
    uint64_t number = 0;
    /// When its retry is due.
    time_point due = never;
    bool is_held = false;
  };

  /// There is one for each task, so it is packed; see ready_task.
  struct entry {
    task_spec_ptr spec;
    payload parameters;
    std::shared_ptr<const dependency_results> dependencies;
    time_point ready_at = never;
    /// Whose amounts its attempt has taken; 0 = none.
    uint64_t lease = 0;
    task_priority priority;
    uint32_t demand_class = 0;
    uint32_t agent = 0;
    uint32_t number = 0;
    uint32_t failures = 0;
    /// At most one more than `losses_max`.
    uint8_t losses = 0;
    state at = state::ready;
    /// It has a concurrency key, and the queue a bound for those.
    bool has_key : 1 = false;
    bool is_resuming : 1 = false;
    bool is_withdrawn : 1 = false;
    /// It runs on the slot of its lease, not on one of `slots_`.
    bool is_on_lease : 1 = false;
    bool is_paused : 1 = false;
  };

  /// A slot with amounts that was lent for a class and is not in use.
  struct idle_lease {
    uint64_t id = 0;
    uint32_t demand_class = 0;
    uint32_t agent = 0;
    std::shared_ptr<const agent_spec> spec;
  };

  /// Where an attempt can begin.
  struct seat {
    uint32_t agent = 0;
    std::shared_ptr<const agent_spec> spec;
    uint64_t lease = 0;
  };

  /// What the router was told of a class, and has said.
  struct told {
    uint32_t wanted = 0;
    int32_t priority = 0;
    /// The router has lent slots since then and reckons with fewer.
    bool is_stale = false;
    /// The router has said what it can do about the preferred agent, or about
    /// a slot with resources.
    bool is_answered = false;
  };

  uint32_t owner_of(const std::string& name);
  entry* find(const task_id& id);
  const entry* find(const task_id& id) const;
  uint32_t insert(ready_task&& task);
  void line_up(uint32_t handle);
  void push(uint32_t handle, uint64_t number = 0);
  void put_in_line(uint32_t handle, uint64_t number = 0);
  void hold(uint32_t handle, uint64_t number = 0);
  void release_key(uint32_t handle);
  void apply_key_changes();
  void cancel(uint32_t handle);
  void adopt_key(uint32_t handle);
  bool is_last(uint32_t handle, uint32_t agent, const live_attempt& live);
  void settle_in(uint32_t handle, uint32_t agent, const live_attempt& live);
  void forget(uint32_t handle);
  bool may_retry(uint32_t handle, attempt_outcome& outcome, time_point now);
  void retry(uint32_t handle, attempt_outcome&& outcome, time_point now);
  void lose(uint32_t handle, time_point now);
  static bool is_current(const entry& x, const attempt_key& key) noexcept;
  bool is_answered(uint32_t demand_class) const noexcept;
  void free_slot(entry& x);
  void release_lease(entry& x);
  void ask_again(uint32_t agent);
  bool may_start() const noexcept;
  bool has_key(const task_spec& spec) const noexcept;
  uint64_t tokens(time_point now) const noexcept;
  std::optional<uint32_t> next_class(time_point now);
  bool can_start(uint32_t demand_class);
  const held_slots::holding* choose(uint32_t demand_class);
  const idle_lease* find_lease(uint32_t demand_class) const;
  bool needs_lease(uint32_t demand_class) const noexcept;
  seat seat_for(uint32_t demand_class);
  void start(uint32_t handle, const seat& on, time_point now);

  /// How many tasks of the class its circuit lets us start.
  uint64_t allowance(uint32_t demand_class) const noexcept {
    return bars_.is_empty()
             ? circuit_bars::no_limit
             : bars_.allowance(*classes_.at(demand_class), spec_.name);
  }

  void ask_for_probes();
  std::string explain_key(uint32_t handle, time_point now) const;
  void return_slots();
  void want_slots(time_point now);

  queue_spec spec_;
  ready_queue ready_;
  ready_queue held_;
  concurrency_keys keys_;
  /// Of a rate for the whole queue.
  std::optional<token_bucket> bucket_;
  /// When there is a token for what waits.
  time_point rate_due_ = never;
  due_list delayed_;
  tsl::robin_map<uint32_t, kept_place> paused_places_;
  std::vector<entry> entries_;
  std::vector<uint32_t> free_entries_;
  task_index index_;
  demand_classes classes_;
  std::vector<told> told_;
  retry_budgets budgets_;
  circuit_bars bars_;
  held_slots slots_;
  std::vector<idle_lease> leases_;
  /// Slots of leases, in use or not.
  uint64_t leased_ = 0;
  /// Some class needs resources.
  bool uses_leases_ = false;
  /// All that have ever lent a slot and not left, by the router's number.
  std::unordered_map<uint32_t, std::shared_ptr<const agent_spec>> agents_;
  std::unordered_map<std::string, uint32_t> owners_;
  bool is_paused_ = false;
  uint64_t running_ = 0;
  uint64_t ended_ = 0;
  std::mt19937_64 random_;
  queue_actions actions_;
};

} // namespace troupe::core
