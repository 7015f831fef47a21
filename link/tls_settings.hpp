#pragma once

#include <string>

namespace troupe::link {

/// Files, all in PEM, by which one side proves who it is and judges the other.
/// TLS 1.2 and 1.3 are spoken, and both sides have to show a certificate.
/// They are read when a listener or dialer is made; `troupe certs` makes some.
struct tls_settings {
  /// Whoever is not signed by one of these is refused. Use a CA that signs
  /// nothing but the nodes of this fleet.
  std::string ca_file = {};
  /// The own certificate, and behind it those between it and the CA, if any.
  std::string certificate_file = {};
  /// Its key. Nobody but the owner may be able to read it.
  std::string key_file = {};

  friend bool operator==(const tls_settings&, const tls_settings&) = default;
};

} // namespace troupe::link
