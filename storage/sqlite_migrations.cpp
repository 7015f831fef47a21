#include "storage/sqlite_migrations.hpp"

#include "storage/sqlite_schema.hpp"

#include <fmt/format.h>

namespace troupe::storage {

std::span<const schema_migration> schema_migrations() noexcept {
  static const schema_migration all[] = {
    // Before, no task had a key, and nothing of the audit log was forgotten.
    {2, tables_of_version_2()},
  };
  return all;
}

core::result<void> migrate(sqlite_database& database,
                           std::span<const schema_migration> steps) {
  auto version = database.number("PRAGMA user_version");
  if (!version)
    return core::fail(std::move(version.error()));
  for (auto& step : steps) {
    if (step.to <= *version)
      continue;
    auto done = database.execute(
      fmt::format("BEGIN IMMEDIATE; {}; PRAGMA user_version = {}; COMMIT",
                  step.sql, step.to));
    if (!done) {
      database.roll_back();
      auto& why = done.error();
      why.message = fmt::format("the journal has format {} and cannot be "
                                "brought to format {}: {}",
                                *version, step.to, why.message);
      return done;
    }
    *version = step.to;
  }
  return {};
}

} // namespace troupe::storage
