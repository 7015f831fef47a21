#pragma once

#include "link/byte_stream.hpp"
#include "link/link_limits.hpp"
#include "link/listener.hpp"
#include "link/preamble.hpp"

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

namespace troupe::link {

/// One who knocks at a listener, until it is let in: TLS's handshake, the
/// preamble, and the connection to BASP on this machine, all within the
/// handshake timeout. Who is refused gets to read why, if there is a way to say
/// so. Not part of the interface, for it needs Asio.
class admission : public std::enable_shared_from_this<admission> {
public:
  struct rules {
    uint16_t target_port = 0;
    core::duration timeout;
    std::unordered_set<std::string> allowed_names;
  };

  /// One who is let in.
  struct guest {
    peer who;
    std::string token;
    std::shared_ptr<byte_stream> far;
    /// To BASP.
    asio::ip::tcp::socket near;
    /// What came behind the preamble.
    std::string received;
  };

  /// `take_token` says whether nobody has it, and keeps it for this one if so.
  /// One of the other two is called, once.
  struct host {
    std::function<bool(const std::string& token, const peer& who)> take_token;
    std::function<void(guest)> on_admitted;
    std::function<void(refusal)> on_refused;
  };

  admission(asio::io_context& io, std::shared_ptr<byte_stream> stream,
            std::string address, std::shared_ptr<const rules> rules, host host);

  void start();

  /// Of the token it took, if it did.
  const std::string& token() const noexcept {
    return greeting_.token;
  }

private:
  void read();
  void take(std::string_view line);
  void connect();
  void welcome();
  void write(std::string text, std::function<void(std::error_code)> then);
  void refuse(refusal_reason why);
  void finish(refusal code);
  void close();

  std::shared_ptr<const rules> rules_;
  host host_;
  std::string address_;
  std::shared_ptr<byte_stream> stream_;
  asio::ip::tcp::socket near_;
  asio::steady_timer timer_;
  std::array<char, preamble_bytes_max> buffer_ = {};
  size_t size_ = 0;
  std::string line_;
  greeting greeting_;
  std::string out_;
  size_t written_ = 0;
  bool is_decided_ = false;
};

} // namespace troupe::link
