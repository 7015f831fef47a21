#pragma once

#include "cli/pipeline.hpp"
#include "core/failure_detector.hpp"
#include "core/journal_settings.hpp"
#include "core/retention.hpp"
#include "core/schedule_spec.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::cli {

/// A file's journal.
struct kept_journal {
  /// Path of the journal.
  std::string path;
  core::journal_settings settings;
};

/// Where a manager listens for nodes and clients.
struct listen_settings {
  /// An address of this machine, as a number.
  std::string address = "127.0.0.1";
  uint16_t port = 0;
  /// Paths; all three or none.
  std::string ca;
  std::string certificate;
  std::string key;
  /// Plain TCP beyond loopback.
  bool is_insecure = false;
  /// Names of nodes that may come; empty = all.
  std::vector<std::string> allowed;
  /// Path of a file with the fleet's secret; empty = there is none.
  std::string secret_file;
};

/// What `troupe serve` is told by its file. Paths are absolute, or relative to
/// where the program runs.
struct serve_settings {
  /// What the manager is called.
  std::string name = "troupe";
  /// Nothing = tasks do not survive the process.
  std::optional<kept_journal> journal;
  /// Always with one named `default`.
  std::vector<queue_declaration> queues;
  std::vector<rate_limit_declaration> rate_limits;
  std::optional<core::circuit_options> circuits;
  std::vector<core::schedule_spec> schedules;
  core::retention_settings retention;
  /// Its own; there may be none.
  std::vector<agent_declaration> agents;
  /// Nothing = nobody is listened for.
  std::optional<listen_settings> listen;
  core::liveness_settings liveness;
  /// 0 = as many as agents have slots.
  uint32_t max_parallel = 0;
};

/// What `troupe worker` is told by its file.
struct worker_settings {
  /// Empty = what the command line says.
  std::string name;
  std::map<std::string, std::string> labels;
  core::resource_amounts resources;
  /// At least one.
  std::vector<agent_declaration> agents;
};

} // namespace troupe::cli
