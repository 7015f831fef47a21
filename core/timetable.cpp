#include "core/timetable.hpp"

#include "core/cron_times.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace troupe::core {

namespace {

/// What is right before it.
constexpr time_point just_before(time_point x) noexcept {
  return x - duration{1};
}

} // namespace

timetable::timetable(rule x, const schedule_spec& spec, time_point before_first)
  : rule_(std::move(x)),
    start_(spec.start),
    end_(spec.end == never ? calendar_end : spec.end),
    before_first_(before_first) {
}

result<timetable> timetable::make(const schedule_spec& spec, time_point added,
                                  const time_zones& zones) {
  if (auto* x = std::get_if<run_at>(&spec.when))
    return timetable{once{x->at}, spec, just_before(x->at)};
  if (auto* x = std::get_if<run_after>(&spec.when))
    return timetable{once{added + x->delay}, spec,
                     just_before(added + x->delay)};
  if (auto* x = std::get_if<run_every>(&spec.when)) {
    if (x->anchor != never)
      return timetable{every{x->interval, x->anchor}, spec, just_before(added)};
    if (spec.start != never)
      return timetable{every{x->interval, spec.start}, spec,
                       just_before(added)};
    return timetable{every{x->interval, added + x->interval}, spec, added};
  }
  auto& x = std::get<run_cron>(spec.when);
  auto expression = parse_cron(x.expression);
  if (!expression)
    return fail(expression.error());
  auto zone = zones.find(x.zone);
  if (!zone)
    return fail(zone.error());
  return timetable{cron{std::move(*expression), std::move(*zone)}, spec, added};
}

time_point timetable::next(time_point after) const {
  if (start_ != never)
    after = std::max(after, just_before(start_));
  if (after >= end_)
    return never;
  auto result = next_of_rule(after);
  return result < end_ ? result : never;
}

time_point timetable::next_of_rule(time_point after) const {
  if (auto* x = std::get_if<once>(&rule_))
    return x->at > after ? x->at : never;
  if (auto* x = std::get_if<cron>(&rule_))
    return next_time(x->expression, *x->zone, after);
  auto& x = std::get<every>(rule_);
  if (x.first > after)
    return x.first;
  auto last = x.first + (after - x.first) / x.interval * x.interval;
  // The sum has to fit.
  return calendar_end - last <= x.interval ? never : last + x.interval;
}

passed_times timetable::passed(time_point after, time_point until,
                               size_t keep_max) const {
  if (auto* x = std::get_if<every>(&rule_))
    return passed_intervals(*x, after, until, keep_max);
  auto result = walk(after, until, keep_max, counted_max);
  if (result.count < counted_max)
    return result;
  // Too many. Only the last of them are of interest, so begin to look as
  // little before the end as will do.
  duration back = std::chrono::minutes{1};
  for (;; back *= 2) {
    auto from = until - after > back ? until - back : after;
    auto late = walk(from, until, keep_max,
                     std::numeric_limits<uint64_t>::max());
    if (late.newest.size() == keep_max || from == after)
      return {std::move(late.newest), std::max(late.count, counted_max)};
  }
}

passed_times timetable::passed_intervals(const every& x, time_point after,
                                         time_point until,
                                         size_t keep_max) const {
  auto first = next(after);
  auto last = std::min(until, just_before(end_));
  if (first == never || first > last)
    return {};
  passed_times result;
  result.count = static_cast<uint64_t>((last - first) / x.interval) + 1;
  auto kept = std::min<uint64_t>(result.count, keep_max);
  for (auto i = result.count - kept; i < result.count; ++i)
    result.newest.push_back(first + static_cast<int64_t>(i) * x.interval);
  return result;
}

passed_times timetable::walk(time_point after, time_point until,
                             size_t keep_max, uint64_t count_max) const {
  passed_times result;
  auto& newest = result.newest;
  for (auto at = next(after); at != never && at <= until; at = next(at)) {
    newest.push_back(at);
    if (++result.count == count_max)
      break;
    // Drops the old ones now and then, so that each is moved but once.
    if (newest.size() == 2 * keep_max)
      newest.erase(newest.begin(),
                   newest.end() - static_cast<ptrdiff_t>(keep_max));
  }
  if (newest.size() > keep_max)
    newest.erase(newest.begin(),
                 newest.end() - static_cast<ptrdiff_t>(keep_max));
  return result;
}

} // namespace troupe::core
