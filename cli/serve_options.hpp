#pragma once

#include "cli/connect.hpp"
#include "core/time.hpp"

#include <chrono>
#include <map>
#include <string>

namespace troupe::cli {

/// `troupe serve`.
struct serve_options {
  /// Path of its file; empty = a manager with nothing special.
  std::string config;
  /// In the place of what the file says; empty = as the file says.
  std::string listen;
  std::string journal;
  /// A process of its own looks after it, and starts it again when it dies.
  bool is_supervised = false;
  /// What runs has so long to end when it is told to stop.
  core::duration grace = std::chrono::seconds{10};
  bool is_quiet = false;
};

/// `troupe worker`.
struct worker_options {
  /// The manager, and what this node is called.
  connect_options at;
  /// Path of a file; empty = the standard agents.
  std::string agents;
  /// Besides those of the file.
  std::map<std::string, std::string> labels;
  core::duration grace = std::chrono::seconds{30};
  bool is_quiet = false;
};

} // namespace troupe::cli
