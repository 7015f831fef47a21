#include "cli/certs_command.hpp"
#include "cli/client_command.hpp"
#include "cli/journal_command.hpp"
#include "cli/mistakes.hpp"
#include "cli/options.hpp"
#include "cli/run_command.hpp"
#include "cli/serve_command.hpp"
#include "cli/terminal.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <exception>

namespace {

using namespace troupe::cli;

int execute(const command_line& line) {
  if (auto text = std::get_if<print_text>(&line))
    return write_all(STDOUT_FILENO, text->text) ? exit_completed : exit_failed;
  if (auto wrong = std::get_if<usage_error>(&line)) {
    for (auto& x : wrong->messages)
      write_all(STDERR_FILENO, fmt::format("troupe: {}\n", x));
    write_all(STDERR_FILENO,
              fmt::format("See 'troupe help {}'.\n", wrong->command));
    return exit_usage;
  }
  if (auto journal = std::get_if<journal_options>(&line))
    return journal_command(*journal);
  if (auto certs = std::get_if<certs_options>(&line))
    return certs_command(*certs);
  if (auto serve = std::get_if<serve_options>(&line))
    return serve_command(*serve);
  if (auto worker = std::get_if<worker_options>(&line))
    return worker_command(*worker);
  if (auto client = std::get_if<client_options>(&line))
    return client_command(*client);
  return run_command(std::get<run_options>(line));
}

} // namespace

int main(int argc, char** argv) {
  try {
    return execute(parse_command_line({argv + 1, argv + argc}));
  } catch (const std::exception& x) {
    write_all(STDERR_FILENO, fmt::format("troupe: {}\n", x.what()));
    return exit_failed;
  }
}
