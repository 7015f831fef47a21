#pragma once

// Long because a policy is a template, and templates have to stay in the
// header.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <utility>

namespace caf {
class resumable;
} // namespace caf

namespace troupe::actors {

/// A policy for CAF's scheduler (0.17) by which the actors that an actor wakes
/// run next on the same thread. A task is a chain of short messages; with one
/// queue for all threads, as in `sharing`, every link of it wakes another
/// thread, which costs more than what is done there.
///
/// A thread keeps the first few actors it wakes, in slots of its own; what is
/// too much for them goes to the queue of all. So that nothing waits for long
/// while a thread has nothing to do, one of the idle threads looks at the slots
/// every `period`, and takes what it has seen there the last time.
///
/// Source: the "runnext" of Go's scheduler and the LIFO slot of Tokio's, with a
/// watch in place of their stealing and spinning.
class run_next {
public:
  /// What waits in a slot is taken by an idle thread after one to two of these.
  static constexpr std::chrono::microseconds period{100};
  /// How many a thread keeps for itself.
  static constexpr size_t slots = 4;
  /// So often in a row does a thread run what is in its slot while the queue
  /// has something.
  static constexpr uint32_t streak_max = 32;

  using job = caf::resumable*;

  struct coordinator_data {
    template <class Coordinator>
    explicit coordinator_data(Coordinator*) {
    }

    std::mutex lock;
    std::condition_variable changed;
    std::deque<job> queue;
    /// Written under the lock.
    std::atomic<size_t> queued = 0;
    std::atomic<size_t> idle = 0;
    std::atomic<bool> is_watched = false;
  };

  struct alignas(64) worker_data {
    template <class Coordinator>
    explicit worker_data(Coordinator*) {
    }

    /// Of one that has not begun: there is nothing in it.
    worker_data(const worker_data&) noexcept {
    }

    /// A ring. Filled by the worker alone, emptied by it or by who watches.
    std::array<std::atomic<job>, slots> ring = {};
    /// How many have ever been put there, and taken or found to be gone.
    std::atomic<uint64_t> filled = 0;
    uint64_t emptied = 0;
    /// `filled` when the watch looked.
    uint64_t seen = 0;
    uint32_t streak = 0;

    /// The oldest that is left, or null. Of the worker.
    job take() {
      for (auto end = filled.load(std::memory_order_relaxed); emptied != end;)
        if (auto x = ring[emptied++ % slots].exchange(
              nullptr, std::memory_order_acquire))
          return x;
      return nullptr;
    }

    /// Is there room? Of the worker.
    bool put(job x) {
      auto at = filled.load(std::memory_order_relaxed);
      auto& slot = ring[at % slots];
      if (slot.load(std::memory_order_relaxed) != nullptr)
        return false;
      slot.store(x, std::memory_order_release);
      filled.store(at + 1, std::memory_order_release);
      // What is gone need not be looked for.
      emptied = std::max(emptied, at + 1 - std::min<uint64_t>(at + 1, slots));
      return true;
    }

    /// Whether something waits here. Of any thread, and only a guess there.
    bool has_any() const noexcept {
      return std::ranges::any_of(ring, [](auto& x) {
        return x.load(std::memory_order_relaxed) != nullptr;
      });
    }

    /// What was there at the last look, or null. Under the lock.
    job take_old() {
      auto end = filled.load(std::memory_order_acquire);
      auto old = std::exchange(seen, end);
      auto first = end - std::min<uint64_t>(end, slots);
      for (auto i = first; i < old; ++i)
        if (auto x = ring[i % slots].exchange(nullptr,
                                              std::memory_order_acquire))
          return x;
      return nullptr;
    }
  };

  // -- called by CAF ----------------------------------------------------------

  template <class Coordinator>
  void central_enqueue(Coordinator* self, job x) {
    share(self->data(), x);
  }

  template <class Worker>
  void external_enqueue(Worker* self, job x) {
    share(self->parent()->data(), x);
  }

  /// From what runs on this worker.
  template <class Worker>
  void internal_enqueue(Worker* self, job x) {
    auto& mine = self->data();
    auto& all = self->parent()->data();
    if (!mine.put(x)) {
      share(all, x);
      return;
    }
    // Before the watch is looked for: see leave().
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (!all.is_watched.load() && all.idle.load() > 0)
      all.changed.notify_one();
  }

  /// It has had its turn.
  template <class Worker>
  void resume_job_later(Worker* self, job x) {
    share(self->parent()->data(), x);
  }

  template <class Worker>
  job dequeue(Worker* self) {
    auto& mine = self->data();
    auto& all = self->parent()->data();
    if (auto x = mine.take()) {
      if (++mine.streak < streak_max || all.queued.load() == 0)
        return x;
      // Others have waited long enough.
      mine.streak = 0;
      std::unique_lock guard{all.lock};
      all.queue.push_back(x);
      x = all.queue.front();
      all.queue.pop_front();
      return x;
    }
    mine.streak = 0;
    std::unique_lock guard{all.lock};
    for (;;) {
      if (!all.queue.empty()) {
        auto x = all.queue.front();
        all.queue.pop_front();
        all.queued = all.queue.size();
        return leave(self, x);
      }
      if (!all.is_watched && all.idle + 1 < self->parent()->num_workers()) {
        if (auto x = watch(self, guard))
          return leave(self, x);
      } else {
        ++all.idle;
        all.changed.wait(guard);
        --all.idle;
      }
    }
  }

  template <class Worker>
  void before_shutdown(Worker*) {
  }

  template <class Worker>
  void before_resume(Worker*, job) {
  }

  template <class Worker>
  void after_resume(Worker*, job) {
  }

  template <class Worker>
  void after_completion(Worker*, job) {
  }

  template <class Worker, class F>
  void foreach_resumable(Worker* self, F f) {
    while (auto x = self->data().take())
      f(x);
  }

  template <class Coordinator, class F>
  void foreach_central_resumable(Coordinator* self, F f) {
    auto& all = self->data();
    std::deque<job> left;
    {
      std::unique_lock guard{all.lock};
      left.swap(all.queue);
      all.queued = 0;
    }
    for (auto x : left)
      f(x);
  }

private:
  static void share(coordinator_data& all, job x) {
    std::unique_lock guard{all.lock};
    all.queue.push_back(x);
    all.queued = all.queue.size();
    auto is_anyone_idle = all.idle > 0;
    guard.unlock();
    if (is_anyone_idle)
      all.changed.notify_one();
  }

  /// This thread is no longer idle. If it has watched, another has to, if there
  /// is anything to watch: who fills a slot from now on sees that nobody does.
  template <class Worker>
  static job leave(Worker* self, job x) {
    auto& all = self->parent()->data();
    if (all.idle == 0 || all.is_watched)
      return x;
    std::atomic_thread_fence(std::memory_order_seq_cst);
    for (size_t i = 0; i < self->parent()->num_workers(); ++i) {
      if (!self->parent()->worker_by_id(i)->data().has_any())
        continue;
      all.changed.notify_one();
      break;
    }
    return x;
  }

  /// Sleeps for a period, if nothing comes; what then has been in a slot for
  /// as long, or null.
  template <class Worker>
  static job watch(Worker* self, std::unique_lock<std::mutex>& guard) {
    auto& all = self->parent()->data();
    all.is_watched = true;
    ++all.idle;
    auto has_passed = all.changed.wait_for(guard, period)
                      == std::cv_status::timeout;
    --all.idle;
    all.is_watched = false;
    if (!has_passed || !all.queue.empty())
      return nullptr;
    for (size_t i = 0; i < self->parent()->num_workers(); ++i)
      if (auto x = self->parent()->worker_by_id(i)->data().take_old())
        return x;
    return nullptr;
  }
};

} // namespace troupe::actors
