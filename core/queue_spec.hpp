#pragma once

#include "core/durability.hpp"
#include "core/retry_budget.hpp"
#include "core/time.hpp"
#include "core/token_bucket.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::core {

/// Which of several agents that can do a task gets it.
enum class routing_strategy : uint8_t {
  /// The one with the largest share of free slots.
  least_loaded,
  /// One after the other.
  round_robin,
  /// The one that had the task's `sticky_key` before; least loaded for a new
  /// key. If that agent is gone, one of the same node, if one is free.
  sticky,
  /// Of the node with the smallest share of its slots lent, the least loaded.
  spread,
  /// The same with the largest share, as long as one is free there: a node is
  /// filled before the next is used.
  pack,
};

inline constexpr routing_strategy routing_strategy_last
  = routing_strategy::pack;

/// Whether it looks at nodes.
constexpr bool is_by_node(routing_strategy x) noexcept {
  return x == routing_strategy::spread || x == routing_strategy::pack;
}

std::string_view to_string(routing_strategy x) noexcept;
result<routing_strategy> parse_routing_strategy(std::string_view text);

/// What happens when there are as many tasks with a concurrency key as there
/// may be.
enum class key_policy : uint8_t {
  /// The task waits until an attempt of another one has ended.
  wait,
  /// The submission is refused, with `ec::key_busy`.
  refuse,
  /// The oldest task with the key that has not ended is cancelled, with
  /// `ec::superseded`, whether it runs or not.
  cancel_oldest,
  /// The new task is cancelled at once, with `ec::superseded`.
  cancel_newest,
};

inline constexpr key_policy key_policy_last = key_policy::cancel_newest;

std::string_view to_string(key_policy x) noexcept;
result<key_policy> parse_key_policy(std::string_view text);

/// What shares a bucket of a dispatch rate.
enum class rate_scope : uint8_t {
  /// All of the queue.
  queue,
  /// Those with the same concurrency key. Tasks without one are not limited.
  key,
};

inline constexpr rate_scope rate_scope_last = rate_scope::key;

std::string_view to_string(rate_scope x) noexcept;
result<rate_scope> parse_rate_scope(std::string_view text);

/// How many attempts a queue starts in a time. What goes on after it waited for
/// child tasks does not count.
struct dispatch_rate {
  token_rate limit = {};
  rate_scope by = rate_scope::queue;
};

/// What happens to a submission that finds its queue full.
enum class full_policy : uint8_t {
  /// It is refused, with `ec::queue_full`.
  refuse,
  /// It is kept, and accepted in its turn when there is room; until then it is
  /// not answered.
  wait,
  /// Tasks that wait and have never begun make room and end as cancelled, with
  /// `ec::shed`: the least urgent first, of these the newest, and only such as
  /// are less urgent than all that is submitted to the queue. If they are too
  /// few, the submission is refused and they stay.
  shed,
};

inline constexpr full_policy full_policy_last = full_policy::shed;

std::string_view to_string(full_policy x) noexcept;
result<full_policy> parse_full_policy(std::string_view text);

/// A named line of ready tasks.
struct queue_spec {
  std::string name = {};
  /// For people.
  std::string description = {};
  /// Attempts running at once; 0 = as many as agents have slots.
  uint32_t max_concurrent = 5;
  /// False: tasks wait until process_queue() is called.
  bool auto_start = true;
  /// Tasks not ended that may be in the queue (waiting for dependencies or
  /// for their turn); for a submission beyond it see `when_full`. 0 = no bound.
  uint64_t waiting_max = 0;
  full_policy when_full = full_policy::refuse;
  /// With `when_full` set to `wait`: how long a submission is kept at most
  /// before it is refused; zero = for as long as it takes.
  duration full_wait_max = std::chrono::seconds{30};
  /// Likewise: tasks kept at once; what is beyond is refused.
  uint64_t held_max = 1000;
  routing_strategy routing = routing_strategy::least_loaded;
  /// A waiting task gains one point of priority per this time, so that low
  /// ones are not starved; zero = no aging.
  duration aging = duration::zero();
  /// Within a priority, owners take turns instead of first come first served.
  bool is_fair = false;
  /// Nothing = as fast as it can.
  std::optional<dispatch_rate> rate = {};
  retry_budget_settings retry_budget = {};
  /// Tasks with the same concurrency key that run at once; waiting for child
  /// tasks counts as running. With another policy than `wait` also how many
  /// there may be that have not ended. 0 = no bound.
  uint32_t key_max = 1;
  key_policy at_key_max = key_policy::wait;
  /// What its tasks survive, if there is a journal and they do not say.
  core::durability durability = core::durability::strict;
};

struct queue_info {
  queue_spec spec = {};
  bool is_paused = false;
  /// Waiting for their turn or a slot.
  uint64_t ready = 0;
  /// Waiting for the time of their next attempt.
  uint64_t delayed = 0;
  uint64_t running = 0;
  /// Ended attempts since the start of the queue.
  uint64_t ended = 0;
  /// Slots it holds.
  uint64_t leased = 0;
};

} // namespace troupe::core
