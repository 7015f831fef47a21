#pragma once

#include <cstdint>
#include <cstdlib>

namespace troupe::test {

/// What a variable of the environment says, if it is there.
inline uint64_t number_of(const char* variable, uint64_t otherwise) {
  auto* text = std::getenv(variable);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

} // namespace troupe::test
