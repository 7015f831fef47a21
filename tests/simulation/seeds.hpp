#pragma once

#include "tests/support/numbers.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace troupe::test {

/// TROUPE_SEEDS of them, or `usual`, from TROUPE_SEED_FIRST on.
inline auto seeds(uint64_t usual = 400) {
  auto first = number_of("TROUPE_SEED_FIRST", 1);
  return ::testing::Range(first, first + number_of("TROUPE_SEEDS", usual));
}

inline std::string seed_name(const ::testing::TestParamInfo<uint64_t>& x) {
  return std::to_string(x.param);
}

} // namespace troupe::test
