#pragma once

#include "cli/client_commands.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace troupe::cli {

/// Reads a manager's events in order, through interruptions of the connection
/// and restarts of the manager.
class event_reader {
public:
  /// How long to leave a manager alone that cannot be reached.
  static constexpr core::duration away_rest = std::chrono::seconds{1};

  /// Events of these tasks, or all.
  event_reader(const client_task& x, std::vector<std::string> tasks);

  /// From that number on. Without this, from begin() on.
  void start_at(uint64_t from);

  /// Events count from now on.
  core::result<void> begin();

  struct batch {
    /// As the manager has them.
    core::json events = core::json::array();
    /// Something is missing before them: so many events, or, if it is another
    /// log, whatever happened while the manager was not there.
    uint64_t lost = 0;
    bool is_other_log = false;

    bool has_gap() const noexcept {
      return lost > 0 || is_other_log;
    }
  };

  /// Those that are there, or come within the time. While the manager cannot be
  /// reached, says so once, and answers with empty batches, each after a rest.
  core::result<batch> next(core::duration timeout);

private:
  core::result<core::json> read(core::duration timeout);

  const client_task& x_;
  core::json tasks_;
  core::json from_;
  core::json log_;
  bool is_away_ = false;
};

} // namespace troupe::cli
