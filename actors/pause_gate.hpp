#pragma once

#include "core/time.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>

namespace troupe::actors {

/// Where the thread of a handler waits while its task is to pause. Safe to use
/// from any thread; a look at an open one costs a relaxed load.
class pause_gate {
public:
  /// It is to pause, for the time with this number; 0 = it may go on.
  void set(uint32_t number) {
    {
      std::lock_guard guard{mutex_};
      number_.store(number, std::memory_order_relaxed);
    }
    changed_.notify_all();
  }

  /// Which pause it is to make; 0 = none.
  uint32_t number() const noexcept {
    return number_.load(std::memory_order_relaxed);
  }

  /// Waits until it may go on or is to stop. Calls `on_pause` with the number
  /// of each pause it finds.
  template <class F>
  void wait(const std::stop_token& stop, F on_pause) {
    std::stop_callback wake{stop, [this] {
                              std::lock_guard guard{mutex_};
                              changed_.notify_all();
                            }};
    std::unique_lock guard{mutex_};
    while (auto now = number()) {
      if (stop.stop_requested())
        return;
      on_pause(now);
      changed_.wait(guard,
                    [&] { return number() != now || stop.stop_requested(); });
    }
  }

  // -- the clock of limits.attempt stands meanwhile ---------------------------

  /// Threads wait in here right now.
  std::atomic<uint32_t> waiting{0};
  /// For how long they have, in nanoseconds, since somebody last took it.
  std::atomic<core::duration::rep> waited{0};
  /// The same since the attempt began.
  std::atomic<core::duration::rep> waited_in_all{0};

private:
  std::mutex mutex_;
  // The one for any lock would allocate, for every attempt.
  std::condition_variable changed_;
  std::atomic<uint32_t> number_{0};
};

} // namespace troupe::actors
