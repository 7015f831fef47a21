#include "storage/sqlite_journal.hpp"

#include "storage/fail_point.hpp"
#include "storage/sqlite_images.hpp"
#include "storage/sqlite_journal_impl.hpp"
#include "storage/sqlite_migrations.hpp"
#include "storage/sqlite_schema.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <utility>

namespace troupe::storage {

namespace {

uint64_t size_of(const std::string& path) {
  std::error_code none;
  auto size = std::filesystem::file_size(path, none);
  return none ? 0 : size;
}

/// A commit that makes the log longer waits for the disk once more, since the
/// file's size has to be on disk, too. So it is made longer in steps, and
/// beforehand, when so little room is left.
constexpr int64_t log_room_min = 128 * 1024;
constexpr int64_t log_step_bytes = 1024 * 1024;

/// SQLite's file format.
constexpr int64_t log_header_bytes = 32;
constexpr int64_t log_page_bytes = 4096 + 24;

/// SQLite calls it after each commit with the size of its log.
int note_pages(void* to, sqlite3*, const char*, int pages) noexcept {
  *static_cast<int*>(to) = pages;
  return SQLITE_OK;
}

} // namespace

core::result<std::unique_ptr<journal>>
open_sqlite_journal(const std::string& path, const sqlite_options& options) {
  auto made = std::make_unique<sqlite_journal>(path, options);
  if (auto opened = made->open(); !opened)
    return core::fail(std::move(opened.error()));
  return std::unique_ptr<journal>{std::move(made)};
}

sqlite_journal::sqlite_journal(std::string path, sqlite_options options)
  : path_(std::move(path)), options_(std::move(options)) {
  // nop
}

core::result<void> sqlite_journal::open() {
  auto mode = sqlite_database::mode::read;
  if (!options_.is_read_only) {
    mode = sqlite_database::mode::create;
    auto lock = journal_lock::take(path_, options_.program);
    if (!lock)
      return core::fail(std::move(lock.error()));
    lock_ = std::move(*lock);
  }
  auto was_unclean = size_of(path_ + "-wal") > 0;
  auto database = sqlite_database::open(path_, mode, options_.vfs);
  if (!database)
    return core::fail(std::move(database.error()));
  database_ = std::move(*database);
  // What is no journal is left as it is.
  auto found = examine_schema(database_);
  if (!found)
    return core::fail(std::move(found.error()));
  if (*found == journal_state::empty && options_.is_read_only)
    return core::fail(core::ec::journal_failed,
                      fmt::format("{}: this is an empty file, and no journal "
                                  "of Troupe: name another file",
                                  path_));
  if (auto done = configure(); !done)
    return done;
  if (*found == journal_state::empty) {
    auto now = std::chrono::system_clock::now();
    if (auto done = create_schema(database_, now); !done)
      return done;
  } else if (was_unclean) {
    if (auto done = check_after_crash(); !done)
      return done;
  }
  if (*found == journal_state::old_journal)
    if (auto done = bring_up(); !done)
      return done;
  if (auto done = prepare(); !done)
    return done;
  if (auto done = queues_.open(database_); !done)
    return done;
  return read_state();
}

core::result<void> sqlite_journal::bring_up() {
  if (options_.is_read_only)
    return core::fail(core::ec::journal_failed,
                      fmt::format("{}: an older version of Troupe wrote the "
                                  "journal: open it for writing once",
                                  path_));
  return migrate(database_, schema_migrations());
}

core::result<void> sqlite_journal::configure() {
  auto pragmas
    = fmt::format("PRAGMA cache_size = -{}; PRAGMA temp_store = MEMORY; "
                  "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; "
                  "PRAGMA foreign_keys = ON",
                  options_.cache_bytes / 1024);
  if (!options_.is_read_only)
    // Every commit is on disk before it returns. When the log is carried over
    // to the file is decided here, and not in the middle of a commit.
    pragmas += "; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
               "PRAGMA wal_autocheckpoint = 0; "
               "PRAGMA journal_size_limit = 67108864";
  if (auto done = database_.execute(pragmas); !done)
    return done;
  sqlite3_wal_hook(database_.raw(), note_pages, &wal_pages_);
  return {};
}

core::result<void> sqlite_journal::check_after_crash() {
  if (size_of(path_) > options_.check_bytes_max)
    return {};
  auto check = database_.prepare("PRAGMA quick_check(1)");
  if (!check)
    return core::fail(std::move(check.error()));
  auto row = check->step();
  if (!row)
    return core::fail(std::move(row.error()));
  if (*row && check->text(0) == "ok")
    return {};
  return core::fail(core::ec::journal_corrupt,
                    fmt::format("{}: the journal is damaged: {}; copy it away, "
                                "check the disk, and restore a backup",
                                path_, check->text(0)));
}

core::result<void> sqlite_journal::prepare() {
  std::pair<sqlite_statement*, std::string> all[] = {
    {&begin_, "BEGIN IMMEDIATE"},
    {&commit_, "COMMIT"},
    {&insert_task_, "INSERT INTO task VALUES (?, ?, ?, ?, ?, ?, ?)"},
    {&replace_course_,
     "INSERT OR REPLACE INTO course SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 "
     "WHERE NOT EXISTS (SELECT 1 FROM outcome WHERE number = ?1)"},
    {&delete_course_, "DELETE FROM course WHERE number = ?"},
    {&insert_outcome_,
     "INSERT INTO outcome VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
    {&select_outcome_,
     "SELECT dead_letter, details FROM outcome WHERE number = ?"},
    {&update_outcome_,
     "UPDATE outcome SET dead_letter = ?, details = ? WHERE number = ?"},
    {&insert_blob_, "INSERT INTO blob VALUES (?, ?)"},
    {&delete_blob_, "DELETE FROM blob WHERE number = ?"},
    {&delete_outcome_, "DELETE FROM outcome WHERE number = ?"},
    {&delete_task_, "DELETE FROM task WHERE number = ?"},
    {&insert_key_, "INSERT INTO task_key VALUES (?, ?, ?, ?)"},
    {&delete_keys_, "DELETE FROM task_key WHERE number = ?"},
    {&replace_document_, "INSERT OR REPLACE INTO document VALUES (?, ?, ?)"},
    {&delete_document_, "DELETE FROM document WHERE kind = ? AND name = ?"},
    {&select_documents_, "SELECT kind, name, value FROM document"},
    {&insert_audit_, "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?)"},
    {&update_state_, "UPDATE state SET sequence = ?, last_number = ?"},
    {&select_by_number_, image_query("WHERE task.number = ?")},
    {&select_by_id_, image_query("WHERE task.id = ?")},
    {&select_by_key_,
     image_query("WHERE task.number = (SELECT max(number) FROM task_key WHERE "
                 "name = ? AND owner = ? AND kind = ?)")},
    {&select_audit_,
     "SELECT sequence, at, by, action, task, detail FROM audit WHERE sequence "
     "> ? ORDER BY sequence"},
    {&select_unended_,
     image_query("WHERE task.number BETWEEN ? AND ? ORDER BY task.number")},
    {&select_page_, image_query("WHERE task.id > ? ORDER BY task.id")},
    {&select_aged_,
     "SELECT number, finished, status FROM outcome INDEXED BY outcome_age "
     "WHERE dead_letter = 0 AND queue = ? ORDER BY finished, number"},
  };
  for (auto& [statement, sql] : all) {
    auto prepared = database_.prepare(sql);
    if (!prepared)
      return core::fail(std::move(prepared.error()));
    *statement = std::move(*prepared);
  }
  return {};
}

core::result<void> sqlite_journal::read_state() {
  auto keys = database_.number("SELECT EXISTS (SELECT 1 FROM task_key)");
  if (!keys)
    return core::fail(std::move(keys.error()));
  has_keys_ = *keys != 0;
  auto row = database_.prepare(
    "SELECT sequence, last_number, (SELECT max(sequence) FROM audit), "
    "(SELECT hash FROM audit ORDER BY sequence DESC LIMIT 1) FROM state");
  if (!row)
    return core::fail(std::move(row.error()));
  auto there = row->step();
  if (!there)
    return core::fail(std::move(there.error()));
  auto hash = *there ? row->text(3) : std::string_view{};
  if (!*there || (!hash.empty() && hash.size() != state_.audit_hash.size()))
    return core::fail(core::ec::journal_corrupt,
                      fmt::format("{}: the journal's state is missing; restore "
                                  "a backup",
                                  path_));
  state_.sequence = static_cast<uint64_t>(row->integer(0));
  state_.last_number = static_cast<uint64_t>(row->integer(1));
  state_.audit_entries = static_cast<uint64_t>(row->integer(2));
  state_.audit_hash = {};
  std::copy(hash.begin(), hash.end(), state_.audit_hash.begin());
  return {};
}

void sqlite_journal::tidy_up() noexcept {
  if (options_.is_read_only)
    return;
  checkpoint_if_due();
  extend_log();
}

void sqlite_journal::checkpoint_if_due() noexcept {
  if (wal_pages_ < static_cast<int>(options_.checkpoint_pages))
    return;
  // What was committed is safe without it, so that it does not succeed is no
  // error: it is tried again with the next commit.
  TROUPE_FAIL_POINT("before_checkpoint");
  sqlite3_wal_checkpoint_v2(database_.raw(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                            nullptr, nullptr);
  // The next commit says how many there are then.
  wal_pages_ = 0;
  TROUPE_FAIL_POINT("after_checkpoint");
}

void sqlite_journal::extend_log() noexcept {
  auto used = log_header_bytes + int64_t{wal_pages_} * log_page_bytes;
  auto limit = log_header_bytes
               + int64_t{options_.checkpoint_pages} * log_page_bytes;
  if (wal_pages_ == 0 || used >= limit || wal_bytes_ - used >= log_room_min)
    return;
  sqlite3_file* log = nullptr;
  sqlite3_file_control(database_.raw(), "main", SQLITE_FCNTL_JOURNAL_POINTER,
                       &log);
  if (log == nullptr || log->pMethods == nullptr)
    return;
  sqlite3_int64 size = 0;
  auto& file = *log->pMethods;
  if (file.xFileSize(log, &size) != SQLITE_OK)
    return;
  wal_bytes_ = size;
  if (size < used || size - used >= log_room_min)
    return;
  // SQLite's frames have checksums: it does not take zeros for one.
  static constexpr std::array<char, 64 * 1024> zeros{};
  for (int64_t added = 0; added < log_step_bytes; added += zeros.size())
    if (file.xWrite(log, zeros.data(), zeros.size(), size + added) != SQLITE_OK)
      return;
  if (file.xSync(log, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY) == SQLITE_OK)
    wal_bytes_ = size + log_step_bytes;
}

core::result<void> sqlite_journal::may_write() const {
  if (!options_.is_read_only)
    return {};
  return core::fail(core::ec::journal_failed,
                    fmt::format("{}: the journal was opened for reading only",
                                path_));
}

core::result<journal_info> sqlite_journal::info() {
  if (options_.is_read_only) {
    // Another process may have written meanwhile.
    if (auto done = queues_.load(); !done)
      return core::fail(std::move(done.error()));
    if (auto done = read_state(); !done)
      return core::fail(std::move(done.error()));
  }
  auto first = database_.number("SELECT min(sequence) FROM audit");
  if (!first)
    return core::fail(std::move(first.error()));
  auto version = database_.number("PRAGMA user_version");
  if (!version)
    return core::fail(std::move(version.error()));
  auto counts = queues_.total();
  journal_info info;
  info.place = path_;
  info.schema_version = static_cast<uint32_t>(*version);
  info.bytes = size_of(path_) + size_of(path_ + "-wal");
  info.unended = static_cast<uint64_t>(counts.unended);
  info.completed = static_cast<uint64_t>(counts.completed);
  info.failed = static_cast<uint64_t>(counts.failed);
  info.cancelled = static_cast<uint64_t>(counts.cancelled);
  info.dead_letters = static_cast<uint64_t>(counts.dead_letters);
  if (*first > 0)
    info.audit_entries = state_.audit_entries - static_cast<uint64_t>(*first)
                         + 1;
  info.sequence = state_.sequence;
  return info;
}

} // namespace troupe::storage
