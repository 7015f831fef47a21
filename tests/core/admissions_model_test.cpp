// A producer that never stops, and queues that work through what it makes as
// chance has it: whatever happens, what is kept stays within its bounds and its
// order, and is decided in time.

#include "core/admissions.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

constexpr uint32_t queues = 2;

struct submission {
  std::vector<task_id> tasks;
  uint32_t queue = 0;
  time_point deadline = never;
};

class admissions_world {
public:
  admissions_world() : gate_(registry_) {
    for (uint32_t i = 0; i < queues; ++i) {
      auto& spec = specs_[i];
      spec.name = fmt::format("queue-{}", i);
      spec.waiting_max = *rc::gen::inRange<uint64_t>(1, 6);
      spec.when_full = full_policy::wait;
      spec.full_wait_max = *rc::gen::inRange(0, 5) * 1s;
      spec.held_max = *rc::gen::inRange<uint64_t>(1, 10);
      gate_.add_queue(spec);
    }
    registry_.name_agent(0, "a");
  }

  /// All in one queue, so that it is known whose turn it is.
  void submit() {
    submission x;
    x.queue = *rc::gen::inRange<uint32_t>(0, queues);
    auto& queue = specs_[x.queue];
    std::vector<task_spec_ptr> specs;
    auto count = *rc::gen::weightedElement<uint64_t>({{6, 1}, {2, 2}, {1, 7}});
    for (uint64_t i = 0; i < count; ++i) {
      task_spec spec;
      spec.id = {1, ++made_};
      spec.name = "task";
      spec.queue = queue.name;
      x.tasks.push_back(spec.id);
      specs.push_back(std::make_shared<const task_spec>(std::move(spec)));
    }
    auto room = registry_.room(x.queue);
    auto is_first = kept_in(x.queue) == 0;
    auto decided = gate_.submit(specs, now_);
    if (decided && *decided == 0) {
      RC_ASSERT(is_first && count <= room);
      accept(x);
    } else if (decided) {
      RC_ASSERT(!is_first || count > room);
      if (queue.full_wait_max > 0s)
        x.deadline = now_ + queue.full_wait_max;
      RC_ASSERT(kept_.emplace(*decided, std::move(x)).second);
    } else {
      RC_ASSERT(decided.error().code == ec::queue_full);
      RC_ASSERT(count > queue.waiting_max
                || kept_in(x.queue) + count > queue.held_max);
    }
    release();
  }

  void start() {
    if (waiting_.empty())
      return;
    auto at = *rc::gen::inRange<size_t>(0, waiting_.size());
    registry_.started({{waiting_[at], 1}, 0, now_});
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(at));
    release();
  }

  void wait() {
    now_ += *rc::gen::inRange(1, 2000) * 1ms;
    release();
  }

  /// All that may start starts, until nothing is kept.
  void finish() {
    for (size_t i = 0; i < 10'000 && !kept_.empty(); ++i) {
      for (auto& id : std::exchange(waiting_, {}))
        registry_.started({{id, 1}, 0, now_});
      release();
    }
    RC_ASSERT(kept_.empty());
    RC_ASSERT(gate_.is_empty());
    RC_ASSERT(gate_.next_deadline() == never);
  }

private:
  uint64_t kept_in(uint32_t queue) const {
    uint64_t result = 0;
    for (auto& [number, x] : kept_)
      if (x.queue == queue)
        result += x.tasks.size();
    return result;
  }

  void accept(const submission& x) {
    for (auto& id : x.tasks) {
      RC_ASSERT(registry_.get(id).has_value());
      waiting_.push_back(id);
    }
  }

  void release() {
    for (auto& verdict : gate_.release(now_)) {
      auto i = kept_.find(verdict.number);
      RC_ASSERT(i != kept_.end());
      auto x = std::move(i->second);
      kept_.erase(i);
      RC_ASSERT(verdict.task == x.tasks.front());
      if (verdict.accepted) {
        for (auto& [number, other] : kept_)
          RC_ASSERT(other.queue != x.queue || number > verdict.number);
        accept(x);
      } else {
        RC_ASSERT(verdict.accepted.error().code == ec::queue_full);
        RC_ASSERT(x.deadline != never && x.deadline <= now_);
      }
    }
    check();
  }

  void check() {
    auto next = never;
    for (uint32_t i = 0; i < queues; ++i) {
      RC_ASSERT(gate_.held(i) == kept_in(i));
      RC_ASSERT(kept_in(i) <= specs_[i].held_max);
      // The first of those kept has a reason to wait.
      auto first = std::ranges::find_if(kept_, [&](auto& x) {
        return x.second.queue == i;
      });
      if (first != kept_.end())
        RC_ASSERT(first->second.tasks.size() > registry_.room(i));
    }
    for (auto& [number, x] : kept_)
      next = earliest(next, x.deadline);
    RC_ASSERT(gate_.next_deadline() == next);
    RC_ASSERT(next == never || next > now_);
    // As the manager does.
    registry_.actions().events.clear();
    for (auto& x : registry_.actions().queues)
      x.enqueue.clear();
  }

  task_registry registry_;
  admissions gate_;
  std::map<uint32_t, queue_spec> specs_;
  std::map<admissions::ticket, submission> kept_;
  /// Accepted and not started.
  std::vector<task_id> waiting_;
  uint64_t made_ = 0;
  time_point now_{1'700'000'000s};
};

} // namespace

TEST(admissions_model_test, keeps_within_bounds_in_order_and_in_time) {
  EXPECT_TRUE(rc::check([] {
    admissions_world x;
    for (auto steps = *rc::gen::inRange(0, 150); steps > 0; --steps) {
      using member = void (admissions_world::*)();
      auto happens
        = *rc::gen::weightedElement<member>({{5, &admissions_world::submit},
                                             {3, &admissions_world::start},
                                             {2, &admissions_world::wait}});
      (x.*happens)();
    }
    x.finish();
  }));
}

} // namespace troupe::core
