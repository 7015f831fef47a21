#pragma once

#include "core/dead_letters.hpp"
#include "messages/compat.hpp"

#include <cstdint>
#include <string>

namespace troupe::messages {

/// Answered as list_tasks is.
struct list_dead_letters {
  core::dead_letter_query query;
};

struct drop_dead_letter {
  core::task_id task;
  std::string by = {};
};

struct drop_dead_letters {
  core::dead_letter_query query;
  std::string by = {};
};

struct dead_letters_dropped {
  uint64_t count = 0;
};

} // namespace troupe::messages
