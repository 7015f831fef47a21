#include "storage/sqlite_error.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <cstring>

namespace troupe::storage {

namespace {

struct verdict {
  core::ec code;
  std::string_view advice;
};

bool is_out_of_room(int code, int number) noexcept {
  auto primary = code & 0xff;
  return primary == SQLITE_FULL
         || ((primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN)
             && (number == ENOSPC || number == EDQUOT || number == EFBIG));
}

verdict judge(int code, int number) noexcept {
  using enum core::ec;
  if (is_out_of_room(code, number))
    return {journal_full, "make room on its file system; all that is in there "
                          "stays, and it goes on when there is room again"};
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
      return {journal_corrupt,
              "copy the file away, check the disk, and restore a backup, or "
              "save what can be read with 'sqlite3 FILE .recover'"};
    case SQLITE_CONSTRAINT:
      return {journal_corrupt,
              "what was to be written contradicts what is there; run `troupe "
              "journal verify`, and report it if that finds nothing"};
    case SQLITE_NOTADB:
      return {journal_failed,
              "this is no journal of Troupe: name another file"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {journal_failed, "it cannot be written: mount the file system for "
                              "writing, and let this user write the file and "
                              "its directory"};
    case SQLITE_CANTOPEN:
      return {journal_failed, "see that its directory is there and that this "
                              "user may write both"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {journal_failed, "another program has locked the file: end it"};
    case SQLITE_NOMEM:
      return {journal_failed, "there is not enough memory"};
    case SQLITE_IOERR:
      return {journal_failed,
              "the disk failed: look at the system's log, and do not write to "
              "the file by other means"};
    default:
      return {journal_failed, "report it: this should not happen"};
  }
}

} // namespace

core::error sqlite_error(int code, int number, std::string_view text,
                         std::string_view path, std::string_view doing) {
  auto found = judge(code, number);
  auto primary = code & 0xff;
  auto is_of_system = number != 0
                      && (primary == SQLITE_IOERR || primary == SQLITE_FULL
                          || primary == SQLITE_CANTOPEN);
  auto why = is_of_system ? fmt::format("{}: {}", text, std::strerror(number))
                          : std::string{text};
  return {found.code, fmt::format("{}: {} failed: {} (SQLite {}); {}", path,
                                  doing, why, code, found.advice)};
}

core::error sqlite_error(sqlite3* database, std::string_view path,
                         std::string_view doing) {
  return sqlite_error(sqlite3_extended_errcode(database),
                      sqlite3_system_errno(database), sqlite3_errmsg(database),
                      path, doing);
}

} // namespace troupe::storage
