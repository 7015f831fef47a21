#pragma once

#include "agents/delegated_cgroup.hpp"
#include "agents/usage_limits.hpp"
#include "core/error.hpp"
#include "core/time.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace troupe::agents {

/// A program to be run, and how.
struct subprocess_options {
  /// The program and its arguments; a name without a slash is looked up in the
  /// PATH that the program itself will see.
  std::vector<std::string> argv;
  /// Added to the inherited variables; nothing = not set.
  std::map<std::string, std::optional<std::string>> env;
  /// Inherits no variables.
  bool clear_env = false;
  /// The directory it runs in; empty = that of this process.
  std::string cwd;
  /// What it can read from its standard input; nothing = /dev/null.
  std::optional<std::string> input;
  /// Bytes kept of each of its two outputs; what follows is read and dropped.
  size_t capture_max = 1 << 20;
  /// Time from SIGTERM to SIGKILL when it is to stop.
  core::duration grace = std::chrono::seconds{2};
  usage_limits limits = {};
  /// Called by the thread that runs it when something of its output has come.
  std::function<void()> on_output = {};
  /// Stopped when it runs longer.
  core::duration time_limit = core::duration::max();
  /// Below which it gets a control group of its own, if that can be made; null
  /// = it gets none.
  delegated_cgroup* cgroup = delegated_cgroup::of_this_process();
};

/// One output of a program.
struct captured_output {
  /// The first `capture_max` bytes.
  std::string bytes;
  /// There was more.
  bool is_truncated = false;
  /// The last few hundred bytes or more, also of what was dropped.
  std::string tail;
};

enum class subprocess_end : uint8_t {
  /// By itself, or by a signal of somebody else.
  own,
  /// The stop token fired.
  stopped,
  /// Its time was over.
  time_limit,
  /// It wrote more than it may.
  output_limit,
};

struct subprocess_outcome {
  subprocess_end end = subprocess_end::own;
  /// Meaningful if `signal` is 0.
  int exit_code = 0;
  /// The signal that ended it, or 0.
  int signal = 0;
  captured_output out;
  captured_output err;
  core::duration time{};
  usage used;
  /// It, or what it started, was killed because all together used more memory
  /// than they may.
  bool is_out_of_memory = false;
};

/// Runs a program in a session of its own and waits for its end; holds the
/// calling thread. Errors are `ec::handler_failed` if it cannot be started
/// (permanent if there is no such program, or it cannot be executed),
/// `ec::cancelled` if `stop` had fired before, and `ec::system_error`.
///
/// When `stop` fires, the time is over or it writes too much, the program and
/// all it started get SIGTERM, and SIGKILL when `grace` is over. When it ends
/// by itself, what is left of its process group is killed. So nothing it
/// started survives, except what made itself a session of its own, as daemons
/// do; in a control group of its own that is killed as well, when the program
/// has ended or `grace` is over.
///
/// Needs Linux 5.3. The process must neither ignore SIGCHLD nor wait for
/// children it did not start.
core::result<subprocess_outcome> run_subprocess(const subprocess_options& what,
                                                std::stop_token stop = {});

/// `SIGKILL` for 9; `signal 99` for what has no name.
std::string signal_name(int signal);

} // namespace troupe::agents
