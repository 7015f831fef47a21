#pragma once

#include "core/attempt.hpp"

#include <string>

namespace troupe::core {

/// What a handler asks of the world outside.
struct question {
  /// Of its attempt, from 0 in the order in which it asks.
  uint32_t number = 0;
  /// For whoever is to answer.
  std::string prompt = {};
  /// What answers it takes: core/input_schema.hpp. Null = any.
  payload schema = {};
  /// No answer is wanted after that; `never` = it waits as long as it takes.
  time_point deadline = never;
};

/// A question nobody has answered yet.
struct pending_input {
  task_id task = {};
  std::string name = {};
  uint32_t attempt = 0;
  question what = {};
  time_point asked = never;
};

/// What became of a question.
struct input_answer {
  attempt_key key;
  uint32_t number = 0;
  payload value;
  /// `timeout`: nobody answered in time. `cancelled`: nobody wants to know any
  /// more.
  error failure;
};

} // namespace troupe::core
