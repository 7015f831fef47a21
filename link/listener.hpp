#pragma once

#include "core/error.hpp"
#include "core/token_bucket.hpp"
#include "link/link_limits.hpp"
#include "link/listener_counters.hpp"
#include "link/tls_settings.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::link {

struct listener_options {
  /// Where to listen: an address of this machine, as a number. `0.0.0.0` is all
  /// of IPv4, `::` all there are.
  std::string address = "127.0.0.1";
  /// 0 = a free one; port() tells.
  uint16_t port = 0;
  /// BASP's port on 127.0.0.1, to which all is relayed.
  uint16_t target_port = 0;
  /// None = plain TCP: everybody who gets there is let in, and whoever is on
  /// the way can read and change what is said.
  std::optional<tls_settings> tls = {};
  /// Plain TCP beyond loopback has to be asked for.
  bool is_insecure_allowed = false;
  /// Names of nodes that may come; empty = all. Without TLS a name is only
  /// what somebody says.
  std::vector<std::string> allowed_names = {};
  link_limits limits = {};
  /// At once, relayed or still shaking hands. Each takes two descriptors.
  uint32_t connections_max = 1024;
  /// Of those, from one address.
  uint32_t connections_per_address_max = 256;
  /// Of those, still shaking hands.
  uint32_t handshakes_max = 512;
  uint32_t handshakes_per_address_max = 64;
  /// New ones from one address. Whoever comes more often is closed at once.
  core::token_rate rate_per_address = {100, std::chrono::seconds{1}, 200};
};

/// What is wrong, each as `<field>: <problem>`.
std::vector<std::string> validate(const listener_options& x);

/// Who is at the other end of a connection.
struct peer {
  /// With TLS one of the certificate's; without, what the peer calls itself.
  std::string name;
  /// As a number, with the port: `192.0.2.7:51234`, `[2001:db8::1]:51234`.
  std::string address;
  /// The name has been proved by a certificate.
  bool is_authenticated = false;

  friend bool operator==(const peer&, const peer&) = default;
};

/// The public side of a node that others join. It takes connections, has each
/// prove who it is, and relays what passes basp_filter to and from BASP's port
/// on 127.0.0.1, which others cannot reach. Has a thread of its own; all
/// members may be called from any thread, but the destructor.
class listener {
public:
  /// Listens when it returns. Errors: `invalid_argument` (an option, a missing,
  /// readable, expired or wrong file: the message names it and what to do), and
  /// `system_error` (the address cannot be had).
  static core::result<std::unique_ptr<listener>>
  start(listener_options options);

  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

  /// As stop().
  ~listener();

  uint16_t port() const noexcept;

  /// Closes the port and all connections; returns when all is closed.
  void stop();

  /// Who shook hands with this token, as long as the connection is open.
  std::optional<peer> peer_of(std::string_view token) const;

  /// Closes the connection with this token soon; false if there is none.
  bool close(std::string_view token);

  listener_counters counters() const;

private:
  struct impl;

  explicit listener(std::unique_ptr<impl> x);

  std::unique_ptr<impl> impl_;
};

} // namespace troupe::link
