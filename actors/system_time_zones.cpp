#include "actors/system_time_zones.hpp"

#include "core/nearest.hpp"
#include "core/zone_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

namespace troupe::actors {

namespace {

namespace fs = std::filesystem;

using core::ec;
using core::fail;

/// No file of the database has a tenth of it.
constexpr size_t zone_file_bytes_max = 1 << 20;

/// Those names are paths below the directory, and must not lead out of it.
bool is_zone_name(std::string_view name) {
  if (name.empty() || name.size() > 100)
    return false;
  for (auto rest = name;;) {
    auto end = rest.find('/');
    auto part = rest.substr(0, end);
    if (part.empty() || part.front() == '.'
        || part.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz"
                                  "0123456789_-+.")
             != std::string_view::npos)
      return false;
    if (end == std::string_view::npos)
      return true;
    rest.remove_prefix(end + 1);
  }
}

/// Of all zones. The database is there twice more, for other ways to count
/// seconds.
std::vector<std::string> zone_names_in(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code code;
  fs::recursive_directory_iterator i{directory, code};
  for (; !code && i != fs::recursive_directory_iterator{}; i.increment(code)) {
    auto name = i->path().lexically_relative(directory).string();
    std::error_code ignored;
    if (name == "posix" || name == "right")
      i.disable_recursion_pending();
    else if (is_zone_name(name) && name.find('.') == std::string::npos
             && i->is_regular_file(ignored))
      names.push_back(std::move(name));
  }
  std::ranges::sort(names);
  return names;
}

struct closes_zone_file {
  void operator()(std::FILE* file) const noexcept {
    std::fclose(file);
  }
};

core::result<std::string> zone_bytes_of(const fs::path& path) {
  std::unique_ptr<std::FILE, closes_zone_file> file{
    std::fopen(path.c_str(), "re")};
  auto cannot = [&path](int number) {
    return fail(ec::system_error,
                fmt::format("cannot read '{}': {}", path.string(),
                            std::generic_category().message(number)));
  };
  if (!file)
    return cannot(errno);
  std::string bytes(zone_file_bytes_max, '\0');
  auto size = std::fread(bytes.data(), 1, bytes.size(), file.get());
  if (std::ferror(file.get()) != 0)
    return cannot(errno);
  bytes.resize(size);
  return bytes;
}

} // namespace

system_time_zones::system_time_zones(fs::path directory)
  : directory_(std::move(directory)) {
}

core::result<core::time_zone_ptr>
system_time_zones::find(std::string_view name) const {
  if (name == "UTC")
    return core::utc_zone();
  std::unique_lock guard{mutex_};
  if (auto i = known_.find(name); i != known_.end())
    return i->second;
  auto zone = read(std::string{name});
  if (zone)
    known_.emplace(name, *zone);
  return zone;
}

core::result<core::time_zone_ptr>
system_time_zones::read(const std::string& name) const {
  std::error_code code;
  if (!fs::is_directory(directory_, code))
    return fail(ec::system_error,
                fmt::format("there is no database of time zones in '{}': "
                            "install the package tzdata",
                            directory_.string()));
  auto path = directory_ / name;
  if (!is_zone_name(name) || !fs::is_regular_file(path, code))
    return fail(unknown(name));
  auto bytes = zone_bytes_of(path);
  if (!bytes)
    return fail(bytes.error());
  return core::parse_zone_file(name, *bytes);
}

core::error system_time_zones::unknown(const std::string& name) const {
  auto names = zone_names_in(directory_);
  std::vector<std::string_view> all{names.begin(), names.end()};
  return {ec::invalid_argument,
          fmt::format("there is no time zone '{}'{}; names are as 'UTC' and "
                      "'Europe/Berlin'",
                      name, core::did_you_mean(name, all))};
}

} // namespace troupe::actors
