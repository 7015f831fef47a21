#pragma once

#include "core/token_bucket.hpp"
#include "link/refusal.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

namespace troupe::link {

struct accept_limits {
  uint32_t connections_max = 1024;
  uint32_t connections_per_address_max = 256;
  uint32_t handshakes_max = 512;
  uint32_t handshakes_per_address_max = 64;
  core::token_rate rate_per_address = {100, std::chrono::seconds{1}, 200};
};

/// Decides who may knock at a listener: how many at once, how many of them
/// still shaking hands, and how often, all that per address, too, so that one
/// who comes too often is only in his own way. Each connection is told of by
/// come(), then by admitted() if it is, then by gone().
class accept_gate {
public:
  explicit accept_gate(const accept_limits& limits) noexcept : limits_(limits) {
  }

  /// Counts it in; or says why not, and has not counted it.
  std::optional<refusal> come(const std::string& address, core::time_point now);

  /// It has shaken hands.
  void admitted(const std::string& address);

  void gone(const std::string& address, bool was_admitted,
            core::time_point now);

  uint32_t open() const noexcept {
    return connections_ - handshakes_;
  }

  uint32_t shaking_hands() const noexcept {
    return handshakes_;
  }

  /// Addresses it remembers: those with connections, and those that came not
  /// long ago.
  size_t addresses() const noexcept {
    return addresses_.size();
  }

private:
  struct entry {
    core::token_bucket bucket;
    uint32_t connections = 0;
    uint32_t handshakes = 0;
  };

  void forget_some(core::time_point now);

  accept_limits limits_;
  std::unordered_map<std::string, entry> addresses_;
  uint32_t connections_ = 0;
  uint32_t handshakes_ = 0;
  size_t forget_at_ = 1024;
};

} // namespace troupe::link
