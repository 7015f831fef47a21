#pragma once

#include "core/time.hpp"

#include <tsl/robin_map.h>

#include <coroutine>
#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <vector>

namespace troupe::actors {

class attempt;

/// Coroutines that wait for a time, the next to be woken first. Adding and
/// waking take logarithmic time, forgetting constant.
class sleepers {
public:
  struct sleeper {
    attempt* who = nullptr;
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

  void drop_forgotten();

  tsl::robin_map<uint64_t, sleeper> waiting_;
  std::priority_queue<timer, std::vector<timer>, std::greater<>> timers_;
  uint64_t last_token_ = 0;
};

} // namespace troupe::actors
