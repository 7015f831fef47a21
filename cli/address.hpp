#pragma once

#include "core/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::cli {

struct address {
  /// A name, or an address without brackets.
  std::string host;
  uint16_t port = 0;
};

/// Reads `HOST:PORT`, `192.0.2.7:7117`, `[2001:db8::1]:7117`.
/// `ec::invalid_argument`; also for port 0, unless it `may_be_any`.
core::result<address> parse_address(std::string_view text,
                                    bool may_be_any = false);

/// Whether it is this machine's own, by what it is called.
bool is_loopback(std::string_view host) noexcept;

} // namespace troupe::cli
