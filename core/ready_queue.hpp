#pragma once

#include "core/fair_turns.hpp"
#include "core/time.hpp"

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

namespace troupe::core {

/// How a `ready_queue` orders.
struct ready_order {
  /// A waiting task gains one point of priority per this time; zero = none. At
  /// least a microsecond, and at least 100 ms where owners take turns.
  duration aging = duration::zero();
  /// Owners take turns within a priority.
  bool is_fair = false;
};

/// The order of the tasks that wait in one line. Tasks are small numbers given
/// by the caller (handles), and those that need the same are of one class, so
/// that the caller compares the heads of the classes it can serve now.
///
/// Higher priority goes first, then age, by the order of push(). With aging, a
/// task's priority grows while it waits; since all grow alike, the order of two
/// never changes: `priority * aging - ready_at` decides once and for all.
///
/// With fairness, owners take turns within a priority (core/fair_turns.hpp), in
/// the whole line: a backlog of one class counts for its owner in all. With
/// aging as well, tasks whose grown priorities differ by less than a point do.
///
/// One 4-ary heap per class: 32 bytes for each task that waits. Changes take
/// logarithmic time, questions constant.
class ready_queue {
public:
  explicit ready_queue(ready_order order = {});

  // -- changes ----------------------------------------------------------------

  /// Adds a task that is not in here. `handle` and `demand_class` are indices
  /// of tables in here, so they should be dense. Priorities beyond 0..100 count
  /// as the nearest. Of the owner the low 24 bits count. `number` is the place
  /// among equals: 0 = the next one, else one of take_number().
  void push(uint32_t handle, uint32_t demand_class, int32_t priority,
            uint32_t owner, time_point ready_at, uint64_t number = 0);

  uint64_t take_number() noexcept;
  /// That of a task in here.
  uint64_t number_of(uint32_t handle) const noexcept;

  /// False if it is not in here.
  bool erase(uint32_t handle);

  /// Moves the task, which keeps its age. False if it is not in here.
  bool reprioritize(uint32_t handle, int32_t priority);

  /// Takes the first task of a class that has one; returns its handle.
  uint32_t pop(uint32_t demand_class);

  // -- questions --------------------------------------------------------------

  bool contains(uint32_t handle) const noexcept;
  /// Less is more urgent.
  int64_t urgency(int32_t priority, time_point ready_at) const noexcept;

  size_t size() const noexcept {
    return size_;
  }

  bool empty() const noexcept {
    return size_ == 0;
  }

  /// Of a class; zero for one that was never used.
  size_t size(uint32_t demand_class) const noexcept;

  bool empty(uint32_t demand_class) const noexcept {
    return size(demand_class) == 0;
  }

  /// The first task of a class that has one.
  uint32_t top(uint32_t demand_class) const noexcept;

  /// Its priority, as it was given.
  int32_t top_priority(uint32_t demand_class) const noexcept;

  /// Whether the first task of class `x` goes before that of class `y`; both
  /// have one.
  bool precedes(uint32_t x, uint32_t y) const noexcept;

  /// The classes with tasks, in no particular order; valid until a change.
  std::span<const uint32_t> active_classes() const noexcept {
    return active_;
  }

private:
  static constexpr uint32_t none = 0xffffffff;

  /// What decides; less goes first. No two tasks have the same one.
  struct rank {
    uint64_t high = 0;
    uint64_t low = 0;

    friend auto operator<=>(const rank&, const rank&) = default;
  };

  struct node {
    rank key;
    uint32_t handle;
    uint32_t owner : 24;
    uint32_t priority : 8;
  };

  struct place {
    uint32_t demand_class = none;
    uint32_t position = 0;
  };

  struct line {
    std::vector<node> heap;
    /// Index in active_.
    uint32_t active = none;
  };

  int64_t points() const noexcept;
  int64_t urgency_of(int32_t priority, int64_t age) const noexcept;
  int64_t urgency_of(const rank& x) const noexcept;
  uint64_t sequence_of(const rank& x) const noexcept;
  uint64_t turn_of(const rank& x) const noexcept;
  rank rank_of(uint32_t owner, int64_t urgency, uint64_t sequence);

  void insert(line& to, uint32_t demand_class, const node& x);
  void remove(line& from, uint32_t position);
  void put(line& in, size_t position, const node& x) noexcept;
  void sift_up(line& in, size_t position, const node& x) noexcept;
  void sift_down(line& in, size_t position, const node& x) noexcept;

  int64_t aging_ = 0;
  bool is_fair_ = false;
  uint64_t sequence_ = 0;
  size_t size_ = 0;
  std::vector<line> lines_;
  std::vector<place> places_;
  std::vector<uint32_t> active_;
  fair_turns turns_;
};

} // namespace troupe::core
