#include "agents/delegated_cgroup.hpp"

#include "agents/cgroup_files.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace troupe::agents {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream from{text};
  std::vector<std::string> result;
  for (std::string word; from >> word;)
    result.push_back(std::move(word));
  return result;
}

/// The path after `0::`, which is that in the one tree of version 2.
std::optional<std::string> own_group(const fs::path& groups) {
  std::ifstream file{groups};
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("0::/"))
      continue;
    auto path = line.substr(3);
    // Outside of the part that we can see, or removed meanwhile.
    if (path.starts_with("/..") || path.ends_with(" (deleted)"))
      return std::nullopt;
    return path;
  }
  return std::nullopt;
}

/// `\040` is a space, in lines that have spaces between their fields.
std::string unescaped(const std::string& x) {
  std::string result;
  for (size_t i = 0; i < x.size(); ++i) {
    if (x[i] == '\\' && i + 3 < x.size()) {
      result += static_cast<char>(std::stoi(x.substr(i + 1, 3), nullptr, 8));
      i += 3;
    } else {
      result += x[i];
    }
  }
  return result;
}

/// What is left of `path` below `root`; nothing if it is not below.
std::optional<std::string> below(const std::string& path,
                                 const std::string& root) {
  if (root == "/")
    return path.substr(1);
  if (path == root)
    return "";
  if (path.starts_with(root + "/"))
    return path.substr(root.size() + 1);
  return std::nullopt;
}

bool is_ours(const fs::path& directory) {
  return ::access(directory.c_str(), W_OK | X_OK) == 0
         && ::access((directory / "cgroup.procs").c_str(), W_OK) == 0;
}

} // namespace

std::optional<fs::path> delegated_cgroup::find(const fs::path& groups,
                                               const fs::path& mounts) {
  auto own = own_group(groups);
  std::ifstream file{mounts};
  for (std::string line; own && std::getline(file, line);) {
    // `36 35 98:0 /root /mount/point rw shared:1 - cgroup2 source rw`: there
    // may be any number of fields before the dash.
    auto fields = words_of(line);
    auto dash = std::ranges::find(fields, "-");
    if (dash - fields.begin() < 6 || fields.end() - dash < 2
        || dash[1] != "cgroup2")
      continue;
    if (auto rest = below(*own, unescaped(fields[3])))
      return fs::path{unescaped(fields[4])} / *rest;
  }
  return std::nullopt;
}

delegated_cgroup* delegated_cgroup::of_this_process() {
  static auto found = find("/proc/self/cgroup", "/proc/self/mountinfo");
  if (!found || !is_ours(*found))
    return nullptr;
  static delegated_cgroup result{*found};
  return &result;
}

delegated_cgroup::delegated_cgroup(fs::path directory)
  : directory_(std::move(directory)) {
}

bool delegated_cgroup::provide(std::string_view controller) {
  std::lock_guard guard{mutex_};
  auto has = [&](const char* file) {
    auto words = words_of(read_cgroup_file(directory_ / file));
    return std::ranges::find(words, controller) != words.end();
  };
  if (has("cgroup.subtree_control"))
    return true;
  // Some can be turned on in spite of processes, but then those below could
  // have none.
  return has("cgroup.controllers") && has_room() && turn_on(controller);
}

bool delegated_cgroup::turn_on(std::string_view controller) const {
  return write_cgroup_file(directory_ / "cgroup.subtree_control",
                           fmt::format("+{}", controller));
}

bool delegated_cgroup::has_room() const {
  std::error_code ignored;
  if (!fs::exists(directory_ / "cgroup.type", ignored))
    return true; // It is the root.
  auto members = words_of(read_cgroup_file(directory_ / "cgroup.procs"));
  auto own = std::to_string(::getpid());
  if (members != std::vector{own})
    return members.empty();
  auto leaf = directory_ / "troupe-self";
  ::mkdir(leaf.c_str(), 0755);
  return write_cgroup_file(leaf / "cgroup.procs", own);
}

} // namespace troupe::agents
