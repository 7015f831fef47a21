#include "core/posix_zone.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

namespace troupe::core {

namespace {

/// Reads from left to right; after a mistake nothing more.
class rule_reader {
public:
  explicit rule_reader(std::string_view text) : text_(text), rest_(text) {
  }

  void name() {
    size_t length = 0;
    if (take('<')) {
      length = rest_.find('>');
      if (length == std::string_view::npos)
        return mistake("a name in <> has no end");
      rest_.remove_prefix(length + 1);
    } else {
      while (length < rest_.size() && is_letter(rest_[length]))
        ++length;
      rest_.remove_prefix(length);
    }
    if (length < 3)
      mistake("a name of three letters or more was expected");
  }

  /// `[+-]hh[:mm[:ss]]`.
  std::chrono::seconds time(uint32_t hours_max) {
    auto is_negative = take('-');
    if (!is_negative)
      take('+');
    std::chrono::seconds result = std::chrono::hours{number(0, hours_max)};
    if (take(':'))
      result += std::chrono::minutes{number(0, 59)};
    if (take(':'))
      result += std::chrono::seconds{number(0, 59)};
    return is_negative ? -result : result;
  }

  zone_day day() {
    zone_day result;
    if (take('M')) {
      result.kind = zone_day::weekday;
      result.month = number(1, 12);
      expect('.');
      result.week = number(1, 5);
      expect('.');
      result.day = number(0, 6);
    } else if (take('J')) {
      result.day = number(1, 365);
    } else {
      result.kind = zone_day::zero_based;
      result.day = number(0, 365);
    }
    if (take('/'))
      result.time = time(167);
    return result;
  }

  bool take(char c) {
    if (rest_.empty() || rest_.front() != c)
      return false;
    rest_.remove_prefix(1);
    return true;
  }

  void expect(char c) {
    if (!take(c))
      mistake(fmt::format("'{}' was expected", c));
  }

  bool at_end() const noexcept {
    return rest_.empty();
  }

  char next() const noexcept {
    return rest_.empty() ? '\0' : rest_.front();
  }

  void mistake(std::string_view what) {
    if (problem_.empty())
      problem_ = fmt::format("'{}' has no rules of a time zone: {} at '{}'",
                             text_, what, rest_);
    rest_ = {};
  }

  const std::string& problem() const noexcept {
    return problem_;
  }

private:
  static bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  uint32_t number(uint32_t min, uint32_t max) {
    uint32_t result = 0;
    size_t i = 0;
    for (; i < rest_.size() && i < 4 && rest_[i] >= '0' && rest_[i] <= '9'; ++i)
      result = result * 10 + static_cast<uint32_t>(rest_[i] - '0');
    if (i == 0 || result < min || result > max) {
      mistake(fmt::format("a number from {} to {} was expected", min, max));
      return min;
    }
    rest_.remove_prefix(i);
    return result;
  }

  std::string_view text_;
  std::string_view rest_;
  std::string problem_;
};

} // namespace

local_time zone_day::in(std::chrono::year year) const {
  auto first = std::chrono::local_days{year / 1 / 1};
  if (kind == zero_based)
    return first + std::chrono::days{day} + time;
  if (kind == julian) {
    auto is_after_leap_day = year.is_leap() && day >= 60;
    return first + std::chrono::days{is_after_leap_day ? day : day - 1} + time;
  }
  auto of = year / std::chrono::month{month};
  std::chrono::weekday which{day};
  if (week == 5)
    return std::chrono::local_days{of / which[std::chrono::last]} + time;
  return std::chrono::local_days{of / which[week]} + time;
}

zone_period posix_zone::period_at(utc_time at) const {
  if (!summer_)
    return {utc_time::min(), utc_time::max(), offset_};
  // Times may reach a week beyond their day, so that the neighbouring years
  // count, and theirs for the period's bounds.
  std::array<zone_period, 10> changes;
  size_t count = 0;
  auto year
    = std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(at)}
        .year();
  for (auto x = year - std::chrono::years{2}; x <= year + std::chrono::years{2};
       ++x) {
    auto begin = summer_->begin.in(x).time_since_epoch() - offset_;
    auto end = summer_->end.in(x).time_since_epoch() - summer_->offset;
    // Of two at once the beginning counts: it is summer all the year.
    changes[count++] = {utc_time{end}, utc_time::max(), offset_};
    changes[count++] = {utc_time{begin}, utc_time::max(), summer_->offset};
  }
  std::ranges::stable_sort(changes, {}, &zone_period::begin);
  auto next = std::ranges::upper_bound(changes, at, {}, &zone_period::begin);
  auto result = *std::prev(next);
  result.end = next->begin;
  return result;
}

result<posix_zone> parse_posix_zone(std::string_view text) {
  rule_reader reader{text};
  posix_zone zone;
  reader.name();
  // West of Greenwich counts as positive there.
  zone.offset_ = -reader.time(24);
  if (!reader.at_end()) {
    zone.summer_ = posix_zone::summer{};
    auto& summer = *zone.summer_;
    reader.name();
    summer.offset = zone.offset_ + std::chrono::hours{1};
    if (reader.next() != ',')
      summer.offset = -reader.time(24);
    reader.expect(',');
    summer.begin = reader.day();
    reader.expect(',');
    summer.end = reader.day();
    if (!reader.at_end())
      reader.mistake("an end was expected");
  }
  auto is_short = [](std::chrono::seconds x) {
    return abs(x) < std::chrono::days{1};
  };
  if (!is_short(zone.offset_)
      || (zone.summer_ && !is_short(zone.summer_->offset)))
    reader.mistake("an offset is as long as a day");
  if (!reader.problem().empty())
    return fail(ec::invalid_argument, reader.problem());
  return zone;
}

} // namespace troupe::core
