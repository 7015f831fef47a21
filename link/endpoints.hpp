#pragma once

#include <asio/ip/tcp.hpp>

#include <string>

namespace troupe::link {

/// `192.0.2.7:51234`, `[2001:db8::1]:51234`; IPv4 within IPv6 as IPv4. Not part
/// of the interface, for it needs Asio.
std::string to_text(const asio::ip::tcp::endpoint& x);

/// Whom to hold responsible: of IPv6 the first 64 bits, for the rest are at
/// everybody's own disposal.
std::string to_neighbourhood(const asio::ip::address& x);

/// Is it this machine only?
bool is_loopback(const asio::ip::address& x);

} // namespace troupe::link
