#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace troupe::link {

/// What a name stands for; or why nobody knows.
struct resolved {
  std::vector<asio::ip::tcp::endpoint> endpoints;
  std::string problem;
};

/// Looks a name up and has `then` called on the io_context. The system's
/// functions cannot be interrupted, so this is done by a thread that nobody
/// waits for: it may still be at it when the caller has long gone on. Not part
/// of the interface, for it needs Asio.
void resolve(const std::shared_ptr<asio::io_context>& io, std::string host,
             uint16_t port, std::function<void(resolved)> then);

} // namespace troupe::link
