#include "core/time_zone.hpp"

#include <fmt/format.h>

#include <optional>

namespace troupe::core {

namespace {

class utc_time_zone final : public time_zone {
public:
  std::string_view name() const noexcept override {
    return "UTC";
  }

  zone_period period_at(utc_time) const override {
    return {};
  }
};

/// What clocks of that period show as `local`, whether or not they do.
utc_time utc_at(local_time local, const zone_period& period) noexcept {
  return utc_time{local.time_since_epoch() - period.offset};
}

local_meaning skipped_between(const zone_period& before,
                              const zone_period& after) {
  return {local_kind::skipped, after.begin, after.begin,
          to_local(after.begin, before), to_local(after.begin, after)};
}

local_meaning shown_in(local_time local, const zone_period& period,
                       const zone_period& next) {
  auto first = utc_at(local, period);
  auto second = utc_at(local, next);
  if (second < next.begin)
    return {local_kind::once, first, first, {}, {}};
  return {local_kind::repeated, first, second, to_local(next.begin, next),
          to_local(next.begin, period)};
}

} // namespace

time_zone_ptr utc_zone() {
  static const auto zone = std::make_shared<utc_time_zone>();
  return zone;
}

result<time_zone_ptr> utc_only::find(std::string_view name) const {
  if (name == "UTC")
    return utc_zone();
  return fail(ec::invalid_argument,
              fmt::format("there is no time zone '{}'; only UTC is known here",
                          name));
}

local_meaning meaning_of(local_time local, const time_zone& zone) {
  // No offset is as long: what is shown as `local` lies within.
  constexpr std::chrono::days margin{1};
  auto middle = utc_time{local.time_since_epoch()};
  auto period = zone.period_at(middle - margin);
  for (;;) {
    auto at = utc_at(local, period);
    auto next = period.end > middle + margin ? zone_period{utc_time::max()}
                                             : zone.period_at(period.end);
    if (at < period.end)
      return shown_in(local, period, next);
    if (utc_at(local, next) < next.begin)
      return skipped_between(period, next);
    period = next;
  }
}

} // namespace troupe::core
