#include "core/cron_times.hpp"

namespace troupe::core {

namespace {

using std::chrono::seconds;

/// In seconds, which reach further than nanoseconds.
constexpr auto end_of_all = std::chrono::floor<seconds>(calendar_end);

/// Goes by the clock: one period after the other.
time_point next_shown(const cron_expression& x, const time_zone& zone,
                      utc_time after) {
  auto period = zone.period_at(after);
  auto from = to_local(after, period);
  for (;;) {
    auto next = x.next_after(from);
    if (!next)
      return never;
    auto at = utc_time{next->time_since_epoch() - period.offset};
    if (at < period.end)
      return at < end_of_all ? time_point{at} : never;
    if (period.end >= end_of_all)
      return never;
    period = zone.period_at(period.end);
    from = to_local(period.begin, period) - seconds{1};
  }
}

/// Goes by the day: each local time means one time.
time_point next_meant(const cron_expression& x, const time_zone& zone,
                      utc_time after) {
  auto from = to_local(after, zone.period_at(after));
  auto meaning = meaning_of(from, zone);
  if (meaning.kind == local_kind::repeated && meaning.second <= after)
    // All that is repeated was meant for the first time.
    from = meaning.end - seconds{1};
  for (;;) {
    auto next = x.next_after(from);
    if (!next)
      return never;
    auto at = meaning_of(*next, zone).first;
    if (at >= end_of_all)
      return never;
    if (at > after)
      return at;
    from = *next;
  }
}

} // namespace

time_point next_time(const cron_expression& x, const time_zone& zone,
                     time_point after) {
  if (after >= calendar_end)
    return never;
  auto from = std::chrono::floor<seconds>(after);
  return x.names_every_hour() ? next_shown(x, zone, from)
                              : next_meant(x, zone, from);
}

} // namespace troupe::core
