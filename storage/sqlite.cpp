#include "storage/sqlite.hpp"

#include "storage/sqlite_error.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <array>

namespace troupe::storage {

namespace {

using bytes = std::array<char, 16>;

bytes to_bytes(const core::task_id& id) noexcept {
  bytes result;
  for (size_t i = 0; i < 8; ++i) {
    result[i] = static_cast<char>(id.high >> (56 - 8 * i));
    result[8 + i] = static_cast<char>(id.low >> (56 - 8 * i));
  }
  return result;
}

} // namespace

std::string id_bytes(const core::task_id& id) {
  auto raw = to_bytes(id);
  return {raw.data(), raw.size()};
}

void sqlite_statement::finalize::operator()(sqlite3_stmt* x) const noexcept {
  sqlite3_finalize(x);
}

void sqlite_statement::bind(int parameter, int64_t x) noexcept {
  sqlite3_bind_int64(raw_.get(), parameter, x);
}

void sqlite_statement::bind_text(int parameter, std::string_view x) noexcept {
  // A null pointer would be a null, and not an empty text.
  auto* data = x.data() == nullptr ? "" : x.data();
  sqlite3_bind_text64(raw_.get(), parameter, data, x.size(), SQLITE_STATIC,
                      SQLITE_UTF8);
}

void sqlite_statement::bind_text_or_null(int parameter,
                                         std::string_view x) noexcept {
  if (x.empty())
    bind_null(parameter);
  else
    bind_text(parameter, x);
}

void sqlite_statement::bind_blob(int parameter, std::string_view x) noexcept {
  auto* data = x.data() == nullptr ? "" : x.data();
  sqlite3_bind_blob64(raw_.get(), parameter, data, x.size(), SQLITE_STATIC);
}

void sqlite_statement::bind(int parameter, const core::task_id& x) noexcept {
  auto raw = to_bytes(x);
  sqlite3_bind_blob(raw_.get(), parameter, raw.data(),
                    static_cast<int>(raw.size()), SQLITE_TRANSIENT);
}

void sqlite_statement::bind_null(int parameter) noexcept {
  sqlite3_bind_null(raw_.get(), parameter);
}

core::result<bool> sqlite_statement::step() {
  auto code = sqlite3_step(raw_.get());
  if (code == SQLITE_ROW)
    return true;
  if (code == SQLITE_DONE) {
    sqlite3_reset(raw_.get());
    return false;
  }
  // The error is gone with the reset.
  auto* sql = sqlite3_sql(raw_.get());
  std::string_view doing{sql == nullptr ? "" : sql};
  auto why = sqlite_error(sqlite3_db_handle(raw_.get()), *path_,
                          doing.substr(0, doing.find_first_of("(\n")));
  sqlite3_reset(raw_.get());
  return core::fail(std::move(why));
}

core::result<void> sqlite_statement::run() {
  auto row = step();
  if (!row)
    return core::fail(std::move(row.error()));
  if (*row)
    reset();
  return {};
}

void sqlite_statement::reset() noexcept {
  sqlite3_reset(raw_.get());
}

bool sqlite_statement::is_null(int column) const noexcept {
  return sqlite3_column_type(raw_.get(), column) == SQLITE_NULL;
}

int64_t sqlite_statement::integer(int column) const noexcept {
  return sqlite3_column_int64(raw_.get(), column);
}

std::string_view sqlite_statement::text(int column) const noexcept {
  auto* data
    = static_cast<const char*>(sqlite3_column_blob(raw_.get(), column));
  auto size = sqlite3_column_bytes(raw_.get(), column);
  return data == nullptr ? std::string_view{}
                         : std::string_view{data, static_cast<size_t>(size)};
}

core::task_id sqlite_statement::id(int column) const noexcept {
  auto raw = text(column);
  core::task_id id;
  if (raw.size() != 16)
    return id;
  for (size_t i = 0; i < 8; ++i) {
    id.high = id.high << 8 | static_cast<unsigned char>(raw[i]);
    id.low = id.low << 8 | static_cast<unsigned char>(raw[8 + i]);
  }
  return id;
}

void sqlite_database::close::operator()(sqlite3* x) const noexcept {
  sqlite3_close_v2(x);
}

core::result<sqlite_database> sqlite_database::open(const std::string& path,
                                                    mode how,
                                                    const std::string& vfs) {
  auto flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (how == mode::read)
    flags |= SQLITE_OPEN_READONLY;
  else
    flags |= SQLITE_OPEN_READWRITE;
  if (how == mode::create)
    flags |= SQLITE_OPEN_CREATE;
  sqlite_database result;
  result.path_ = std::make_unique<std::string>(path);
  sqlite3* raw = nullptr;
  auto code = sqlite3_open_v2(path.c_str(), &raw, flags,
                              vfs.empty() ? nullptr : vfs.c_str());
  result.raw_.reset(raw);
  if (code != SQLITE_OK)
    return core::fail(raw == nullptr
                        ? sqlite_error(code, 0, sqlite3_errstr(code), path,
                                       "opening the journal")
                        : result.last_error("opening the journal"));
  // How long to wait for another program that has locked the file.
  sqlite3_busy_timeout(raw, 5'000);
  return result;
}

core::result<void> sqlite_database::execute(const std::string& sql) {
  if (sqlite3_exec(raw(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK)
    return {};
  return core::fail(last_error(sql.substr(0, sql.find_first_of("(\n;"))));
}

core::result<sqlite_statement>
sqlite_database::prepare(std::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  auto code
    = sqlite3_prepare_v3(raw(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK)
    return core::fail(last_error(sql.substr(0, sql.find_first_of("(\n"))));
  return sqlite_statement{statement, path()};
}

core::result<int64_t> sqlite_database::number(std::string_view sql) const {
  auto statement = prepare(sql);
  if (!statement)
    return core::fail(std::move(statement.error()));
  auto row = statement->step();
  if (!row)
    return core::fail(std::move(row.error()));
  return *row ? statement->integer(0) : 0;
}

uint64_t sqlite_database::changes() const noexcept {
  return static_cast<uint64_t>(sqlite3_changes64(raw()));
}

void sqlite_database::roll_back() noexcept {
  if (sqlite3_get_autocommit(raw()) == 0)
    sqlite3_exec(raw(), "ROLLBACK", nullptr, nullptr, nullptr);
}

core::error sqlite_database::last_error(std::string_view doing) const {
  return sqlite_error(raw(), path(), doing);
}

} // namespace troupe::storage
