#pragma once

#include "storage/sqlite.hpp"

#include <cstdint>
#include <span>

namespace troupe::storage {

/// Makes tables of one version out of those of the version before.
struct schema_migration {
  /// The version there is then.
  int64_t to;
  const char* sql;
};

/// All there are, in order. The first makes version 2 out of version 1. Every
/// version has a file in tests/storage/fixtures that its code has made.
std::span<const schema_migration> schema_migrations() noexcept;

/// Takes those steps that lead on from the version that a journal has, each as
/// a whole or not at all.
core::result<void> migrate(sqlite_database& database,
                           std::span<const schema_migration> steps);

} // namespace troupe::storage
