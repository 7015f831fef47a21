#pragma once

#include <string>
#include <vector>

namespace troupe::core {

/// So much of something there is a limited amount of: an agent has it, and a
/// task takes it while an attempt runs. `cpu` (cores) and `memory` (bytes) are
/// names like any other; what they stand for is up to who declares them.
struct resource_amount {
  std::string name = {};
  double amount = 0;

  friend bool operator==(const resource_amount&, const resource_amount&)
    = default;
};

/// At most one for a name.
using resource_amounts = std::vector<resource_amount>;

} // namespace troupe::core
