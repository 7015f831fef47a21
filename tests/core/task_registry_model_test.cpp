// Runs random graphs in random order, and works out from its dependencies how
// each task has to end.

#include "core/task_registry.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace troupe::core {

namespace {

enum class fate { completed, failed, cancelled, skipped };

bool counts_as_completed(fate x) {
  return x == fate::completed || x == fate::skipped;
}

enum class plan { succeed, fail, false_condition, bad_reference };

struct node {
  task_spec_ptr spec;
  plan what = plan::succeed;
  /// What its dependencies say that do not say `run`. One for all: else it
  /// would depend on which of them fails first.
  on_failure fallback = on_failure::cancel;
  std::vector<size_t> children;
  std::optional<fate> end;
  /// Somebody cancelled it, or its parent did.
  bool was_unwanted = false;
  bool was_enqueued = false;
  bool is_in_line = false;
  bool runs = false;
  bool was_lost = false;
  uint32_t attempt = 0;
};

class registry_world {
public:
  explicit registry_world(retention_settings retention) : registry_(retention) {
    registry_.add_queue({.name = "line"});
    registry_.name_agent(0, "a");
  }

  // -- what happens -----------------------------------------------------------

  void submit() {
    auto first = nodes_.size();
    auto last = first + *rc::gen::inRange<size_t>(1, 9);
    for (auto i = first; i < last; ++i)
      add(i, first);
    // Any order will do.
    std::vector<task_spec_ptr> specs;
    for (auto i = first; i < last; ++i) {
      auto at = *rc::gen::inRange<size_t>(0, specs.size() + 1);
      specs.insert(specs.begin() + static_cast<std::ptrdiff_t>(at),
                   nodes_[i].spec);
    }
    RC_ASSERT(registry_.submit(specs, time_point{}).has_value());
    take_actions();
  }

  void start() {
    if (auto i = some([](const node& x) { return x.is_in_line; }))
      start(*i);
  }

  void end() {
    if (auto i = some([](const node& x) { return x.runs; }))
      end(*i);
  }

  void lose() {
    auto i = some([](const node& x) { return x.runs; });
    if (!i)
      return;
    auto& x = nodes_[*i];
    x.runs = false;
    if (x.end)
      ++dropped_;
    else
      x.is_in_line = x.was_lost = true;
    registry_.lost({x.spec->id, x.attempt}, time_point{});
    take_actions();
  }

  void cancel() {
    auto i = some([](const node&) { return true; });
    if (!i)
      return;
    auto& x = nodes_[*i];
    auto had_ended = x.end.has_value();
    auto ok = registry_.cancel(x.spec->id, time_point{});
    RC_ASSERT(ok.has_value() == !had_ended);
    x.was_unwanted = x.was_unwanted || !had_ended;
    take_actions();
  }

  void repeat_outcome() {
    auto i = some([](const node& x) { return x.end || !x.runs; });
    if (!i)
      return;
    attempt_outcome x;
    x.key = {nodes_[*i].spec->id, nodes_[*i].attempt};
    registry_.ended(std::move(x));
    ++dropped_;
    take_actions();
  }

  void clean_up() {
    registry_.clean_up(time_point{}, 5);
  }

  /// Runs all that is left.
  void finish() {
    for (;;) {
      if (auto i = some([](const node& x) { return x.runs; }))
        end(*i);
      else if (auto j = some([](const node& x) { return x.is_in_line; }))
        start(*j);
      else
        break;
    }
    std::vector<fate> fates;
    for (auto& x : nodes_) {
      RC_ASSERT(x.end.has_value());
      fates.push_back(fate_of(x, fates));
      RC_ASSERT(*x.end == fates.back());
    }
    RC_ASSERT(registry_.stats().unended() == 0u);
    RC_ASSERT(registry_.stats().submitted == nodes_.size());
  }

  // -- what follows -----------------------------------------------------------

  void check_stats() const {
    auto& x = registry_.stats();
    uint64_t unended = 0;
    uint64_t running = 0;
    for (auto& node : nodes_) {
      unended += !node.end;
      running += node.runs && !node.end;
    }
    RC_ASSERT(x.unended() == unended);
    RC_ASSERT(x.running == running);
    RC_ASSERT(x.total == unended + x.completed + x.failed + x.cancelled);
    RC_ASSERT(x.outcomes_dropped == dropped_);
  }

private:
  static task_id id_of(size_t index) {
    return {1, index + 1};
  }

  static size_t index_of(const task_id& id) {
    return id.low - 1;
  }

  static std::string name_of(size_t index) {
    return fmt::format("t{}", index);
  }

  template <class Predicate>
  std::optional<size_t> some(Predicate predicate) const {
    std::vector<size_t> candidates;
    for (size_t i = 0; i < nodes_.size(); ++i)
      if (predicate(nodes_[i]))
        candidates.push_back(i);
    if (candidates.empty())
      return std::nullopt;
    return candidates[*rc::gen::inRange<size_t>(0, candidates.size())];
  }

  /// Depends on some of those before, be they new, at work or ended.
  void add(size_t index, size_t first_of_batch) {
    node x;
    x.fallback = *rc::gen::element(on_failure::cancel, on_failure::skip);
    task_spec spec;
    spec.id = id_of(index);
    spec.name = name_of(index);
    spec.queue = "line";
    for (auto tries = *rc::gen::inRange(0, 4); tries > 0 && index > 0;
         --tries) {
      auto other = *rc::gen::inRange<size_t>(0, index);
      auto is_known = other >= first_of_batch || registry_.get(id_of(other));
      auto is_new = std::ranges::find(spec.dependencies, id_of(other),
                                      &dependency::task)
                    == spec.dependencies.end();
      if (is_known && is_new)
        spec.dependencies.push_back(
          {id_of(other),
           {},
           *rc::gen::arbitrary<bool>() ? on_failure::run : x.fallback});
    }
    x.what = *rc::gen::weightedElement<plan>({{6, plan::succeed},
                                              {2, plan::fail},
                                              {1, plan::false_condition},
                                              {1, plan::bad_reference}});
    if (x.what == plan::bad_reference && spec.dependencies.empty())
      x.what = plan::succeed;
    if (x.what == plan::false_condition)
      spec.condition = "1 > 2";
    if (x.what == plan::bad_reference)
      spec.parameters = payload{
        {"x", fmt::format("${{{}.result.nothing}}",
                          name_of(index_of(spec.dependencies.front().task)))}};
    if (index > first_of_batch && *rc::gen::inRange(0, 4) == 0) {
      auto parent = *rc::gen::inRange<size_t>(first_of_batch, index);
      spec.parent = id_of(parent);
      nodes_[parent].children.push_back(index);
    }
    x.spec = std::make_shared<const task_spec>(std::move(spec));
    nodes_.push_back(std::move(x));
  }

  void start(size_t index) {
    auto& x = nodes_[index];
    x.is_in_line = false;
    x.runs = true;
    ++x.attempt;
    registry_.started({{x.spec->id, x.attempt}, 0, time_point{}});
    take_actions();
  }

  /// Also of one that was cancelled while it ran.
  void end(size_t index) {
    auto& x = nodes_[index];
    x.runs = false;
    if (x.end)
      ++dropped_;
    attempt_outcome outcome;
    outcome.key = {x.spec->id, x.attempt};
    if (x.what == plan::fail)
      outcome.failure = {ec::handler_failed, "no luck"};
    else
      outcome.result = payload{{"of", index}};
    registry_.ended(std::move(outcome));
    take_actions();
  }

  void take_actions() {
    auto& actions = registry_.actions();
    for (auto& x : std::exchange(actions.events, {}))
      if (is_task_end(x.kind))
        take_end(index_of(x.task));
    // Some of what became ready may have ended in the same breath.
    for (auto& x : std::exchange(actions.queues[0].enqueue, {}))
      take_ready(x);
    for (auto& id : std::exchange(actions.queues[0].withdraw, {})) {
      auto& x = nodes_[index_of(id)];
      RC_ASSERT(x.is_in_line || x.runs);
      RC_ASSERT(*x.end == fate::cancelled);
      x.is_in_line = false;
    }
    for (auto& x : nodes_)
      RC_ASSERT(!(x.end && x.is_in_line));
    check_children();
    check_stats();
  }

  void take_end(size_t index) {
    auto& x = nodes_[index];
    RC_ASSERT(!x.end);
    auto record = *registry_.get(x.spec->id);
    if (record.was_skipped())
      x.end = fate::skipped;
    else if (record.status == task_status::completed)
      x.end = fate::completed;
    else if (record.status == task_status::failed)
      x.end = fate::failed;
    else
      x.end = fate::cancelled;
    if (record.failure && record.failure->message.starts_with("its parent")) {
      auto& parent = nodes_[index_of(x.spec->parent)];
      RC_ASSERT(parent.end.has_value() || parent.was_lost);
      RC_ASSERT(parent.end != fate::completed || parent.was_lost);
      x.was_unwanted = true;
    }
  }

  void take_ready(const ready_task& task) {
    auto index = index_of(task.spec->id);
    auto& x = nodes_[index];
    RC_ASSERT(!std::exchange(x.was_enqueued, true));
    x.is_in_line = true;
    auto& needs = task.spec->dependencies;
    RC_ASSERT((task.dependencies != nullptr) == !needs.empty());
    for (size_t i = 0; i < needs.size(); ++i) {
      auto other = index_of(needs[i].task);
      auto& end = nodes_[other].end;
      auto& told = task.dependencies->at(i);
      RC_ASSERT(end.has_value());
      RC_ASSERT(told.task == needs[i].task);
      RC_ASSERT((told.status == task_status::completed)
                == (*end == fate::completed));
      RC_ASSERT(told.failure.has_value() == (*end != fate::completed));
      RC_ASSERT(
        told.result
        == (*end == fate::completed ? payload{{"of", other}} : payload{}));
    }
  }

  void check_children() const {
    for (auto& x : nodes_)
      if (x.end && x.end != fate::completed)
        for (auto child : x.children)
          RC_ASSERT(nodes_[child].end.has_value());
  }

  static fate fate_of(const node& x, const std::vector<fate>& before) {
    if (x.was_unwanted)
      return fate::cancelled;
    for (auto& needed : x.spec->dependencies)
      if (needed.policy != on_failure::run
          && !counts_as_completed(before[index_of(needed.task)]))
        return x.fallback == on_failure::skip ? fate::skipped : fate::cancelled;
    switch (x.what) {
      case plan::succeed:
        return fate::completed;
      case plan::false_condition:
        return fate::skipped;
      case plan::fail:
      case plan::bad_reference:
        break;
    }
    return fate::failed;
  }

  task_registry registry_;
  std::vector<node> nodes_;
  uint64_t dropped_ = 0;
};

void live_with_registry(retention_settings retention, bool is_disturbed) {
  registry_world x{retention};
  for (auto steps = *rc::gen::inRange(0, 100); steps > 0; --steps) {
    using member = void (registry_world::*)();
    auto happens = is_disturbed ? *rc::gen::weightedElement<member>({
                     {2, &registry_world::submit},
                     {8, &registry_world::start},
                     {8, &registry_world::end},
                     {2, &registry_world::lose},
                     {2, &registry_world::cancel},
                     {1, &registry_world::repeat_outcome},
                     {2, &registry_world::clean_up},
                   })
                                : *rc::gen::weightedElement<member>({
                                  {1, &registry_world::submit},
                                  {4, &registry_world::start},
                                  {4, &registry_world::end},
                                });
    (x.*happens)();
  }
  x.finish();
}

} // namespace

TEST(task_registry_model_test, every_task_ends_as_its_dependencies_say) {
  EXPECT_TRUE(rc::check([] { live_with_registry({}, false); }));
}

TEST(task_registry_model_test, also_when_some_are_cancelled_lost_or_late) {
  EXPECT_TRUE(rc::check([] { live_with_registry({}, true); }));
}

TEST(task_registry_model_test, also_when_records_are_soon_forgotten) {
  EXPECT_TRUE(rc::check([] {
    retention_settings few;
    few.count = *rc::gen::inRange<uint64_t>(0, 4);
    few.dead_letters_max = *rc::gen::inRange<uint64_t>(0, 4);
    live_with_registry(few, true);
  }));
}

} // namespace troupe::core
