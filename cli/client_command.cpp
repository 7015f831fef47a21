#include "cli/client_command.hpp"

#include "cli/client_commands.hpp"
#include "cli/lasting_channel.hpp"
#include "cli/signals.hpp"
#include "cli/terminal.hpp"
#include "storage/process_user.hpp"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <thread>

namespace troupe::cli {

namespace {

constexpr size_t plain_width = 120;
constexpr auto rest_step = std::chrono::milliseconds{100};

/// Notes the first signal for good.
class interruption_watch {
public:
  int poll() {
    if (signal_ == 0)
      signal_ = signals_.poll().value_or(0);
    return signal_;
  }

  void rest(core::duration time) {
    auto deadline = std::chrono::steady_clock::now() + time;
    while (poll() == 0 && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(rest_step);
  }

private:
  signal_watch signals_;
  int signal_ = 0;
};

} // namespace

int client_command(const client_options& options) {
  // Commands that answer at once are ended by a signal as any program is.
  std::optional<interruption_watch> watch;
  client_console console;
  if (options.action == client_action::watch || options.is_waiting) {
    watch.emplace();
    console.interruption = [&] {
      return watch->poll();
    };
    console.rest = [&](core::duration time) {
      watch->rest(time);
    };
  }
  console.print = [](auto text) {
    write_all(STDOUT_FILENO, text);
  };
  console.complain = [](auto text) {
    write_all(STDERR_FILENO, text);
  };
  console.width = is_terminal(STDOUT_FILENO)
                    ? measure_screen(STDOUT_FILENO).width
                    : plain_width;
  console.color = palette{wants_color(options.color, STDOUT_FILENO)};
  lasting_channel manager{[&] {
    return connect(options.at);
  }};
  auto by = options.at.name.empty() ? storage::user_of_process()
                                    : options.at.name;
  return run_client({options, manager, console, std::move(by)});
}

} // namespace troupe::cli
