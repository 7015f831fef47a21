#pragma once

namespace troupe::bench {

/// The memory of this process.
struct footprint {
  /// Pages in memory, in bytes.
  double resident = 0;
  /// Handed out by malloc and not given back.
  double in_use = 0;

  static footprint now();
};

} // namespace troupe::bench
