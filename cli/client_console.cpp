#include "cli/client_console.hpp"

#include "cli/exit_status.hpp"

#include <fmt/format.h>

namespace troupe::cli {

int refuse(const client_console& to, const core::error& why) {
  auto again = why.retry_after > core::duration::zero()
                 ? fmt::format("; try again in {}",
                               core::to_string(why.retry_after))
                 : std::string{};
  to.complain(fmt::format("troupe: {}{}\n", core::to_string(why), again));
  return why.code == core::ec::invalid_argument
             || why.code == core::ec::unavailable
           ? exit_usage
           : exit_failed;
}

} // namespace troupe::cli
