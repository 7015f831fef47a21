#pragma once

#include "core/demand.hpp"
#include "core/task_spec.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe::core {

/// Numbers for what tasks need of an agent: those with equal needs share one.
/// Also remembers which agent a sticky key has been given to, of 65,536 keys;
/// then the one that was given first is forgotten. When that agent is gone, the
/// key's tasks prefer its node, where their data may be: the first of them
/// takes whatever agent it gets there, or else elsewhere, for the key's new
/// one.
class demand_classes {
public:
  /// `is_sticky`: tasks with a sticky key go where the key went before.
  explicit demand_classes(bool is_sticky) : is_sticky_(is_sticky) {
  }

  /// Of a task that waits. With a sticky key that has an agent which can do the
  /// task it is a class of that agent's own.
  uint32_t of(const task_spec& spec);

  /// Of an attempt that lives on the agent and goes on.
  uint32_t of_resuming(const task_spec& spec, const std::string& agent);

  /// A task with this spec has been given to the agent.
  void bind(const task_spec& spec,
            const std::shared_ptr<const agent_spec>& agent);

  /// Whether `of(spec)` may answer otherwise than before.
  bool may_move(const task_spec& spec, uint32_t number) const noexcept;

  /// Its keys are free again, but for a liking for its node.
  void forget_agent(const std::string& id);

  /// Made for tasks whose key has gone to this agent.
  bool is_bound_to(uint32_t number, const std::string& agent) const noexcept;

  const std::shared_ptr<const demand>& at(uint32_t number) const noexcept {
    return classes_[number];
  }

  size_t size() const noexcept {
    return classes_.size();
  }

private:
  uint32_t number_of(demand what);

  bool is_sticky_;
  std::vector<std::shared_ptr<const demand>> classes_;
  std::unordered_map<size_t, std::vector<uint32_t>> by_hash_;
  /// The answer given last; neighbours in a line mostly need the same.
  uint32_t last_ = 0;

  /// Where a key's tasks go.
  struct home {
    std::shared_ptr<const agent_spec> agent;
    bool is_gone = false;
  };

  std::unordered_map<std::string, home> homes_;
  /// Keys with a home, the oldest first.
  std::deque<std::string> keys_;
};

} // namespace troupe::core
