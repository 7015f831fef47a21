#pragma once

#include "actors/client.hpp"
#include "actors/runtime.hpp"
#include "cli/plan.hpp"

#include <map>
#include <unordered_map>
#include <vector>

namespace troupe::cli {

/// Submits the tasks of a plan one by one, each when all that it needs has
/// ended, and again where it was told to come back. So what bounds submissions
/// (rate limits, circuits, queues that are full) bounds what may start. Never
/// waits.
class feeder {
public:
  /// Both live longer.
  feeder(const plan& tasks, actors::runtime& to);

  /// A task that has been refused for good, or needs one that was.
  struct refusal {
    /// In the plan.
    size_t position = 0;
    bool is_by_need = false;
    std::string why;
  };

  /// Nothing happens if it is told twice, or the task is not in the plan.
  void ended(const core::task_id& task);

  /// Submits what is due, and says what has been refused since the last time.
  std::vector<refusal> feed(core::time_point now);

  /// Submits nothing more, and says what has not been accepted.
  std::vector<refusal> give_up(const std::string& why);

  /// None is on its way, to be accepted now or later.
  bool is_idle() const noexcept {
    return due_.empty() && sent_ == 0;
  }

  /// A task has been accepted, by whomever it was submitted.
  void accepted(const core::task_id& task);

private:
  enum class stage : uint8_t { blocked, due, sent, decided, ended };

  struct entry {
    size_t unmet = 0;
    stage at = stage::blocked;
    std::vector<size_t> dependents;
  };

  void send(size_t position);
  void take_answers(core::time_point now, std::vector<refusal>& refused);
  void refuse(size_t position, bool is_by_need, std::string why,
              std::vector<refusal>& refused);
  void decide(size_t position, stage to);

  const plan& plan_;
  messages::submission_actor to_;
  actors::client client_;
  std::vector<entry> entries_;
  std::unordered_map<core::task_id, size_t> positions_;
  /// To be submitted, by when; in the order of the plan.
  std::multimap<core::time_point, size_t> due_;
  size_t sent_ = 0;
};

} // namespace troupe::cli
