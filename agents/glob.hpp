#pragma once

#include "core/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::agents {

/// Which files are looked for.
struct glob_query {
  /// `*` and `?` match within a name, `[a-z]` and `[!a-z]` one of a set, `**`
  /// alone any number of directories (of which it follows no links), `\` takes
  /// the next character as it is. A leading dot must be spelled out.
  std::vector<std::string> patterns;
  /// What matches one of these is left out; here the dot is nothing special.
  std::vector<std::string> exclude;
  /// Where relative patterns start; empty = the working directory.
  std::string root;
};

struct found_file {
  /// Of an absolute pattern absolute, else beginning with the root (unless that
  /// is empty or `.`), so that it can be opened as it is.
  std::string path;
  /// The last part of the path.
  std::string name;
  uint64_t size = 0;
};

/// Files, and links to files, no directories; each once, sorted by path. That
/// there are none is no error. `ec::invalid_argument` for an impossible
/// pattern, `ec::system_error` if the root or a directory on the way cannot be
/// read.
core::result<std::vector<found_file>> find_files(const glob_query& query);

/// If a whole path matches, by the rules of `exclude`.
bool glob_matches(std::string_view pattern, std::string_view path);

} // namespace troupe::agents
