#pragma once

#include "control/channel.hpp"
#include "link/dialer.hpp"
#include "link/secret.hpp"

#include <memory>
#include <optional>
#include <string>

namespace troupe::cli {

/// Where a manager is, and how to get to it.
struct connect_options {
  /// HOST:PORT.
  std::string at;
  /// Paths of PEM files: whom to trust, and who this is. All three or none.
  std::string ca;
  std::string certificate;
  std::string key;
  /// Path of a file with the fleet's secret; empty = there is none.
  std::string secret_file;
  /// Plain TCP beyond this machine.
  bool is_insecure = false;
  /// What this client or node is called; with TLS it is the certificate's name.
  /// Empty = without TLS one is made up.
  std::string name;
};

/// What the link is told. `ec::invalid_argument` names the option that is wrong
/// or missing.
core::result<link::dialer_options>
make_dialer_options(const connect_options& options);

/// Nothing if there is no path.
core::result<std::optional<link::secret>> read_secret(const std::string& path);

/// A way to that manager. The error says what to do about it.
core::result<std::unique_ptr<control::channel>>
connect(const connect_options& options);

} // namespace troupe::cli
