#pragma once

#include "link/tls_settings.hpp"
#include "tests/link/sockets.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <csignal>
#include <memory>
#include <string>
#include <string_view>

namespace troupe::test {

/// A client of TLS that trusts everybody, and may have no certificate.
class tls_socket {
public:
  tls_socket(socket_handle socket, const link::tls_settings* who)
    : socket_(std::move(socket)), context_(SSL_CTX_new(TLS_client_method())) {
    if (who != nullptr) {
      SSL_CTX_use_certificate_chain_file(context_.get(),
                                         who->certificate_file.c_str());
      SSL_CTX_use_PrivateKey_file(context_.get(), who->key_file.c_str(),
                                  SSL_FILETYPE_PEM);
    }
    tls_.reset(SSL_new(context_.get()));
    SSL_set_fd(tls_.get(), socket_.get());
    // OpenSSL writes to a socket that is closed as to any file.
    std::signal(SIGPIPE, SIG_IGN);
    // Where this fails, what follows does.
    SSL_connect(tls_.get());
    ERR_clear_error();
  }

  bool send(std::string_view bytes) const {
    auto is_sent
      = SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0;
    ERR_clear_error();
    return is_sent;
  }

  std::string receive_line() const {
    std::string line;
    char x = 0;
    while (SSL_read(tls_.get(), &x, 1) == 1 && x != '\n')
      line += x;
    ERR_clear_error();
    return line;
  }

  void end_sending() const {
    SSL_shutdown(tls_.get());
    ERR_clear_error();
  }

private:
  struct release {
    void operator()(SSL_CTX* x) const noexcept {
      SSL_CTX_free(x);
    }

    void operator()(SSL* x) const noexcept {
      SSL_free(x);
    }
  };

  socket_handle socket_;
  std::unique_ptr<SSL_CTX, release> context_;
  std::unique_ptr<SSL, release> tls_;
};

} // namespace troupe::test
