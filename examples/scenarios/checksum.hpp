#pragma once

#include <cstdint>
#include <string_view>

namespace examples {

/// The checksum of gzip and PNG (CRC-32, IEEE 802.3).
constexpr uint32_t crc32(std::string_view bytes) {
  uint32_t sum = ~0u;
  for (auto c : bytes) {
    sum ^= static_cast<uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit)
      sum = (sum >> 1) ^ (0xedb88320u & (0u - (sum & 1)));
  }
  return ~sum;
}

static_assert(crc32("123456789") == 0xcbf43926);

} // namespace examples
