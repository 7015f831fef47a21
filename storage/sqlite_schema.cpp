#include "storage/sqlite_schema.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace troupe::storage {

namespace {

// Rows are appended and hardly ever changed: what a task is (task), what
// becomes of it until it ends (course, where there is something to tell), how
// it ended (outcome). Times are nanoseconds since 1970.
constexpr auto tables = R"(
CREATE TABLE state (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  created INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  last_number INTEGER NOT NULL
) STRICT;

CREATE TABLE queue (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  unended INTEGER NOT NULL,
  completed INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  cancelled INTEGER NOT NULL,
  dead_letters INTEGER NOT NULL
) STRICT;

CREATE TABLE task (
  number INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  created INTEGER NOT NULL,
  queue INTEGER NOT NULL,
  durability INTEGER NOT NULL,
  ready_at INTEGER NOT NULL,
  spec TEXT NOT NULL
) STRICT;

CREATE TABLE course (
  number INTEGER PRIMARY KEY REFERENCES task,
  status INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  agent TEXT NOT NULL,
  live INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  ready_at INTEGER NOT NULL,
  started INTEGER NOT NULL,
  details TEXT
) STRICT;

CREATE TABLE outcome (
  number INTEGER PRIMARY KEY REFERENCES task,
  queue INTEGER NOT NULL,
  finished INTEGER NOT NULL,
  status INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  agent TEXT NOT NULL,
  priority INTEGER NOT NULL,
  ready_at INTEGER NOT NULL,
  started INTEGER NOT NULL,
  dead_letter INTEGER NOT NULL,
  blob_bytes INTEGER NOT NULL,
  result TEXT,
  details TEXT
) STRICT;

CREATE INDEX outcome_age ON outcome (queue, finished) WHERE dead_letter = 0;
CREATE INDEX outcome_dead ON outcome (number) WHERE dead_letter = 1;

CREATE TABLE blob (
  number INTEGER PRIMARY KEY REFERENCES outcome,
  data BLOB NOT NULL
) STRICT;

CREATE TABLE document (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  sequence INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  action TEXT NOT NULL,
  task BLOB,
  detail TEXT NOT NULL,
  hash BLOB NOT NULL
) STRICT;
)";

// Of version 2.
constexpr auto key_tables = R"(
CREATE TABLE task_key (
  number INTEGER NOT NULL REFERENCES task,
  kind INTEGER NOT NULL,
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (number, kind)
) STRICT, WITHOUT ROWID;

CREATE INDEX task_key_name ON task_key (name, owner, kind, number);

CREATE TABLE audit_base (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  sequence INTEGER NOT NULL,
  hash BLOB NOT NULL
) STRICT;
)";

constexpr std::array<std::string_view, 10> table_names{
  "state", "queue",    "task",  "course",   "outcome",
  "blob",  "document", "audit", "task_key", "audit_base",
};

core::result<void> require_tables(const sqlite_database& database) {
  for (auto name : table_names) {
    auto count = database.number(fmt::format(
      "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '{}'",
      name));
    if (!count)
      return core::fail(std::move(count.error()));
    if (*count == 0)
      return core::fail(core::ec::journal_corrupt,
                        fmt::format("{}: the journal's table {} is missing; "
                                    "restore a backup",
                                    database.path(), name));
  }
  return {};
}

} // namespace

const char* tables_of_version_2() noexcept {
  return key_tables;
}

core::result<journal_state> examine_schema(sqlite_database& database) {
  auto application = database.number("PRAGMA application_id");
  if (!application)
    return core::fail(std::move(application.error()));
  auto version = database.number("PRAGMA user_version");
  if (!version)
    return core::fail(std::move(version.error()));
  auto things = database.number("SELECT count(*) FROM sqlite_schema");
  if (!things)
    return core::fail(std::move(things.error()));
  if (*application == 0 && *version == 0 && *things == 0)
    return journal_state::empty;
  if (*application != journal_application_id)
    return core::fail(core::ec::journal_failed,
                      fmt::format("{}: this is a database of another program, "
                                  "and no journal of Troupe: name another file",
                                  database.path()));
  if (*version > journal_schema_version)
    return core::fail(core::ec::journal_too_new,
                      fmt::format("{}: the journal has format {}, and this "
                                  "version of Troupe knows those up to {}: use "
                                  "the version that wrote it, or a newer one",
                                  database.path(), *version,
                                  journal_schema_version));
  if (*version < journal_schema_version)
    return journal_state::old_journal;
  if (auto there = require_tables(database); !there)
    return core::fail(std::move(there.error()));
  return journal_state::journal;
}

core::result<void> require_journal(sqlite_database& database) {
  auto found = examine_schema(database);
  if (!found)
    return core::fail(std::move(found.error()));
  if (*found == journal_state::journal)
    return {};
  auto why = *found == journal_state::empty
               ? "this is an empty file, and no journal of Troupe: name "
                 "another file"
               : "an older version of Troupe wrote the journal: open it for "
                 "writing once";
  return core::fail(core::ec::journal_failed,
                    fmt::format("{}: {}", database.path(), why));
}

core::result<void> create_schema(sqlite_database& database,
                                 core::time_point now) {
  auto sql = fmt::format(
    "BEGIN IMMEDIATE; {} {} INSERT INTO state VALUES (1, {}, 0, 0); "
    "PRAGMA application_id = {}; PRAGMA user_version = {}; COMMIT",
    tables, tables_of_version_2(), now.time_since_epoch().count(),
    journal_application_id, journal_schema_version);
  auto done = database.execute(sql);
  if (!done)
    database.roll_back();
  return done;
}

} // namespace troupe::storage
