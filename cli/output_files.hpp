#pragma once

#include "cli/options.hpp"
#include "core/error.hpp"
#include "core/event.hpp"

#include <fstream>
#include <string>
#include <string_view>

namespace troupe::cli {

/// Whether a file could be written there, as far as can be told before; the
/// error names the path and the reason.
core::result<void> check_writable(const std::string& path);

/// Writes a whole file: a regular file is replaced as a whole, others (pipes,
/// terminals) are written to.
core::result<void> write_file(const std::string& path, std::string_view text);

/// Writes a graph in dot's language as the ending of `path` asks for: as it is,
/// or drawn by Graphviz's program `dot`.
core::result<void> write_graph(const std::string& path, std::string_view dot);

/// Events, one JSON object per line, as they come.
class event_log {
public:
  /// An empty path: writes nothing.
  core::result<void> open(const std::string& path);

  void write(const core::event& x);

  void flush();

  /// What went wrong since the start, if anything.
  core::result<void> close();

private:
  std::string path_;
  std::ofstream file_;
};

} // namespace troupe::cli
