// Submits tasks to a queue that sheds, and works out from a plain list which
// of them have to make room.

#include "core/task_registry.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

namespace troupe::core {

namespace {

struct job {
  task_id id;
  int priority = 0;
  uint32_t attempt = 0;
  bool is_waiting = true;
  bool runs = false;
  bool is_shed = false;
};

class shedding_world {
public:
  explicit shedding_world(size_t bound) : bound_(bound) {
    registry_.add_queue(
      {.name = "line", .waiting_max = bound, .when_full = full_policy::shed});
    registry_.name_agent(0, "a");
  }

  void submit() {
    std::vector<task_spec_ptr> specs;
    std::vector<job> added;
    auto count = *rc::gen::weightedElement<int>({{6, 1}, {2, 2}, {1, 4}});
    auto least = 100;
    for (int i = 0; i < count; ++i) {
      job x;
      x.id = {1, jobs_.size() + added.size() + 1 + refused_};
      x.priority = *rc::gen::inRange(0, 5) * 20;
      least = std::min(least, x.priority);
      task_spec spec;
      spec.id = x.id;
      spec.name = "job";
      spec.queue = "line";
      spec.priority = x.priority;
      specs.push_back(std::make_shared<const task_spec>(std::move(spec)));
      added.push_back(x);
    }
    auto victims = victims_for(added.size(), least);
    auto accepted = registry_.submit(specs, time_point{});
    RC_ASSERT(accepted.has_value() == victims.has_value());
    if (!accepted) {
      RC_ASSERT(accepted.error().code == ec::queue_full);
      refused_ += added.size();
    } else {
      for (auto* x : *victims) {
        x->is_waiting = false;
        x->is_shed = true;
      }
      jobs_.insert(jobs_.end(), added.begin(), added.end());
    }
    check();
  }

  void start() {
    auto* x = some([](const job& y) { return y.is_waiting; });
    if (!x)
      return;
    x->is_waiting = false;
    x->runs = true;
    registry_.started({{x->id, ++x->attempt}, 0, time_point{}});
    check();
  }

  void end() {
    auto* x = some([](const job& y) { return y.runs; });
    if (!x)
      return;
    x->runs = false;
    attempt_outcome outcome;
    outcome.key = {x->id, x->attempt};
    registry_.ended(std::move(outcome));
    check();
  }

  void lose() {
    auto* x = some([](const job& y) { return y.runs; });
    if (!x)
      return;
    x->runs = false;
    x->is_waiting = true;
    registry_.lost({x->id, x->attempt}, time_point{});
    check();
  }

  void change_priority() {
    auto* x = some([](const job& y) { return y.is_waiting; });
    if (!x)
      return;
    x->priority = *rc::gen::inRange(0, 5) * 20;
    RC_ASSERT(
      registry_.set_priority(x->id, x->priority, time_point{}).has_value());
    check();
  }

private:
  template <class Predicate>
  job* some(Predicate predicate) {
    std::vector<job*> all;
    for (auto& x : jobs_)
      if (predicate(x))
        all.push_back(&x);
    return all.empty() ? nullptr
                       : all[*rc::gen::inRange<size_t>(0, all.size())];
  }

  size_t waiting() const {
    return static_cast<size_t>(
      std::ranges::count_if(jobs_, [](auto& x) { return x.is_waiting; }));
  }

  /// Nothing if they are too few.
  std::optional<std::vector<job*>> victims_for(size_t count, int least) {
    auto room = bound_ - std::min(bound_, waiting());
    auto missing = count - std::min(count, room);
    std::vector<job*> all;
    // The newest first.
    for (auto i = jobs_.rbegin(); i != jobs_.rend(); ++i)
      if (i->is_waiting && i->attempt == 0 && i->priority < least)
        all.push_back(&*i);
    if (all.size() < missing)
      return std::nullopt;
    std::ranges::stable_sort(all, {}, &job::priority);
    all.resize(missing);
    return all;
  }

  void check() {
    size_t pending = 0;
    for (auto& x : jobs_) {
      auto record = *registry_.get(x.id);
      pending += x.is_waiting;
      RC_ASSERT((record.status == task_status::pending) == x.is_waiting);
      RC_ASSERT((record.failure && record.failure->code == ec::shed)
                == x.is_shed);
    }
    RC_ASSERT(registry_.room(0) == bound_ - std::min(bound_, pending));
    registry_.actions() = registry_actions{};
    registry_.actions().queues.resize(1);
  }

  size_t bound_;
  task_registry registry_;
  std::vector<job> jobs_;
  size_t refused_ = 0;
};

} // namespace

TEST(task_registry_shed_model_test, sheds_what_a_plain_list_says) {
  EXPECT_TRUE(rc::check([] {
    shedding_world x{*rc::gen::inRange<size_t>(1, 8)};
    for (auto steps = *rc::gen::inRange(0, 100); steps > 0; --steps) {
      using member = void (shedding_world::*)();
      auto happens = *rc::gen::weightedElement<member>({
        {6, &shedding_world::submit},
        {2, &shedding_world::start},
        {2, &shedding_world::end},
        {1, &shedding_world::lose},
        {1, &shedding_world::change_priority},
      });
      (x.*happens)();
    }
  }));
}

} // namespace troupe::core
