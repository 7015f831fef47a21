#pragma once

#include "control/channel.hpp"
#include "core/time.hpp"
#include "link/dialer.hpp"
#include "link/secret.hpp"

#include <chrono>
#include <memory>
#include <optional>

namespace troupe::control {

struct remote_options {
  /// Where the manager is, and who this is there.
  link::dialer_options link;
  std::optional<link::secret> secret = {};
  /// To connect and to be let in.
  core::duration timeout = std::chrono::seconds{10};
};

/// A way to a manager that listens, perhaps on another machine. Errors:
/// `invalid_argument` names the option or file that is wrong, or says why this
/// client is not let in; `unavailable` and `timeout` say how far it came. When
/// the connection has broken all calls fail with `unavailable`.
core::result<std::unique_ptr<channel>> connect_remote(remote_options options);

} // namespace troupe::control
