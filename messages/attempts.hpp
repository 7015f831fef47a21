#pragma once

#include "core/attempt.hpp"
#include "core/event.hpp"
#include "core/recovery.hpp"
#include "messages/compat.hpp"

#include <string>
#include <utility>
#include <vector>

namespace troupe::messages {

/// From an agent to the queue that gave it the work.
struct attempts_ended {
  std::vector<core::attempt_outcome> outcomes;
};

/// They wait for child tasks and need no slot meanwhile.
struct attempts_parked {
  std::vector<core::attempt_key> keys;
};

/// What they waited for is there; they want a slot of the same agent again.
struct attempts_unparked {
  std::vector<core::attempt_key> keys;
};

/// Where an agent sends what comes of its attempts: the queue, for a narrow
/// view of it.
using attempt_sink_actor
  = compat::actor<void(attempts_ended), void(attempts_parked),
                  void(attempts_unparked)>;

/// Work, each for one of the slots the sender was lent.
struct run_attempts {
  std::vector<core::attempt_order> orders;
  attempt_sink_actor sink;
};

/// Their tasks have ended; nobody waits for what they may still make.
struct cancel_attempts {
  std::vector<core::attempt_key> keys;
};

/// From a queue to the manager.
struct report_attempts {
  std::vector<core::attempt_start> started;
  std::vector<core::attempt_outcome> ended;
  std::vector<core::attempt_retry> retried;
  std::vector<core::attempt_key> lost;
  /// Ids of the agents whose numbers appear for the first time.
  std::vector<std::pair<uint32_t, std::string>> agents;
  /// The sender wants to know when this has been taken in: report_taken.
  bool asks_receipt = false;

  size_t size() const noexcept {
    return started.size() + ended.size() + retried.size() + lost.size();
  }
};

/// From the manager to a queue, so that it does not run ahead of it for ever.
struct report_taken {};

/// From the router to an agent: the queue of this name has been started again,
/// and is this one. Answered by attempts_adopted.
struct adopt_attempts {
  /// To be given back with the answer.
  uint64_t recovery = 0;
  std::string queue;
  attempt_sink_actor sink;
};

/// What the agent has of the queue; what comes of it goes to the new one.
struct attempts_adopted {
  uint64_t recovery = 0;
  std::vector<core::live_attempt> attempts;
};

/// The router, for a narrow view of it.
using adoption_actor = compat::actor<void(attempts_adopted)>;

/// From a queue that has been started again, perhaps with all that decides, to
/// an agent whose attempts it has adopted: whatever these wait for has to be
/// asked for once more.
struct ask_again {
  std::string queue;
};

/// From a handler: a partial result or a log line.
struct report_event {
  core::attempt_key key;
  core::event what;
};

} // namespace troupe::messages
