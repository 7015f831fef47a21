#pragma once

#include "agents/file_descriptor.hpp"

#include <optional>

namespace troupe::cli {

/// Turns SIGINT, SIGTERM and SIGHUP into something to be asked for, and ignores
/// SIGPIPE. To be made before any thread, since threads inherit what is
/// blocked. Signals that are ignored (as nohup does) stay so.
class signal_watch {
public:
  signal_watch();

  /// A signal that has come since, if any.
  std::optional<int> poll();

  /// Waits for one; nothing if it was woken for nothing.
  std::optional<int> wait();

private:
  agents::file_descriptor descriptor_;
};

/// Kills every program that handlers have started, with all they started.
void kill_programs();

} // namespace troupe::cli
