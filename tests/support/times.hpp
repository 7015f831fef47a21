#pragma once

#include "core/time.hpp"
#include "core/time_zone.hpp"

#include <cstdio>
#include <stdexcept>
#include <string>

namespace troupe::support {

/// `2026-03-29 02:30`, also with seconds, of some zone.
inline core::local_time local(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  auto count = std::sscanf(text.c_str(), "%d-%u-%u %d:%d:%d", &year, &month,
                           &day, &hour, &minute, &second);
  if (count < 5)
    throw std::invalid_argument{"not a time: " + text};
  std::chrono::local_days date{std::chrono::year{year} / month / day};
  return date + std::chrono::hours{hour} + std::chrono::minutes{minute}
         + std::chrono::seconds{second};
}

/// The same in UTC.
inline core::utc_time utc(const std::string& text) {
  return core::utc_time{local(text).time_since_epoch()};
}

inline core::time_point at(const std::string& text) {
  return utc(text);
}

/// As local() reads it, with seconds only if there are any.
inline std::string text_of(core::local_time x) {
  auto text
    = core::to_string(core::time_point{core::utc_time{x.time_since_epoch()}});
  text[10] = ' ';
  return text.substr(0, text.substr(17, 2) == "00" ? 16 : 19);
}

inline std::string text_of(core::time_point x) {
  if (x == core::never)
    return "never";
  return text_of(core::local_time{
    std::chrono::floor<std::chrono::seconds>(x.time_since_epoch())});
}

} // namespace troupe::support
