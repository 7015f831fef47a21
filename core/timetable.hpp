#pragma once

#include "core/cron.hpp"
#include "core/schedule_spec.hpp"
#include "core/time_zone.hpp"

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

namespace troupe::core {

/// Times that have passed.
struct passed_times {
  /// The last of them, in order.
  std::vector<time_point> newest;
  /// All of them; if there were more than `timetable::counted_max` of a cron
  /// expression, at least so many.
  uint64_t count = 0;
};

/// The times of one schedule, without jitter.
class timetable {
public:
  /// A longer pass is not walked through time by time.
  static constexpr uint64_t counted_max = 10'000;

  /// Of a valid spec; `ec::invalid_argument` if its zone is unknown.
  static result<timetable> make(const schedule_spec& spec, time_point added,
                                const time_zones& zones);

  /// Before the first time that counts for a schedule added at that time.
  time_point before_first() const noexcept {
    return before_first_;
  }

  /// The first time after that; `never` if there is none.
  time_point next(time_point after) const;

  /// Those after `after`, up to and with `until`; at most `keep_max`, which is
  /// not zero, of them are kept.
  passed_times passed(time_point after, time_point until,
                      size_t keep_max) const;

private:
  struct once {
    time_point at;
  };

  struct every {
    duration interval;
    time_point first;
  };

  struct cron {
    cron_expression expression;
    time_zone_ptr zone;
  };

  using rule = std::variant<once, every, cron>;

  timetable(rule x, const schedule_spec& spec, time_point before_first);

  /// Without regard to start and end.
  time_point next_of_rule(time_point after) const;

  passed_times passed_intervals(const every& x, time_point after,
                                time_point until, size_t keep_max) const;

  /// Stops after so many.
  passed_times walk(time_point after, time_point until, size_t keep_max,
                    uint64_t count_max) const;

  rule rule_;
  time_point start_;
  time_point end_;
  time_point before_first_;
};

} // namespace troupe::core
