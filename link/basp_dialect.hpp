#pragma once

#include <cstdint>

namespace troupe::link {

/// Which BASP is spoken, CAF's protocol between nodes. They do not understand
/// each other.
enum class basp_dialect : uint8_t {
  /// Of CAF 0.17.
  caf_0_17,
  /// Of CAF 1.x.
  caf_1,
};

} // namespace troupe::link
