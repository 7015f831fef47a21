#include "storage/journal_care.hpp"

#include "storage/journal_lock.hpp"
#include "storage/sqlite.hpp"
#include "storage/sqlite_error.hpp"
#include "storage/sqlite_schema.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

namespace troupe::storage {

namespace {

core::result<sqlite_database> open_journal(const std::string& path,
                                           sqlite_database::mode how) {
  auto database = sqlite_database::open(path, how);
  if (!database)
    return database;
  if (auto is = require_journal(*database); !is)
    return core::fail(std::move(is.error()));
  return database;
}

core::result<void> copy(sqlite_database& from, const std::string& to) {
  auto target = sqlite_database::open(to, sqlite_database::mode::create);
  if (!target)
    return core::fail(std::move(target.error()));
  std::unique_ptr<sqlite3_backup, int (*)(sqlite3_backup*)> work{
    sqlite3_backup_init(target->raw(), "main", from.raw(), "main"),
    sqlite3_backup_finish};
  if (!work)
    return core::fail(target->last_error("the backup"));
  // All pages at once: they are of one moment then, and who writes does not
  // wait for who reads.
  auto code = sqlite3_backup_step(work.get(), -1);
  work.reset();
  if (code != SQLITE_DONE)
    return core::fail(sqlite_error(code, sqlite3_system_errno(target->raw()),
                                   sqlite3_errstr(code), to, "the backup"));
  // One file, and nothing beside it.
  return target->execute("PRAGMA journal_mode = DELETE");
}

core::result<void> sync(const std::string& path, int flags) {
  auto file = ::open(path.c_str(), flags | O_CLOEXEC);
  auto is_safe = file >= 0 && ::fsync(file) == 0;
  auto number = errno;
  if (file >= 0)
    ::close(file);
  if (is_safe)
    return {};
  return core::fail(core::ec::journal_failed,
                    fmt::format("{}: {}", path, std::strerror(number)));
}

/// Gives the copy its name, which nobody else may have.
core::result<void> publish(const std::string& part, const std::string& to) {
  if (auto done = sync(part, O_RDONLY); !done)
    return done;
  if (::link(part.c_str(), to.c_str()) != 0)
    return core::fail(core::ec::journal_failed,
                      fmt::format("{}: the backup cannot be put there: {}; "
                                  "name a file that does not exist",
                                  to, std::strerror(errno)));
  auto folder = std::filesystem::path{to}.parent_path();
  return sync(folder.empty() ? "." : folder.string(), O_RDONLY | O_DIRECTORY);
}

} // namespace

core::result<void> backup_journal(const std::string& path,
                                  const std::string& to) {
  std::error_code none;
  if (std::filesystem::exists(to, none))
    return core::fail(core::ec::journal_failed,
                      fmt::format("{}: this file exists; name another one for "
                                  "the backup",
                                  to));
  auto from = open_journal(path, sqlite_database::mode::read);
  if (!from)
    return core::fail(std::move(from.error()));
  auto part = fmt::format("{}.part-{}", to, ::getpid());
  auto done = copy(*from, part);
  if (done)
    done = publish(part, to);
  std::filesystem::remove(part, none);
  return done;
}

core::result<void> vacuum_journal(const std::string& path,
                                  const std::string& program) {
  auto lock = journal_lock::take(path, program);
  if (!lock)
    return core::fail(std::move(lock.error()));
  auto database = open_journal(path, sqlite_database::mode::write);
  if (!database)
    return core::fail(std::move(database.error()));
  return database->execute("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
}

} // namespace troupe::storage
