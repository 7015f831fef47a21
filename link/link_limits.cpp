#include "link/link_limits.hpp"

#include <fmt/format.h>

namespace troupe::link {

namespace {

constexpr uint32_t buffer_bytes_least = 4 * 1024;
constexpr uint32_t buffer_bytes_most = 16 * 1024 * 1024;
constexpr uint32_t packet_bytes_least = 64 * 1024;
constexpr uint32_t packet_bytes_most = 1024 * 1024 * 1024;

void check_time(std::vector<std::string>& wrong, std::string_view field,
                core::duration x) {
  if (x < core::duration::zero())
    wrong.push_back(fmt::format("{}: it is negative", field));
}

void check_bytes(std::vector<std::string>& wrong, std::string_view field,
                 uint32_t x, uint32_t least, uint32_t most) {
  if (x < least || x > most)
    wrong.push_back(fmt::format("{}: it must be {}..{}", field, least, most));
}

} // namespace

std::vector<std::string> validate(const link_limits& x) {
  std::vector<std::string> wrong;
  check_time(wrong, "handshake_timeout", x.handshake_timeout);
  check_time(wrong, "idle_timeout", x.idle_timeout);
  check_time(wrong, "write_timeout", x.write_timeout);
  check_bytes(wrong, "buffer_bytes", x.buffer_bytes, buffer_bytes_least,
              buffer_bytes_most);
  check_bytes(wrong, "packet_bytes_max", x.packet_bytes_max, packet_bytes_least,
              packet_bytes_most);
  return wrong;
}

} // namespace troupe::link
