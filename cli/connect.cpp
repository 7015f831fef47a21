#include "cli/connect.hpp"

namespace troupe::cli {

core::result<std::unique_ptr<control::channel>>
connect(const connect_options& options) {
  return core::fail(core::ec::unavailable,
                    "cannot reach the manager at " + options.at
                      + ": this build of troupe speaks to no other process");
}

} // namespace troupe::cli
