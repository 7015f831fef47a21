#pragma once

#include "core/time_zone.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace troupe::actors {

/// The zones of the system's tz database, as the package tzdata installs it.
/// Each is read from its file when it is first asked for, and kept, so that all
/// who ask see the same rules; an update counts from the next start. `UTC` is
/// there without any file.
///
/// May be used from any thread. Finding a zone that is not yet known blocks for
/// as long as it takes to read a small file.
class system_time_zones final : public core::time_zones {
public:
  explicit system_time_zones(std::filesystem::path directory
                             = "/usr/share/zoneinfo");

  /// `ec::invalid_argument` if there is no zone of that name, or its file makes
  /// no sense; `ec::system_error` if it cannot be read, or there is no database
  /// at all.
  core::result<core::time_zone_ptr> find(std::string_view name) const override;

private:
  core::result<core::time_zone_ptr> read(const std::string& name) const;
  core::error unknown(const std::string& name) const;

  std::filesystem::path directory_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, core::time_zone_ptr, std::less<>> known_;
};

} // namespace troupe::actors
