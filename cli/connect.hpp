#pragma once

#include "control/channel.hpp"

#include <memory>
#include <string>

namespace troupe::cli {

/// Where a manager is, and how to get to it.
struct connect_options {
  /// HOST:PORT.
  std::string at;
  /// Paths of PEM files: whom to trust, and who this is.
  std::string ca;
  std::string certificate;
  std::string key;
  /// Path of a file with the fleet's secret; empty = there is none.
  std::string secret_file;
  /// Plain TCP.
  bool is_insecure = false;
  /// What this client is called; with TLS it is the certificate's name.
  std::string name;
};

/// A way to that manager. The error says what to do about it.
core::result<std::unique_ptr<control::channel>>
connect(const connect_options& options);

} // namespace troupe::cli
