#pragma once

#include "core/due_list.hpp"
#include "core/schedule_spec.hpp"
#include "core/schedule_state.hpp"
#include "core/time_zone.hpp"
#include "core/timetable.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::core {

/// A run, and whose it is.
struct scheduled_run {
  schedule_spec_ptr schedule;
  run_key key;
};

/// What take_due() asks for.
struct due_runs {
  /// Runs whose tasks are to be cancelled, because the next one waits.
  std::vector<scheduled_run> cancel;
  /// Runs whose tasks are to be submitted. run_ended() has to follow for each.
  std::vector<scheduled_run> submit;
  /// Names of the schedules whose state has changed.
  std::vector<std::string> changed;
};

struct schedule_info {
  schedule_spec_ptr spec;
  schedule_state state;
  /// When take_due() will do something about it; `never` if nothing is to come
  /// by itself.
  time_point due = never;
  /// The next times, without jitter; also of one that is paused.
  std::vector<time_point> next;
  /// Of the run that has not ended; nil if there is none.
  task_id task;
};

/// Decides which runs of which schedules begin now. Adding and removing, and
/// taking what is due, take logarithmic time for each schedule concerned.
///
/// The time never runs backwards from one call to the next.
class schedule_book {
public:
  /// `zones` outlives the book. The seed decides on jitter: the same seed gives
  /// the same times, also after a restart.
  schedule_book(const time_zones& zones, uint64_t seed);

  /// `ec::duplicate` if there is one of this name; `ec::invalid_argument` names
  /// every wrong field, or the zone if it is unknown.
  result<void> add(schedule_spec spec, time_point now);

  /// Puts back one that another book has had; errors as for add(). A run that
  /// has not ended is still waited for.
  result<void> restore(schedule_spec spec, schedule_state state);

  /// It is up to the caller what becomes of a run that has not ended.
  /// `ec::invalid_argument` if there is no such schedule.
  result<schedule_state> remove(std::string_view name);

  /// Nothing is handed out until resume(); then what has passed meanwhile has
  /// been missed. `ec::invalid_argument` if there is no such schedule.
  result<void> pause(std::string_view name);
  result<void> resume(std::string_view name);

  /// Of each schedule that is due, the next run, if the one before has ended.
  due_runs take_due(time_point now);

  /// When to call take_due() next; `never` if nothing is to come by itself. May
  /// lie in the past.
  time_point next_due();

  /// The task of that run has ended, in whatever way: look at next_due() again.
  /// False, and nothing happens, if it is not the run that is waited for.
  bool run_ended(std::string_view name, uint64_t number);

  /// Null if there is none. Valid until the book is changed.
  const schedule_state* state(std::string_view name) const;

  /// With the next `count` times after `now`; nothing if there is none.
  std::optional<schedule_info> info(std::string_view name, size_t count,
                                    time_point now) const;

  /// All, in the order of their names.
  std::vector<schedule_info> list(size_t count, time_point now) const;

  size_t size() const noexcept {
    return by_name_.size();
  }

private:
  struct entry {
    schedule_spec_ptr spec;
    timetable times;
    schedule_state state;
  };

  result<uint32_t> index_of(std::string_view name) const;
  result<void> insert(schedule_spec spec, std::optional<schedule_state> state,
                      time_point now);
  schedule_info info_of(uint32_t index, size_t count, time_point now) const;

  /// Puts down when the schedule is due next.
  void arm(uint32_t index);
  time_point due_of(const entry& x) const;

  /// When the run for that time is due.
  time_point with_jitter(const entry& x, time_point nominal) const;

  /// Goes on to `now`; true if times have passed.
  bool pass(entry& x, time_point now, due_runs& out) const;
  void come(entry& x, time_point nominal, due_runs& out) const;
  static void hand_out(entry& x, time_point nominal, due_runs& out);

  const time_zones* zones_;
  uint64_t seed_;
  /// Nothing: free.
  std::vector<std::optional<entry>> entries_;
  std::vector<uint32_t> free_;
  std::map<std::string, uint32_t, std::less<>> by_name_;
  due_list due_;
};

} // namespace troupe::core
