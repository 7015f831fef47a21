#pragma once

#include "link/basp_dialect.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::test {

/// The fields of a header of BASP.
struct basp_header {
  uint8_t operation = 0;
  uint16_t padding = 0;
  uint8_t flags = 0;
  uint64_t data = 0;
  uint64_t source = 0;
  uint64_t dest = 0;
};

template <class T>
std::string to_bytes(T x) {
  std::string bytes;
  for (auto shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8)
    bytes += static_cast<char>(x >> shift);
  return bytes;
}

/// A header that promises so much.
inline std::string basp_head(const basp_header& x, uint32_t payload_bytes) {
  return to_bytes(x.operation) + to_bytes(x.padding) + to_bytes(x.flags)
         + to_bytes(payload_bytes) + to_bytes(x.data) + to_bytes(x.source)
         + to_bytes(x.dest);
}

inline std::string basp_packet(const basp_header& x, std::string_view payload) {
  return basp_head(x, static_cast<uint32_t>(payload.size())).append(payload);
}

/// As CAF writes them.
class basp_packets {
public:
  explicit basp_packets(link::basp_dialect dialect
                        = link::basp_dialect::caf_0_17)
    : is_0_17_(dialect == link::basp_dialect::caf_0_17) {
  }

  /// The name of a node, with this number as process.
  std::string node(uint32_t number) const {
    return (is_0_17_ ? std::string{"\0\0\x3e\x9a\xab\x9b\xac\x79", 8}
                     : std::string{"\1"})
           + to_bytes(number) + std::string(20, 'h');
  }

  std::string server_handshake(uint32_t number = 1) const {
    return basp_packet({.operation = 0, .data = is_0_17_ ? 3u : 8u},
                       node(number) + "\1\x0fgeneric-caf-app" + to_bytes(6ull)
                         + std::string(1, '\0'));
  }

  std::string client_handshake(uint32_t number = 2) const {
    return basp_packet({.operation = 1}, node(number));
  }

  std::string repeated_handshake(uint32_t number = 2) const {
    return basp_packet({.operation = 1, .flags = 2}, node(number));
  }

  /// What a direct message of one type begins with.
  std::string types(std::string_view name, uint16_t number = 201) const {
    if (is_0_17_)
      return std::string(3, '\0') + static_cast<char>(name.size())
             + std::string{name};
    return std::string{"\1"} + to_bytes(number);
  }

  std::string message(std::string_view content, uint64_t dest = 6) const {
    return basp_packet({.operation = 2, .source = 8, .dest = dest},
                       types("@<>+troupe::task") + std::string{content});
  }

  std::string monitoring(uint32_t from, uint32_t to) const {
    return basp_packet({.operation = 4, .dest = 6}, node(from) + node(to));
  }

  std::string end_of_actor(uint32_t from, uint32_t to) const {
    return basp_packet({.operation = 5, .source = 6},
                       node(from) + node(to) + std::string(15, '\0'));
  }

  std::string heartbeat() const {
    return basp_packet({.operation = 6}, {});
  }

private:
  bool is_0_17_;
};

} // namespace troupe::test
