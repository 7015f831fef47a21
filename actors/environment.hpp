#pragma once

#include "actors/handler_count.hpp"
#include "core/task_id.hpp"
#include "core/time.hpp"
#include "messages/compat.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>

namespace troupe::actors {

/// Ties the actor clock, which counts from anywhere, to the calendar.
struct clock_anchor {
  caf::actor_clock::time_point actor;
  core::time_point wall;

  core::time_point to_wall(caf::actor_clock::time_point x) const {
    return wall + std::chrono::duration_cast<core::duration>(x - actor);
  }
};

/// Task ids for many threads from one generator.
class id_source {
public:
  explicit id_source(uint64_t seed) : generator_(seed) {
  }

  core::task_id next(core::time_point now) {
    std::lock_guard guard{mutex_};
    return generator_.next(now);
  }

private:
  std::mutex mutex_;
  core::task_id_generator generator_;
};

/// What all actors of one Troupe share. Does not change once they run.
struct environment {
  caf::actor_system* system = nullptr;
  clock_anchor anchor;
  std::shared_ptr<id_source> ids;
  std::shared_ptr<handler_count> handlers = std::make_shared<handler_count>();
  /// Blocking handlers have threads of their own. Off in tests that run all on
  /// one thread in virtual time; handlers must not block then.
  bool has_threads = true;
  /// As in runtime_options.
  size_t payload_bytes_max = SIZE_MAX;
  /// The longest batch that a node and its manager take from one another.
  size_t batch_bytes_max = size_t{256} << 20;

  core::time_point now() const {
    return anchor.to_wall(system->clock().now());
  }
};

} // namespace troupe::actors
