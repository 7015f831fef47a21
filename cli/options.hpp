#pragma once

#include "cli/certs_options.hpp"
#include "cli/client_options.hpp"
#include "cli/color_mode.hpp"
#include "cli/journal_options.hpp"
#include "cli/serve_options.hpp"
#include "cli/variables.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace troupe::cli {

/// `troupe run`.
struct run_options {
  /// `-` is standard input.
  std::string file;
  variable_settings settings;
  bool is_dry_run = false;
  /// 0 = as many as agents have slots.
  uint32_t max_parallel = 0;
  /// The first task that fails ends the run.
  bool is_fail_fast = false;
  /// Path of the journal; empty = nothing survives the process.
  std::string journal;
  /// Nothing counts that earlier runs have done.
  bool is_fresh = false;
  /// Paths of what is written; empty = is not.
  std::string report;
  std::string events;
  std::string trace;
  std::string graph;
  bool has_progress = true;
  bool is_quiet = false;
  color_mode color = color_mode::automatic;
};

/// Text to be printed on standard output, and success.
struct print_text {
  std::string text;
};

/// What is wrong with the command line; exit status 2.
struct usage_error {
  /// One per line, without full stop.
  std::vector<std::string> messages;
  /// The command whose help says more.
  std::string command = "run";
};

using command_line
  = std::variant<run_options, journal_options, certs_options, client_options,
                 serve_options, worker_options, print_text, usage_error>;

/// Reads the arguments, without the program's name.
command_line parse_command_line(const std::vector<std::string>& arguments);

} // namespace troupe::cli
