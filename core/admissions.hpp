#pragma once

#include "core/due_heap.hpp"
#include "core/queue_spec.hpp"
#include "core/task_registry.hpp"

#include <tsl/robin_map.h>

#include <list>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace troupe::core {

/// Stands before a task_registry and keeps submissions that find a full queue
/// with `full_policy::wait`, until there is room or their time is up. Those of
/// one queue keep their order, and nothing that comes later overtakes them. One
/// that needs a task of another that is kept is kept behind it. Once nothing is
/// kept, it costs a look at an empty list.
class admissions {
public:
  /// The registry lives longer.
  explicit admissions(task_registry& registry) : registry_(registry) {
  }

  admissions(const admissions&) = delete;
  admissions& operator=(const admissions&) = delete;

  /// In the place of task_registry::add_queue().
  uint32_t add_queue(const queue_spec& spec);

  /// What a submission that is kept is called; counts from 1.
  using ticket = uint64_t;

  /// What is known of tasks with the same keys, and what comes of that.
  struct repeats {
    /// Tasks that only a journal has.
    std::vector<task_registry::known_task> elsewhere = {};
    /// Of the tasks that are accepted, those that were there already.
    std::vector<repetition> found = {};
  };

  /// Accepted (0), kept, or refused as by task_registry::find_repeats() and
  /// submit(); but the very same specs may be submitted again.
  result<ticket> submit(std::span<const task_spec_ptr> specs, time_point now,
                        repeats& keys);

  result<ticket> submit(std::span<const task_spec_ptr> specs, time_point now) {
    repeats none;
    return submit(specs, now, none);
  }

  struct verdict {
    ticket number = 0;
    /// The first task of the submission.
    task_id task;
    result<void> accepted;
    /// As in `repeats`.
    std::vector<repetition> repeated = {};
  };

  /// What becomes now of those that are kept. To be called whenever there may
  /// be room, or it is time.
  std::vector<verdict> release(time_point now);

  /// Refuses all of them for this reason.
  std::vector<verdict> give_up(const error& why);

  /// When the first of them has waited too long; `never` if that is open.
  time_point next_deadline();

  bool is_empty() const noexcept {
    return held_.empty();
  }

  /// Tasks kept for a queue.
  uint64_t held(uint32_t queue) const noexcept {
    return lines_[queue].tasks;
  }

private:
  struct submission {
    ticket number = 0;
    std::vector<task_spec_ptr> specs;
    /// In whose line it stands, and against whose bound it counts.
    uint32_t line = 0;
    uint32_t counts_in = 0;
    time_point deadline = never;
    /// The first task, as it was submitted.
    task_id first = {};
    std::vector<repetition> repeated = {};
  };

  using place = std::list<submission>::iterator;

  struct line {
    queue_spec spec;
    std::list<submission> held;
    /// Counted in; they may stand elsewhere.
    uint64_t tasks = 0;
  };

  /// The line of the last of the tasks they need that are kept; not their own.
  std::optional<uint32_t> line_of_needed(std::span<const task_spec_ptr> specs,
                                         ticket self = 0) const;
  std::optional<uint32_t>
  line_before(std::span<const task_spec_ptr> specs) const;
  /// The first queue that has too little room for them.
  std::optional<uint32_t>
  full_queue(std::span<const task_spec_ptr> specs) const;
  uint64_t count_in(uint32_t queue, std::span<const task_spec_ptr> specs) const;
  result<ticket> submit_new(std::span<const task_spec_ptr> specs,
                            time_point now);
  result<ticket> hold(std::span<const task_spec_ptr> specs, uint32_t queue,
                      time_point now);
  /// Whether they may wait for room there, and there can be enough of it.
  bool may_wait(uint32_t queue, std::span<const task_spec_ptr> specs) const;
  result<void> accept(std::span<const task_spec_ptr> specs, time_point now);
  /// In whose line it has to go on waiting; none if it is decided.
  std::optional<uint32_t> attempt(submission& x, time_point now,
                                  result<void>& accepted);
  result<void> look_again(submission& x, time_point now);
  bool move(place x, uint32_t to);
  void proceed(time_point now, std::vector<verdict>& verdicts);
  /// True if there were any.
  bool expire(time_point now, std::vector<verdict>& verdicts);
  void settle(place x, result<void> accepted, std::vector<verdict>& verdicts);

  task_registry& registry_;
  std::vector<line> lines_;
  std::unordered_map<ticket, place> held_;
  tsl::robin_map<task_id, ticket> held_tasks_;
  due_heap<ticket> deadlines_;
  ticket last_ = 0;
};

} // namespace troupe::core
