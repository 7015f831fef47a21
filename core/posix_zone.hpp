#pragma once

#include "core/time_zone.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace troupe::core {

/// A day of each year on which clocks are changed.
struct zone_day {
  enum kind_type : uint8_t {
    /// `Jn`: the day n of 1..365; there is no 29 February.
    julian,
    /// `n`: the day n of 0..365; 29 February counts.
    zero_based,
    /// `Mm.w.d`: the weekday d (0 = Sunday) in the week w (5 = the last) of the
    /// month m.
    weekday,
  };

  kind_type kind = julian;
  /// The day, or the weekday.
  uint32_t day = 0;
  uint32_t month = 0;
  uint32_t week = 0;
  /// From the midnight at which the day begins; may be negative, or longer than
  /// a day.
  std::chrono::seconds time = std::chrono::hours{2};

  /// In local time.
  local_time in(std::chrono::year year) const;
};

/// The rules of a zone that are the same every year, as the variable TZ of
/// POSIX has them: `CET-1CEST,M3.5.0,M10.5.0/3`. Zone files end with one, which
/// holds after all they list.
class posix_zone {
public:
  zone_period period_at(utc_time at) const;

private:
  friend result<posix_zone> parse_posix_zone(std::string_view);

  struct summer {
    std::chrono::seconds offset{0};
    zone_day begin;
    zone_day end;
  };

  std::chrono::seconds offset_{0};
  std::optional<summer> summer_;
};

/// `ec::invalid_argument` says what is wrong, and from where on. Times may be
/// from -167 to 167 hours, as RFC 9636 allows.
result<posix_zone> parse_posix_zone(std::string_view text);

} // namespace troupe::core
