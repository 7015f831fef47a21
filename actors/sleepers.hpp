#pragma once

#include "core/due_heap.hpp"

#include <tsl/robin_map.h>

#include <coroutine>
#include <cstdint>
#include <functional>
#include <optional>

namespace troupe::actors {

class attempt;

/// What waits for a time, the next to be woken first: coroutines that sleep,
/// and deadlines. Adding and waking take logarithmic time, forgetting amortised
/// constant time; the memory is that of those that wait.
class sleepers {
public:
  struct sleeper {
    attempt* who = nullptr;
    /// To be resumed; none if it is a deadline.
    std::coroutine_handle<> what;
  };

  /// Returns a token to forget it by.
  uint64_t add(core::time_point when, sleeper x);

  /// It waits no longer. Nothing if it has been woken.
  std::optional<sleeper> forget(uint64_t token);

  /// Takes one whose time has come.
  std::optional<sleeper> take_due(core::time_point now);

  /// When to look again; `never` if nobody waits.
  core::time_point next();

private:
  auto is_waiting() const {
    return [this](auto& x) {
      return waiting_.contains(x.key);
    };
  }

  tsl::robin_map<uint64_t, sleeper> waiting_;
  /// By token; those not in `waiting_` are forgotten.
  core::due_heap<uint64_t> timers_;
  uint64_t last_token_ = 0;
};

} // namespace troupe::actors
