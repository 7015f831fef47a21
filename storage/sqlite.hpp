#pragma once

#include "core/error.hpp"
#include "core/task_id.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

struct sqlite3;
struct sqlite3_stmt;

namespace troupe::storage {

/// A statement of SQL that is compiled once and run often. What is bound by
/// reference has to stay until it is reset. Parameters count from 1, columns
/// from 0.
class sqlite_statement {
public:
  sqlite_statement() = default;

  sqlite_statement(sqlite3_stmt* raw, const std::string& path)
    : raw_(raw), path_(&path) {
  }

  void bind(int parameter, int64_t x) noexcept;

  void bind(int parameter, core::time_point x) noexcept {
    bind(parameter, int64_t{x.time_since_epoch().count()});
  }

  /// By reference.
  void bind_text(int parameter, std::string_view x) noexcept;
  /// Null if it is empty; by reference.
  void bind_text_or_null(int parameter, std::string_view x) noexcept;
  /// By reference.
  void bind_blob(int parameter, std::string_view x) noexcept;
  void bind(int parameter, const core::task_id& x) noexcept;
  void bind_null(int parameter) noexcept;

  /// Goes on to the next row; false if there is none. Resets it then, and after
  /// an error.
  core::result<bool> step();

  /// For a statement without rows.
  core::result<void> run();

  /// Calls f() for each row; f() returns a `result<void>`.
  template <class F>
  core::result<void> for_each(F f) {
    for (;;) {
      auto row = step();
      if (!row)
        return core::fail(std::move(row.error()));
      if (!*row)
        return {};
      if (core::result<void> done = f(); !done) {
        reset();
        return done;
      }
    }
  }

  void reset() noexcept;

  bool is_null(int column) const noexcept;
  int64_t integer(int column) const noexcept;

  core::time_point time(int column) const noexcept {
    return core::time_point{core::duration{integer(column)}};
  }

  /// Of text or a blob; valid until the next step.
  std::string_view text(int column) const noexcept;
  core::task_id id(int column) const noexcept;

  /// Of the database.
  const std::string& path() const noexcept {
    return *path_;
  }

private:
  struct finalize {
    void operator()(sqlite3_stmt* x) const noexcept;
  };

  std::unique_ptr<sqlite3_stmt, finalize> raw_;
  const std::string* path_ = nullptr;
};

/// An open file of SQLite, used by one thread at a time. Statements must not
/// outlive it.
class sqlite_database {
public:
  enum class mode { read, write, create };

  sqlite_database() = default;

  /// `vfs`: SQLite's name of the file system; empty = the usual one.
  static core::result<sqlite_database> open(const std::string& path, mode how,
                                            const std::string& vfs = {});

  /// One or more statements without rows.
  core::result<void> execute(const std::string& sql);

  core::result<sqlite_statement> prepare(std::string_view sql) const;

  /// The one number that a query yields.
  core::result<int64_t> number(std::string_view sql) const;

  /// How many rows the last statement has changed.
  uint64_t changes() const noexcept;

  /// Back to before the transaction, if one is open.
  void roll_back() noexcept;

  core::error last_error(std::string_view doing) const;

  sqlite3* raw() const noexcept {
    return raw_.get();
  }

  const std::string& path() const noexcept {
    return *path_;
  }

private:
  struct close {
    void operator()(sqlite3* x) const noexcept;
  };

  // On the heap, so that statements may refer to it.
  std::unique_ptr<std::string> path_;
  std::unique_ptr<sqlite3, close> raw_;
};

/// 16 bytes, so that ids sort as their bytes do.
std::string id_bytes(const core::task_id& id);

} // namespace troupe::storage
