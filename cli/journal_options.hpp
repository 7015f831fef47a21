#pragma once

#include "core/task_query.hpp"

#include <cstdint>
#include <string>

namespace troupe::cli {

enum class journal_action : uint8_t {
  info,
  verify,
  list,
  show,
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
  bool is_json = false;
};

} // namespace troupe::cli
