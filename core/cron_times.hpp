#pragma once

#include "core/cron.hpp"
#include "core/time.hpp"
#include "core/time_zone.hpp"

namespace troupe::core {

/// No schedule looks further: 2200-01-01, which leaves room to add to it.
inline constexpr time_point calendar_end{
  std::chrono::sys_days{std::chrono::year{2200} / 1 / 1}};

/// The first time after that which the expression names in the zone; `never` if
/// there is none before `calendar_end`.
///
/// When clocks are changed, an expression that names every hour goes by the
/// clock: it is due whenever clocks show what it names, also for the second
/// time, and not at times they do not show. Any other is due exactly once for
/// each date and time it names: at the first of two, and if it is skipped,
/// when clocks are put forward; what is due then for several reasons is due
/// once.
time_point next_time(const cron_expression& x, const time_zone& zone,
                     time_point after);

} // namespace troupe::core
