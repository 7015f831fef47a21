#pragma once

#include "core/event.hpp"
#include "core/task_spec.hpp"

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace troupe::test {

/// Reads events for tasks that were started before a more urgent one of the
/// same queue which any agent that was free could have done as well, and which
/// had come into the queue earlier. (One that came later may have been on its
/// way.) Tasks that go by more than their priority are left out: those with a
/// wish for an agent, with a sticky or concurrency key, with resources, whose
/// priority was changed, or that were paused.
class order_watch {
public:
  void add(const core::task_spec& spec);

  /// In the order in which they were published.
  void see(const core::event& x);

  /// What was overtaken by whom, in words.
  const std::vector<std::string>& findings() const noexcept {
    return findings_;
  }

private:
  struct task {
    core::task_spec spec;
    uint64_t came = 0;
    bool is_waiting = false;
  };

  std::unordered_map<core::task_id, task> tasks_;
  /// Those that wait, by queue and capabilities.
  std::map<std::pair<std::string, std::vector<std::string>>,
           std::set<core::task_id>>
    waiting_;
  std::vector<std::string> findings_;
};

} // namespace troupe::test
