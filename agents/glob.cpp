#include "agents/glob.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <span>

namespace troupe::agents {

namespace {

namespace fs = std::filesystem;

using core::ec;
using core::fail;
using core::result;

/// The parts of a pattern or path between slashes; empty ones and `.` mean
/// nothing.
std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin < path.size();) {
    auto end = std::min(path.find('/', begin), path.size());
    auto part = path.substr(begin, end - begin);
    if (!part.empty() && part != ".")
      parts.emplace_back(part);
    begin = end + 1;
  }
  return parts;
}

bool is_absolute(std::string_view path) noexcept {
  return path.starts_with('/');
}

bool is_plain(std::string_view part) noexcept {
  return part.find_first_of("*?[\\") == std::string_view::npos;
}

using parts_view = std::span<const std::string>;

bool parts_match(parts_view pattern, parts_view path) {
  if (pattern.empty())
    return path.empty();
  if (pattern.front() == "**") {
    for (size_t i = 0; i <= path.size(); ++i)
      if (parts_match(pattern.subspan(1), path.subspan(i)))
        return true;
    return pattern.size() == 1;
  }
  return !path.empty()
         && ::fnmatch(pattern.front().c_str(), path.front().c_str(), 0) == 0
         && parts_match(pattern.subspan(1), path.subspan(1));
}

/// Walks the directories that a pattern leads to.
class walk {
public:
  /// Everything below `base` that matches; keeps the first error.
  void run(const fs::path& base, parts_view pattern) {
    if (failure_)
      return;
    if (pattern.empty())
      add(base);
    else if (pattern.front() == "**")
      any_depth(base, pattern);
    else if (is_plain(pattern.front()))
      run(base / pattern.front(), pattern.subspan(1));
    else
      each(base, [&](const fs::directory_entry& entry,
                     const std::string& name) {
        if (::fnmatch(pattern.front().c_str(), name.c_str(), FNM_PERIOD) == 0)
          run(entry.path(), pattern.subspan(1));
      });
  }

  result<std::vector<found_file>>
  take(const std::vector<std::vector<std::string>>& exclude) {
    if (failure_)
      return fail(*failure_);
    std::vector<found_file> files;
    for (auto& [path, size] : found_) {
      auto parts = split_path(path);
      auto matches = [&](const auto& x) {
        return parts_match(x, parts);
      };
      if (std::ranges::none_of(exclude, matches))
        files.push_back({path, fs::path{path}.filename().string(), size});
    }
    return files;
  }

private:
  void add(const fs::path& path) {
    std::error_code problem;
    if (!fs::is_regular_file(path, problem))
      return;
    auto size = fs::file_size(path, problem);
    // Else it has been deleted since.
    if (!problem)
      found_.emplace(path.string(), size);
  }

  void any_depth(const fs::path& base, parts_view pattern) {
    auto rest = pattern.subspan(1);
    static const std::string anything = "*";
    run(base, rest.empty() ? parts_view{&anything, 1} : rest);
    each(base, [&](const fs::directory_entry& entry, const std::string& name) {
      std::error_code ignored;
      if (!name.starts_with('.')
          && entry.symlink_status(ignored).type() == fs::file_type::directory)
        any_depth(entry.path(), pattern);
    });
  }

  template <class F>
  void each(const fs::path& folder, F f) {
    std::error_code problem;
    auto shown = folder.empty() ? fs::path{"."} : folder;
    if (!fs::is_directory(shown, problem))
      return;
    fs::directory_iterator i{shown, problem};
    for (; !problem && !failure_ && i != fs::directory_iterator{};
         i.increment(problem)) {
      auto name = i->path().filename().string();
      f(fs::directory_entry{folder / name, problem}, name);
      problem.clear();
    }
    // What vanished meanwhile has no files any more.
    if (problem && problem != std::errc::no_such_file_or_directory)
      failure_ = core::error{ec::system_error,
                             fmt::format("cannot read the directory '{}': {}",
                                         shown.string(), problem.message()),
                             false};
  }

  std::map<std::string, uint64_t> found_;
  std::optional<core::error> failure_;
};

/// Where a pattern starts.
fs::path base_of(std::string_view pattern, const std::string& root) {
  if (is_absolute(pattern))
    return "/";
  return root == "." ? fs::path{} : fs::path{root};
}

result<void> check_pattern(std::string_view pattern) {
  if (pattern.empty())
    return fail(ec::invalid_argument, "a pattern must not be empty");
  if (pattern.ends_with('/'))
    return fail(ec::invalid_argument,
                fmt::format("the pattern '{}' ends with '/', but only files "
                            "are found: add '*' or '**'",
                            pattern));
  if (pattern.find('\0') != std::string_view::npos)
    return fail(ec::invalid_argument, "a pattern contains a NUL character");
  return {};
}

} // namespace

result<std::vector<found_file>> find_files(const glob_query& query) {
  std::error_code problem;
  if (!query.root.empty() && !fs::is_directory(query.root, problem))
    return fail(ec::system_error,
                fmt::format("the root '{}': {}", query.root,
                            problem ? problem.message() : "Not a directory"));
  walk files;
  for (const auto& pattern : query.patterns) {
    if (auto good = check_pattern(pattern); !good)
      return fail(good.error());
    auto parts = split_path(pattern);
    files.run(base_of(pattern, query.root), parts);
  }
  std::vector<std::vector<std::string>> exclude;
  for (const auto& pattern : query.exclude) {
    if (auto good = check_pattern(pattern); !good)
      return fail(good.error());
    exclude.push_back(
      split_path((base_of(pattern, query.root) / pattern).string()));
  }
  return files.take(exclude);
}

bool glob_matches(std::string_view pattern, std::string_view path) {
  return is_absolute(pattern) == is_absolute(path)
         && parts_match(split_path(pattern), split_path(path));
}

} // namespace troupe::agents
