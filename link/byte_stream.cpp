#include "link/byte_stream.hpp"

#include <asio/error.hpp>
#include <asio/ssl/error.hpp>
#include <asio/ssl/stream.hpp>

#include <utility>

namespace troupe::link {

namespace {

using tcp = asio::ip::tcp;

class tcp_stream : public byte_stream {
public:
  explicit tcp_stream(tcp::socket socket) : socket_(std::move(socket)) {
  }

  void handshake(role, done then) override {
    then({});
  }

  void read_some(asio::mutable_buffer into, transferred then) override {
    socket_.async_read_some(into, std::move(then));
  }

  void write_some(asio::const_buffer from, transferred then) override {
    socket_.async_write_some(from, std::move(then));
  }

  void say_goodbye() override {
    std::error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
  }

  tcp::socket& socket() noexcept override {
    return socket_;
  }

  SSL* tls() noexcept override {
    return nullptr;
  }

private:
  tcp::socket socket_;
};

class tls_stream : public byte_stream,
                   public std::enable_shared_from_this<tls_stream> {
public:
  tls_stream(tcp::socket socket, std::shared_ptr<asio::ssl::context> context)
    : context_(std::move(context)), stream_(std::move(socket), *context_) {
  }

  void handshake(role own_role, done then) override {
    stream_.async_handshake(own_role == role::dialing
                              ? asio::ssl::stream_base::client
                              : asio::ssl::stream_base::server,
                            std::move(then));
  }

  void read_some(asio::mutable_buffer into, transferred then) override {
    stream_.async_read_some(into, std::move(then));
  }

  void write_some(asio::const_buffer from, transferred then) override {
    stream_.async_write_some(from, std::move(then));
  }

  void say_goodbye() override {
    stream_.async_shutdown([self = shared_from_this()](std::error_code) {});
  }

  tcp::socket& socket() noexcept override {
    return stream_.next_layer();
  }

  SSL* tls() noexcept override {
    return stream_.native_handle();
  }

private:
  std::shared_ptr<asio::ssl::context> context_;
  asio::ssl::stream<tcp::socket> stream_;
};

} // namespace

void byte_stream::close() noexcept {
  std::error_code ignored;
  socket().close(ignored);
}

std::shared_ptr<byte_stream>
make_stream(tcp::socket socket,
            const std::shared_ptr<asio::ssl::context>& context) {
  std::error_code ignored;
  socket.set_option(tcp::no_delay{true}, ignored);
  if (context)
    return std::make_shared<tls_stream>(std::move(socket), context);
  return std::make_shared<tcp_stream>(std::move(socket));
}

bool is_end(std::error_code x) noexcept {
  return x == asio::error::eof;
}

bool is_of_tls(std::error_code x) noexcept {
  return x.category() == asio::error::get_ssl_category();
}

} // namespace troupe::link
