#include "core/time.hpp"

#include "core/ascii.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

namespace troupe::core {

namespace {

struct unit {
  std::string_view name;
  uint64_t nanoseconds;
};

// From the largest to the smallest: the order in which they may follow.
constexpr std::array<unit, 7> units{{
  {"d", 86'400'000'000'000},
  {"h", 3'600'000'000'000},
  {"m", 60'000'000'000},
  {"s", 1'000'000'000},
  {"ms", 1'000'000},
  {"us", 1'000},
  {"ns", 1},
}};

constexpr auto nanoseconds_max
  = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());

tl::unexpected<error> refuse(std::string_view text, std::string_view why) {
  return fail(ec::invalid_argument,
              fmt::format("'{}' is not a duration: {} (examples: 90, 1.5s, "
                          "250ms, 1h30m)",
                          text, why));
}

/// One number with its unit, as `1.5s`.
struct part {
  /// Of the fraction, digits beyond the ninth are not kept.
  uint64_t whole = 0;
  double fraction = 0;
  std::string_view unit;
};

/// Takes a part off the front of `rest`; an error says what is wrong with it.
tl::expected<part, std::string_view> take_part(std::string_view& rest) {
  part result;
  size_t i = 0;
  for (; i < rest.size() && is_digit(rest[i]); ++i) {
    if (result.whole > nanoseconds_max / 10)
      return tl::unexpected<std::string_view>{"it is too long"};
    result.whole = result.whole * 10 + static_cast<uint64_t>(rest[i] - '0');
  }
  auto digits = i;
  if (i < rest.size() && rest[i] == '.') {
    auto scale = 0.1;
    for (++i; i < rest.size() && is_digit(rest[i]); ++i, ++digits) {
      result.fraction += scale * (rest[i] - '0');
      scale /= 10;
    }
  }
  if (digits == 0)
    return tl::unexpected<std::string_view>{"a number was expected"};
  rest.remove_prefix(i);
  i = 0;
  while (i < rest.size() && !is_digit(rest[i]) && rest[i] != '.')
    ++i;
  result.unit = rest.substr(0, i);
  rest.remove_prefix(i);
  return result;
}

/// At most three digits that say something, cut off: `1.5`, `12.3`, `250`.
std::string short_number(uint64_t value, uint64_t unit) {
  auto whole = value / unit;
  auto tenths = value % unit / ((unit + 9) / 10);
  if (unit == 1 || whole >= 100 || tenths == 0)
    return fmt::format("{}", whole);
  return fmt::format("{}.{}", whole, tenths);
}

} // namespace

std::string to_string(time_point x) {
  if (x == never)
    return "-";
  auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(x);
  auto day = std::chrono::floor<std::chrono::days>(milliseconds);
  std::chrono::year_month_day date{day};
  std::chrono::hh_mm_ss time{milliseconds - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                     static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count(),
                     time.subseconds().count());
}

std::string to_string(duration x) {
  auto sign = x < duration::zero() ? "-" : "";
  // Unsigned, because the least value has no positive counterpart.
  auto rest = static_cast<uint64_t>(x.count());
  if (x < duration::zero())
    rest = 0 - rest;
  if (rest == 0)
    return "0s";
  auto minute = units[2].nanoseconds;
  for (size_t i = 3; rest < minute && i < units.size(); ++i)
    if (rest >= units[i].nanoseconds)
      return fmt::format("{}{}{}", sign,
                         short_number(rest, units[i].nanoseconds),
                         units[i].name);
  size_t large = 0;
  while (rest < units[large].nanoseconds)
    ++large;
  auto& next = units[large + 1];
  auto text = fmt::format("{}{}{}", sign, rest / units[large].nanoseconds,
                          units[large].name);
  rest %= units[large].nanoseconds;
  if (rest >= next.nanoseconds)
    text += fmt::format("{:02}{}", rest / next.nanoseconds, next.name);
  return text;
}

result<duration> parse_duration(std::string_view text) {
  if (text.empty())
    return refuse(text, "it is empty");
  if (text.front() == '-')
    return refuse(text, "it is negative");
  uint64_t total = 0;
  size_t next = 0;
  for (auto rest = text; !rest.empty();) {
    auto is_first = rest.size() == text.size();
    auto taken = take_part(rest);
    if (!taken)
      return refuse(text, taken.error());
    auto name = taken->unit;
    if (name.empty()) {
      if (!is_first)
        return refuse(text, "the last number has no unit");
      name = "s";
    }
    if (name == "\u00b5s" || name == "\u03bcs")
      name = "us";
    size_t i = 0;
    while (i < units.size() && units[i].name != name)
      ++i;
    if (i == units.size())
      return refuse(text, fmt::format("'{}' is not one of the units d, h, m, "
                                      "s, ms, us, ns",
                                      name));
    if (i < next)
      return refuse(text, "units go from large to small, each once");
    next = i + 1;
    auto scale = units[i].nanoseconds;
    if (taken->whole > nanoseconds_max / scale)
      return refuse(text, "it is too long");
    total += taken->whole * scale;
    total += static_cast<uint64_t>(
      std::llround(taken->fraction * static_cast<double>(scale)));
    if (total > nanoseconds_max)
      return refuse(text, "it is too long");
  }
  return duration{static_cast<int64_t>(total)};
}

} // namespace troupe::core
