#pragma once

#include "core/time.hpp"

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace troupe::actors {

/// Counts the blocking handlers that run right now, whoever started them:
/// nobody can end their threads, and an actor system waits for all threads.
class handler_count {
public:
  void enter() {
    std::lock_guard guard{mutex_};
    ++count_;
  }

  void leave() {
    std::lock_guard guard{mutex_};
    if (--count_ == 0)
      none_left_.notify_all();
  }

  /// How many are left, after at most this time.
  uint64_t wait_for_none(core::duration timeout) {
    std::unique_lock guard{mutex_};
    none_left_.wait_for(guard, timeout, [this] { return count_ == 0; });
    return count_;
  }

private:
  std::mutex mutex_;
  std::condition_variable none_left_;
  uint64_t count_ = 0;
};

} // namespace troupe::actors
