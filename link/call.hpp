#pragma once

#include "link/byte_stream.hpp"
#include "link/connection.hpp"
#include "link/dialer.hpp"
#include "link/preamble.hpp"
#include "link/resolve.hpp"

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::link {

/// One try of a dialer: looks the host up, tries its addresses one after
/// another, and shakes hands with the first that can be reached. Not part of
/// the interface, for it needs Asio.
class call : public std::enable_shared_from_this<call> {
public:
  /// What there is after the other side's welcome.
  struct answered {
    std::shared_ptr<byte_stream> stream;
    std::string token;
    std::string address;
    /// What came behind it.
    std::string received;
  };

  using done = std::function<void(core::result<answered>)>;

  /// The io_context may hold what holds this, so this does not hold it.
  call(asio::io_context& io, const dialer_options& options,
       std::shared_ptr<asio::ssl::context> context);

  /// Calls `then` once, on the io_context, which is `io` again: looking up a
  /// name may take longer than anybody waits for it.
  void start(const std::shared_ptr<asio::io_context>& io,
             core::duration timeout, done then);

  /// `then` gets this error soon, if it has not been called.
  void stop(core::error why);

private:
  using clock = std::chrono::steady_clock;

  void try_next();
  void connected(const asio::ip::tcp::endpoint& to);
  void greet();
  void send();
  void read();
  void take();
  void set_timer(core::duration time, std::function<void()> then);
  std::string place() const;
  void fail(core::ec code, const std::string& text, bool is_permanent = false);
  void finish(core::result<answered> result);

  asio::io_context& io_;
  const dialer_options& options_;
  std::shared_ptr<asio::ssl::context> context_;
  done then_;
  asio::steady_timer deadline_;
  asio::steady_timer timer_;
  asio::ip::tcp::socket socket_;
  std::vector<asio::ip::tcp::endpoint> endpoints_;
  size_t next_ = 0;
  clock::time_point end_;
  /// What became of each address.
  std::string tried_;
  /// What was under way, for when it takes too long.
  std::string doing_ = "looking up its name";
  answered answered_;
  std::string out_;
  size_t written_ = 0;
  std::array<char, preamble_bytes_max> buffer_ = {};
  size_t size_ = 0;
};

} // namespace troupe::link
