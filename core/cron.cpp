#include "core/cron.hpp"

#include <bit>
#include <utility>

namespace troupe::core {

namespace {

/// After so many the calendar begins again, weekdays and all.
constexpr auto cron_months_max = 400 * 12;

constexpr uint32_t every_hour = (1u << 24) - 1;

/// The first bit from `from` on that is set; nothing if there is none.
std::optional<int64_t> next_bit(uint64_t bits, int64_t from) noexcept {
  if (from > 63)
    return std::nullopt;
  bits &= ~uint64_t{0} << from;
  if (bits == 0)
    return std::nullopt;
  return std::countr_zero(bits);
}

bool has_bit(uint64_t bits, int64_t which) noexcept {
  return (bits >> which & 1) != 0;
}

} // namespace

cron_expression::cron_expression(const cron_fields& fields, std::string text)
  : fields_(fields), text_(std::move(text)) {
}

bool cron_expression::names_every_hour() const noexcept {
  return fields_.hours == every_hour;
}

uint32_t
cron_expression::days_of(std::chrono::year_month month) const noexcept {
  auto last = static_cast<uint32_t>(
    static_cast<unsigned>((month / std::chrono::last).day()));
  auto in_month = static_cast<uint32_t>((uint64_t{2} << last) - 2);
  auto days = fields_.days;
  for (uint32_t n = 0; n < last; ++n)
    if (has_bit(fields_.days_from_end, n))
      days |= 1u << (last - n);
  uint32_t by_weekday = 0;
  std::chrono::weekday first{std::chrono::local_days{month / 1}};
  for (uint32_t day = 1; day <= last; ++day) {
    auto which = (first + std::chrono::days{day - 1}).c_encoding();
    auto nth = fields_.nth_weekdays[which];
    if (has_bit(fields_.weekdays, which) || has_bit(nth, (day + 6) / 7)
        || (has_bit(nth, 0) && day + 7 > last))
      by_weekday |= 1u << day;
  }
  auto must_be_both = fields_.is_any_day || fields_.is_any_weekday;
  return in_month & (must_be_both ? days & by_weekday : days | by_weekday);
}

std::optional<std::chrono::seconds>
cron_expression::time_from(std::chrono::seconds time) const noexcept {
  std::chrono::hh_mm_ss from{time};
  auto minute = from.minutes().count();
  auto second = next_bit(fields_.seconds, from.seconds().count());
  if (!second)
    ++minute;
  if (has_bit(fields_.hours, from.hours().count())) {
    if (auto next = next_bit(fields_.minutes, minute)) {
      if (*next != from.minutes().count() || !second)
        second = next_bit(fields_.seconds, 0);
      return from.hours() + std::chrono::minutes{*next}
             + std::chrono::seconds{*second};
    }
  }
  auto hour = next_bit(fields_.hours, from.hours().count() + 1);
  if (!hour)
    return std::nullopt;
  return std::chrono::hours{*hour}
         + std::chrono::minutes{std::countr_zero(fields_.minutes)}
         + std::chrono::seconds{std::countr_zero(fields_.seconds)};
}

bool cron_expression::matches(local_time at) const noexcept {
  auto day = std::chrono::floor<std::chrono::days>(at);
  std::chrono::year_month_day date{day};
  if (!has_bit(fields_.months, static_cast<unsigned>(date.month()))
      || !has_bit(days_of(date.year() / date.month()),
                  static_cast<unsigned>(date.day())))
    return false;
  std::chrono::hh_mm_ss time{at - day};
  return has_bit(fields_.hours, time.hours().count())
         && has_bit(fields_.minutes, time.minutes().count())
         && has_bit(fields_.seconds, time.seconds().count());
}

std::optional<local_time> cron_expression::next_after(local_time at) const {
  auto from = at + std::chrono::seconds{1};
  auto day = std::chrono::floor<std::chrono::days>(from);
  auto time = time_from(from - day);
  if (!time) {
    // Nothing more on this day.
    day += std::chrono::days{1};
    time = time_from(std::chrono::seconds{0});
  } else if (!matches(day + *time)) {
    time = time_from(std::chrono::seconds{0});
  }
  std::chrono::year_month_day date{day};
  auto month = date.year() / date.month();
  auto first = static_cast<unsigned>(date.day());
  for (auto i = 0; i <= cron_months_max; ++i) {
    if (has_bit(fields_.months, static_cast<unsigned>(month.month())))
      if (auto next = next_bit(days_of(month), first))
        return std::chrono::local_days{month / static_cast<int>(*next)} + *time;
    month += std::chrono::months{1};
    first = 1;
  }
  return std::nullopt;
}

} // namespace troupe::core
