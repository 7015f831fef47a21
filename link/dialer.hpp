#pragma once

#include "core/error.hpp"
#include "link/connection.hpp"
#include "link/link_limits.hpp"
#include "link/tls_settings.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::link {

struct dialer_options {
  /// The listener: a name or an address.
  std::string host = {};
  uint16_t port = 0;
  /// What this node is called; see is_node_name(). With TLS its certificate has
  /// to be for this name.
  std::string node_name = {};
  /// None = plain TCP.
  std::optional<tls_settings> tls = {};
  /// The name, or address, the other side's certificate has to be for; empty =
  /// `host`.
  std::string expected_name = {};
  link_limits limits = {};
};

/// What is wrong, each as `<field>: <problem>`.
std::vector<std::string> validate(const dialer_options& x);

/// The side of a node that joins another one. One thread at a time may call
/// connect(); cancel() may be called by any.
class dialer {
public:
  /// Reads the files. Errors: as listener::start.
  static core::result<dialer> make(dialer_options options);

  dialer(dialer&&) noexcept;
  dialer& operator=(dialer&&) noexcept;
  ~dialer();

  /// Resolves the host, tries all its addresses, shakes hands, and opens a port
  /// on 127.0.0.1 at which the other side's BASP is to be had: for one
  /// connection, which has to be made within the handshake timeout. Connections
  /// outlive their dialer.
  ///
  /// Errors, each with the place and what to do: `timeout`, `cancelled`, and
  /// `unavailable` for all else: it cannot be resolved or reached, it is not
  /// whom it should be, or it refuses. `is_permanent` is set if trying again
  /// does not help before somebody changes something.
  core::result<connection> connect(core::duration timeout);

  /// Makes connect() return soon, now and ever after.
  void cancel() noexcept;

private:
  struct impl;

  explicit dialer(std::shared_ptr<impl> x) noexcept;

  std::shared_ptr<impl> impl_;
};

} // namespace troupe::link
