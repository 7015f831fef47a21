#pragma once

#include "core/time_zone.hpp"
#include "tests/support/times.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace troupe::support {

/// A zone of which all changes are listed.
class listed_zone final : public core::time_zone {
public:
  struct change {
    core::utc_time at;
    std::chrono::minutes offset;
  };

  listed_zone(std::string name, std::chrono::minutes offset,
              std::vector<change> changes)
    : name_(std::move(name)), offset_(offset), changes_(std::move(changes)) {
  }

  std::string_view name() const noexcept override {
    return name_;
  }

  core::zone_period period_at(core::utc_time at) const override {
    core::zone_period period;
    period.offset = offset_;
    for (auto& x : changes_) {
      if (at < x.at) {
        period.end = x.at;
        break;
      }
      period.begin = x.at;
      period.offset = x.offset;
    }
    return period;
  }

private:
  std::string name_;
  std::chrono::minutes offset_;
  std::vector<change> changes_;
};

/// In the years around 2026, as the tz database has them.
inline std::vector<core::time_zone_ptr> zones_of_2026() {
  using std::chrono::minutes;
  auto zone = [](const char* name, int offset,
                 std::vector<listed_zone::change> changes) {
    return std::make_shared<listed_zone>(name, minutes{offset},
                                         std::move(changes));
  };
  return {
    core::utc_zone(),
    // 02:00 -> 03:00, 03:00 -> 02:00.
    zone("Europe/Berlin", 60,
         {{utc("2026-03-29 01:00"), minutes{120}},
          {utc("2026-10-25 01:00"), minutes{60}},
          {utc("2027-03-28 01:00"), minutes{120}}}),
    // 02:00 -> 03:00, 02:00 -> 01:00.
    zone("America/New_York", -300,
         {{utc("2026-03-08 07:00"), minutes{-240}},
          {utc("2026-11-01 06:00"), minutes{-300}},
          {utc("2027-03-14 07:00"), minutes{-240}}}),
    // Half an hour: 02:00 -> 01:30, 02:00 -> 02:30.
    zone("Australia/Lord_Howe", 660,
         {{utc("2026-04-04 15:00"), minutes{630}},
          {utc("2026-10-03 15:30"), minutes{660}},
          {utc("2027-04-03 15:00"), minutes{630}}}),
    // Left out 30 December 2011.
    zone("Pacific/Apia", -600, {{utc("2011-12-30 10:00"), minutes{840}}}),
  };
}

inline core::time_zone_ptr zone_of_2026(std::string_view name) {
  for (auto& zone : zones_of_2026())
    if (zone->name() == name)
      return zone;
  throw std::invalid_argument{"no such zone: " + std::string{name}};
}

/// These.
class few_zones final : public core::time_zones {
public:
  core::result<core::time_zone_ptr> find(std::string_view name) const override {
    for (auto& zone : zones_)
      if (zone->name() == name)
        return zone;
    return core::fail(core::ec::invalid_argument,
                      "there is no time zone '" + std::string{name} + '\'');
  }

private:
  std::vector<core::time_zone_ptr> zones_ = zones_of_2026();
};

} // namespace troupe::support
