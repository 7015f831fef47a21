#pragma once

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ssl/context.hpp>

#include <functional>
#include <memory>
#include <system_error>

namespace troupe::link {

/// What a node is connected to another one by: TCP, or TLS over it. One read
/// and one write may be under way at once. Not part of the interface, for it
/// needs Asio.
class byte_stream {
public:
  using done = std::function<void(std::error_code)>;
  using transferred = std::function<void(std::error_code, size_t)>;
  enum class role { dialing, listening };

  virtual ~byte_stream() = default;

  /// TLS's; of TCP there is none, and it is done at once.
  virtual void handshake(role own_role, done then) = 0;

  virtual void read_some(asio::mutable_buffer into, transferred then) = 0;

  virtual void write_some(asio::const_buffer from, transferred then) = 0;

  /// Says that nothing more comes; what does from the other side can still be
  /// read.
  virtual void say_goodbye() = 0;

  virtual asio::ip::tcp::socket& socket() noexcept = 0;

  /// OpenSSL's, with TLS; else null.
  virtual SSL* tls() noexcept = 0;

  /// All that is under way ends with an error.
  void close() noexcept;

protected:
  byte_stream() = default;
  byte_stream(const byte_stream&) = default;
  byte_stream& operator=(const byte_stream&) = default;
};

/// TLS if there is a context, which outlives the stream then.
std::shared_ptr<byte_stream>
make_stream(asio::ip::tcp::socket socket,
            const std::shared_ptr<asio::ssl::context>& context);

/// Has the other side ended in the proper way, rather than broken off?
bool is_end(std::error_code x) noexcept;

/// Is it about what was said in TLS, rather than about the line?
bool is_of_tls(std::error_code x) noexcept;

} // namespace troupe::link
