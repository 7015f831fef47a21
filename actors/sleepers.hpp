#pragma once

#include "core/time.hpp"

#include <tsl/robin_map.h>

#include <coroutine>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

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
  struct timer {
    core::time_point when;
    uint64_t token = 0;

    friend auto operator<=>(const timer&, const timer&) = default;
  };

  struct entry {
    attempt* who;
    std::coroutine_handle<> what;
  };

  void drop_forgotten();

  tsl::robin_map<uint64_t, entry> waiting_;
  /// A heap with the earliest in front; those not in `waiting_` are forgotten.
  std::vector<timer> timers_;
  uint64_t last_token_ = 0;
};

} // namespace troupe::actors
