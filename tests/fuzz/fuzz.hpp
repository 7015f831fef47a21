#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>

// What libFuzzer calls with one input after another: a source that has it is a
// fuzz target. It ends the process if what it tests is wrong.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace troupe::test {

/// An assertion that is there in every build.
inline void require(bool is_so) {
  if (!is_so)
    std::abort();
}

} // namespace troupe::test
