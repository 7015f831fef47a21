#pragma once

#include "link/byte_stream.hpp"
#include "link/connection.hpp"
#include "link/link_limits.hpp"
#include "link/relay.hpp"

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace troupe::link {

/// The other node has been spoken to; what is left is to wait for who connects
/// to the port, and to relay. The thread that runs this holds it as well. Not
/// part of the interface, for it needs Asio.
struct connection::impl : std::enable_shared_from_this<connection::impl> {
public:
  impl(std::shared_ptr<asio::io_context> io, std::shared_ptr<byte_stream> far,
       std::string received, const link_limits& limits);

  /// Opens the port and starts the thread; a problem of the system if it
  /// cannot.
  std::error_code start();

  /// Closes it and waits for its thread, unless that is this one.
  void finish() noexcept;

  void post_close() noexcept;

  uint16_t port = 0;
  std::string token;
  std::string address;

  std::mutex mutex;
  std::optional<core::error> closed;
  std::function<void(const core::error&)> then;

private:
  void accept();
  void relay_to(asio::ip::tcp::socket near);
  void end(const core::error& why);

  std::shared_ptr<asio::io_context> io_;
  std::shared_ptr<byte_stream> far_;
  std::string received_;
  link_limits limits_;
  asio::ip::tcp::acceptor acceptor_;
  asio::steady_timer timer_;
  std::shared_ptr<relay> relay_;
  bool has_ended_ = false;
  std::thread thread_;
};

} // namespace troupe::link
