#include "link/endpoints.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::link {

namespace {

asio::ip::address unmapped(const asio::ip::address& x) {
  if (x.is_v6() && x.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, x.to_v6());
  return x;
}

} // namespace

std::string to_text(const asio::ip::tcp::endpoint& x) {
  auto address = unmapped(x.address());
  return address.is_v6() ? fmt::format("[{}]:{}", address.to_string(), x.port())
                         : fmt::format("{}:{}", address.to_string(), x.port());
}

std::string to_neighbourhood(const asio::ip::address& x) {
  auto address = unmapped(x);
  if (address.is_v4())
    return address.to_string();
  auto bytes = address.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), 0);
  return asio::ip::address_v6{bytes}.to_string();
}

bool is_loopback(const asio::ip::address& x) {
  return unmapped(x).is_loopback();
}

} // namespace troupe::link
