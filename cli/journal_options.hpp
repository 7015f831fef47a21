#pragma once

#include "core/audit.hpp"
#include "core/dead_letters.hpp"
#include "core/task_query.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace troupe::cli {

enum class journal_action : uint8_t {
  info,
  verify,
  list,
  show,
  audit,
  replay,
  export_to,
  import_from,
  backup,
  vacuum,
};

/// `troupe journal`.
struct journal_options {
  journal_action action = journal_action::info;
  /// The journal.
  std::string path;
  /// What is exported to or imported from (`-` is standard output or input), or
  /// copied to.
  std::string file;
  /// Of `show`: an id or a name.
  std::string task;
  /// Of `list`; its `limit` may be more than a page has. 0 = all.
  core::task_query query;
  /// Of `audit`; `limit` as above.
  core::audit_query audit;
  /// Of `audit`: not older, and older than that; zero = no bound.
  core::duration since = {};
  core::duration until = {};
  /// Of `replay`: ids or names; or, if there are none, dead letters.
  std::vector<std::string> tasks;
  core::dead_letter_query dead;
  bool is_all = false;
  bool is_json = false;
};

} // namespace troupe::cli
