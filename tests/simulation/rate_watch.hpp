#pragma once

#include "core/event.hpp"
#include "core/queue_spec.hpp"
#include "core/task_spec.hpp"

#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace troupe::test {

/// Reads events for starts that came faster than the rate of their queue
/// allows, with a bucket beside each one in there.
class rate_watch {
public:
  void add(const core::queue_spec& spec);
  void add(const core::task_spec& spec);

  /// In the order in which they were published.
  void see(const core::event& x);

  /// In words.
  const std::vector<std::string>& findings() const noexcept {
    return findings_;
  }

private:
  struct task {
    std::string name;
    std::string queue;
    std::string key;
  };

  std::map<std::string, core::dispatch_rate> rates_;
  std::unordered_map<core::task_id, task> tasks_;
  /// By queue and key.
  std::map<std::pair<std::string, std::string>, core::token_bucket> buckets_;
  std::vector<std::string> findings_;
};

} // namespace troupe::test
