#pragma once

#include "core/error.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace troupe::link {

/// One way to another node, made by a dialer. All members may be called from
/// any thread; the destructor closes it, and may be called from the function
/// that was given to on_closed().
class connection {
public:
  struct impl;

  explicit connection(std::shared_ptr<impl> x) noexcept;
  connection(connection&&) noexcept;
  connection& operator=(connection&&) noexcept;
  ~connection();

  /// On 127.0.0.1; what connects to it first is at the other node's BASP.
  uint16_t port() const noexcept;

  /// By what the other side's listener::peer_of() knows this node: 64
  /// hexadecimal digits, new for each connection, and nobody else's business.
  const std::string& token() const noexcept;

  /// Where the other side is: `192.0.2.7:7117`.
  const std::string& address() const noexcept;

  /// Why it ended; none as long as it is open. `unavailable`: the other side or
  /// the own BASP closed it, or it broke. `timeout`: one of them was silent, or
  /// took nothing. `invalid_argument`: what came was not BASP, or not allowed.
  /// `cancelled`: close().
  std::optional<core::error> closed() const;

  /// Calls the function once when the connection has ended, on the link's own
  /// thread; at once, on this one, if it has already. Replaces the one before.
  void on_closed(std::function<void(const core::error& why)> then);

  /// Closes it soon.
  void close() noexcept;

private:
  std::shared_ptr<impl> impl_;
};

} // namespace troupe::link
