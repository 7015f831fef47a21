#pragma once

#include <cstdint>

namespace troupe::test {

/// A file system for SQLite, `failing`, that is the usual one until it is told
/// to fail. There is one in a process.
class failing_vfs {
public:
  static constexpr auto name = "failing";

  /// Makes it known to SQLite; any number of times.
  static void install();

  /// The write, sync or truncation with this number from now on (0 = the next)
  /// fails with a result code of SQLite, and all that follow do, until heal().
  static void fail_at(uint64_t number, int code);

  static void heal();

  /// Whether it has failed since fail_at().
  static bool has_failed();
};

} // namespace troupe::test
