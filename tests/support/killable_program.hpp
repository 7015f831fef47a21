#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/types.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace troupe::test {

/// A child process, and where what it writes can be read.
struct killable_program {
  pid_t child = 0;
  int from = -1;
};

/// Starts it with nothing in its environment, but for one of the points of
/// storage/fail_point.hpp and its count, if `point` is not empty.
inline void start(killable_program& x, std::vector<std::string> arguments,
                  const std::string& point) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::vector<char*> raw;
  for (auto& argument : arguments)
    raw.push_back(argument.data());
  raw.push_back(nullptr);
  auto setting = "TROUPE_FAIL_POINT=" + point + ":kill";
  char* variables[] = {point.empty() ? nullptr : setting.data(), nullptr};
  ASSERT_EQ(::posix_spawn(&x.child, raw.front(), &actions, nullptr, raw.data(),
                          variables),
            0);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  x.from = ends[0];
}

/// The points that a commit comes to.
inline std::vector<const char*> commit_points() {
  return {"before_begin", "after_begin",       "after_task",
          "after_key",    "after_course",      "after_outcome",
          "after_blob",   "after_change",      "after_document",
          "after_audit",  "after_queues",      "before_commit",
          "after_commit", "before_checkpoint", "after_checkpoint"};
}

} // namespace troupe::test
