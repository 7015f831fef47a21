#pragma once

#include "core/error.hpp"
#include "core/time_zone.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::core {

/// The times a cron expression names, as sets of bits: bit n stands for n.
struct cron_fields {
  uint64_t seconds = 1;
  uint64_t minutes = 0;
  uint32_t hours = 0;
  uint32_t days = 0;
  /// Bit n: n days before the last of the month.
  uint32_t days_from_end = 0;
  /// From bit 1 on.
  uint32_t months = 0;
  /// Bit 0 is Sunday.
  uint32_t weekdays = 0;
  /// For each weekday: bit n stands for the nth of the month, bit 0 for the
  /// last.
  std::array<uint8_t, 7> nth_weekdays{};
  /// The field begins with `*` or `?`: then a day has to be in both fields of
  /// days. Else it has to be in one of them.
  bool is_any_day = false;
  bool is_any_weekday = false;

  friend bool operator==(const cron_fields&, const cron_fields&) = default;
};

/// Times in the calendar, e.g. "at 2:30 on workdays". Knows no time zone.
class cron_expression {
public:
  /// Whether it names this second.
  bool matches(local_time at) const noexcept;

  /// The first after that. Nothing only if it names no date at all, which
  /// parse_cron() does not let pass.
  std::optional<local_time> next_after(local_time at) const;

  /// Whether every hour of a day counts, e.g. `*/15 * * * *`: such times go by
  /// the clock when it is changed, others by the day. See core/cron_times.hpp.
  bool names_every_hour() const noexcept;

  const cron_fields& fields() const noexcept {
    return fields_;
  }

  /// As it was written.
  const std::string& text() const noexcept {
    return text_;
  }

private:
  friend result<cron_expression> parse_cron(std::string_view);

  cron_expression(const cron_fields& fields, std::string text);

  /// Of this month; bit n stands for the day n.
  uint32_t days_of(std::chrono::year_month month) const noexcept;

  /// The first of the day that is not before `time`.
  std::optional<std::chrono::seconds>
  time_from(std::chrono::seconds time) const noexcept;

  cron_fields fields_;
  std::string text_;
};

/// Reads five fields (minute, hour, day of month, month, day of week), six
/// (seconds first), or `@yearly`, `@annually`, `@monthly`, `@weekly`, `@daily`,
/// `@midnight`, `@hourly`. docs/schedules.md has the language.
///
/// `ec::invalid_argument` names every wrong field with its value and what to
/// write instead; it also refuses dates that never come, as 30 February.
result<cron_expression> parse_cron(std::string_view text);

} // namespace troupe::core
