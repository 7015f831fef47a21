#pragma once

#include "core/attempt.hpp"
#include "core/event.hpp"
#include "core/input.hpp"

#include <vector>

namespace troupe::core {

/// What the manager has to do after it has told the registry something. The
/// caller takes the lists and leaves them empty.
struct registry_actions {
  struct line {
    std::vector<ready_task> enqueue;
    /// Ended here while the queue has them.
    std::vector<task_id> withdraw;
  };

  /// By the queue's number.
  std::vector<line> queues;
  std::vector<event> events;
  /// To those that asked.
  std::vector<input_answer> answers;
  /// Ended tasks somebody watches.
  std::vector<task_id> watched;
};

} // namespace troupe::core
