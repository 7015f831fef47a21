#include "core/iso_time.hpp"

#include "core/ascii.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <optional>

namespace troupe::core {

namespace {

constexpr size_t fraction_digits_max = 9;

/// Takes what a time is made of off the front of a text. After the first thing
/// that is not there, nothing is.
class time_scanner {
public:
  explicit time_scanner(std::string_view text) : rest_(text) {
  }

  int number(size_t digits) {
    auto result = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (rest_.empty() || !is_digit(rest_.front())) {
        is_good_ = false;
        return 0;
      }
      result = result * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return result;
  }

  void skip(char c) {
    is_good_ = take(c) && is_good_;
  }

  bool take(char c) {
    if (rest_.empty() || rest_.front() != c)
      return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// What stands behind the point.
  duration fraction() {
    auto scale = int64_t{1'000'000'000};
    auto result = int64_t{0};
    size_t digits = 0;
    for (; !rest_.empty() && is_digit(rest_.front()); ++digits) {
      scale /= 10;
      result += scale * (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    if (digits == 0 || digits > fraction_digits_max)
      is_good_ = false;
    return duration{result};
  }

  bool is_done() const noexcept {
    return is_good_ && rest_.empty();
  }

private:
  std::string_view rest_;
  bool is_good_ = true;
};

std::optional<time_point> read_time(std::string_view text) {
  using namespace std::chrono;
  time_scanner from{text};
  auto y = year{from.number(4)};
  from.skip('-');
  auto m = month{static_cast<unsigned>(from.number(2))};
  from.skip('-');
  auto d = day{static_cast<unsigned>(from.number(2))};
  from.skip('T');
  auto hour = from.number(2);
  from.skip(':');
  auto minute = from.number(2);
  from.skip(':');
  auto second = from.number(2);
  auto fraction = from.take('.') ? from.fraction() : duration::zero();
  minutes offset{0};
  if (!from.take('Z')) {
    auto sign = from.take('-') ? -1 : 1;
    if (sign > 0)
      from.skip('+');
    auto hours_off = from.number(2);
    from.skip(':');
    auto minutes_off = from.number(2);
    if (hours_off > 23 || minutes_off > 59)
      return std::nullopt;
    offset = minutes{sign * (hours_off * 60 + minutes_off)};
  }
  year_month_day date{y, m, d};
  // Years beyond these are more nanoseconds than there are numbers.
  if (!from.is_done() || !date.ok() || hour > 23 || minute > 59 || second > 59
      || y < year{1970} || y > year{2199})
    return std::nullopt;
  return time_point{sys_days{date}.time_since_epoch() + hours{hour}
                    + minutes{minute} + seconds{second} + fraction - offset};
}

} // namespace

result<time_point> parse_time(std::string_view text) {
  if (auto x = read_time(text))
    return *x;
  return fail(ec::invalid_argument,
              fmt::format("'{}' is not a time from 1970 to 2199 (example: "
                          "2026-01-31T12:00:00Z)",
                          text.substr(0, 100)));
}

} // namespace troupe::core
