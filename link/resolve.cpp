#include "link/resolve.hpp"

#include <asio/post.hpp>
#include <netdb.h>
#include <sys/socket.h>

#include <cstring>
#include <thread>
#include <utility>

namespace troupe::link {

namespace {

resolved look_up(const std::string& host, uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  auto code = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (code != 0)
    return {{}, ::gai_strerror(code)};
  resolved result;
  for (auto* x = found; x != nullptr; x = x->ai_next) {
    asio::ip::tcp::endpoint endpoint;
    if (x->ai_addrlen > endpoint.capacity())
      continue;
    std::memcpy(endpoint.data(), x->ai_addr, x->ai_addrlen);
    endpoint.resize(x->ai_addrlen);
    endpoint.port(port);
    result.endpoints.push_back(endpoint);
  }
  ::freeaddrinfo(found);
  if (result.endpoints.empty())
    result.problem = "it has no address";
  return result;
}

} // namespace

void resolve(const std::shared_ptr<asio::io_context>& io, std::string host,
             uint16_t port, std::function<void(resolved)> then) {
  std::error_code problem;
  if (auto address = asio::ip::make_address(host, problem); !problem) {
    asio::post(*io, [then = std::move(then), address, port] {
      then({{{address, port}}, {}});
    });
    return;
  }
  std::thread{[io, host = std::move(host), port, then = std::move(then)] {
    asio::post(*io, [then, found = look_up(host, port)] { then(found); });
  }}.detach();
}

} // namespace troupe::link
