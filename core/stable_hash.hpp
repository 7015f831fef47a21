#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <string_view>

namespace troupe::core {

/// Spreads all bits over all (splitmix64, S. Vigna). What is made of it is
/// stored and compared with what another process makes, so it never changes.
constexpr uint64_t mixed_bits(uint64_t x) noexcept {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
  x = (x ^ x >> 27) * 0x94d049bb133111ebu;
  return x ^ x >> 31;
}

/// Adds a number, a text or a time to what was hashed so far.
constexpr uint64_t hash_on(uint64_t hash, uint64_t x) noexcept {
  return mixed_bits(hash ^ x);
}

constexpr uint64_t hash_on(uint64_t hash, std::string_view text) noexcept {
  for (auto c : text)
    hash = mixed_bits(hash ^ static_cast<unsigned char>(c));
  return hash;
}

constexpr uint64_t hash_on(uint64_t hash, time_point at) noexcept {
  return hash_on(hash, static_cast<uint64_t>(at.time_since_epoch().count()));
}

} // namespace troupe::core
