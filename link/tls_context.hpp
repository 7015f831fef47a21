#pragma once

#include "core/error.hpp"
#include "link/tls_settings.hpp"

#include <asio/ssl/context.hpp>

#include <memory>
#include <string>
#include <system_error>

namespace troupe::link {

/// Reads the files and checks that they fit together: `invalid_argument` and
/// `system_error` name the file and what to do. Not part of the interface, for
/// it needs Asio.
core::result<std::shared_ptr<asio::ssl::context>>
make_tls_context(const tls_settings& settings);

/// Has the other side's certificate this name, or address, as an alternative
/// one? Patterns and common names do not count.
bool is_certified(SSL* tls, const std::string& name);

/// Makes the handshake fail if the other side's certificate is for somebody
/// else.
void expect_name(SSL* tls, const std::string& name);

/// What went wrong with a handshake, in words: of the certificate if it was
/// that, and else what OpenSSL or the system says.
std::string describe_tls_error(SSL* tls, std::error_code problem);

} // namespace troupe::link
