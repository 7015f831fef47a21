#include "agents/process_bounds.hpp"

#include "agents/capabilities.hpp"
#include "agents/parameters.hpp"
#include "agents/process.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

namespace troupe::agents {

namespace {

namespace fs = std::filesystem;

/// With links followed as far as it is there.
fs::path resolved(const fs::path& path) {
  std::error_code ignored;
  auto result = fs::weakly_canonical(path, ignored);
  return result.empty() ? path.lexically_normal() : result;
}

bool is_in(const fs::path& path, const fs::path& directory) {
  auto rest = path.lexically_relative(directory);
  return !rest.empty() && *rest.begin() != "..";
}

core::result<std::string> choose_directory(const process_bounds& bounds,
                                           const std::string& wanted) {
  // A path that is absolute replaces what is before it.
  auto path = resolved(fs::path{bounds.directories.front()} / wanted);
  auto contains = [&](auto& x) {
    return is_in(path, resolved(x));
  };
  if (std::ranges::any_of(bounds.directories, contains))
    return path.string();
  return core::fail(
    {core::ec::invalid_argument,
     fmt::format("this agent runs no programs in '{}'; it does in {}", wanted,
                 fmt::join(bounds.directories, ", ")),
     true});
}

/// The smaller one; what only one of them says, that.
template <class T>
std::optional<T> tighter(const std::optional<T>& x, const std::optional<T>& y) {
  return x && y ? std::min(*x, *y) : x ? x : y;
}

template <class T>
void put(core::json& to, const char* name, const std::optional<T>& x) {
  if (x)
    to[name] = *x;
}

} // namespace

bool process_bounds::are_none() const noexcept {
  return directories.empty() && !limits.cpu_time && !limits.memory
         && !limits.open_files && !limits.file_size && !limits.processes
         && !limits.output;
}

core::result<core::json> within(const process_bounds& bounds,
                                core::json given) {
  if (bounds.are_none() || !require_valid(*schema_of("process.run"), given))
    return given;
  if (!bounds.directories.empty()) {
    auto cwd = given.find("cwd");
    auto wanted = cwd != given.end() && cwd->is_string()
                    ? cwd->get<std::string>()
                    : std::string{};
    auto chosen = choose_directory(bounds, wanted);
    if (!chosen)
      return core::fail(std::move(chosen.error()));
    given["cwd"] = std::move(*chosen);
  }
  auto asked = subprocess_options_of(given).limits;
  auto& most = bounds.limits;
  if (auto time = tighter(asked.cpu_time, most.cpu_time))
    given["cpu_max"] = std::chrono::duration<double>(*time).count();
  put(given, "memory_max", tighter(asked.memory, most.memory));
  put(given, "open_files_max", tighter(asked.open_files, most.open_files));
  put(given, "file_size_max", tighter(asked.file_size, most.file_size));
  put(given, "processes_max", tighter(asked.processes, most.processes));
  put(given, "output_max", tighter(asked.output, most.output));
  return given;
}

} // namespace troupe::agents
