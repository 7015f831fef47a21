#pragma once

#include "storage/journal.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace troupe::storage {

/// A file of JSON texts, one a line, to which is appended: archives of tasks
/// that are forgotten, and exports.
class json_lines {
public:
  /// Makes it if it is not there. `system_error` says why it cannot be opened.
  static core::result<json_lines> open(const std::string& path);

  json_lines(json_lines&& other) noexcept;
  json_lines& operator=(json_lines&& other) noexcept;
  ~json_lines();

  core::result<void> add(std::string_view line);

  /// A line as core::encode_image() writes it.
  core::result<void> add(const core::task_image& image);

  /// All lines are on disk when it returns; only then has nothing been lost.
  core::result<void> sync();

private:
  json_lines(std::string path, int file) noexcept;

  core::result<void> flush();

  std::string path_;
  int file_ = -1;
  std::string pending_;
};

/// Forgets as journal::forget() does, and appends what is forgotten to an
/// archive before it goes. After a crash in between, some of it may be in the
/// archive twice.
core::result<uint64_t>
archive_and_forget(journal& from, const retention_order& order, json_lines& to);

/// Writes all that is in a journal in a file of SQLite, as it is at one moment:
/// a line that says what it is, then one for each task, document and entry of
/// the audit log.
core::result<void>
export_journal(const std::string& path,
               const std::function<core::result<void>(std::string_view)>& line);

/// Reads such lines into a journal that is empty: tasks with their numbers, and
/// documents. The audit log begins anew, with an entry that says so. `next`
/// gives a line, or nothing at the end. `invalid_argument` names the line that
/// cannot be read; what was before it is in there then.
core::result<uint64_t>
import_journal(journal& to,
               const std::function<std::optional<std::string>()>& next);

} // namespace troupe::storage
