#include "cli/certs_command.hpp"

#include "cli/run_command.hpp"
#include "cli/terminal.hpp"

#include <fmt/format.h>
#include <unistd.h>

namespace troupe::cli {

namespace {

int tell(const core::result<void>& done, const std::string& text) {
  if (!done) {
    write_all(STDERR_FILENO,
              fmt::format("troupe: {}\n", core::to_string(done.error())));
    return exit_usage;
  }
  return write_all(STDOUT_FILENO, text) ? exit_completed : exit_failed;
}

int make(const link::authority_request& x) {
  return tell(link::make_authority(x),
              fmt::format("{0}/ca.crt  for all nodes\n"
                          "{0}/ca.key  for nobody: who has it can make nodes; "
                          "keep it off the fleet\n",
                          x.directory));
}

int make(const link::certificate_request& x) {
  return tell(link::make_certificate(x),
              fmt::format("{0}/{1}.crt  for {1}\n"
                          "{0}/{1}.key  for {1} and nobody else\n",
                          x.directory, x.name));
}

} // namespace

int certs_command(const certs_options& options) {
  return std::visit([](auto& x) { return make(x); }, options);
}

} // namespace troupe::cli
