// Long because the books are in one piece.
// Keeps the books beside work_queue, whatever happens to it.

#include "core/work_queue.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace troupe::core {

namespace {

enum class place { waiting, running, parked, woken, stopping };

struct known_task {
  task_spec_ptr spec;
  int32_t priority = 0;
  place at = place::waiting;
  uint32_t number = 0;
  /// Where the current attempt lives.
  uint32_t agent = 0;
  /// Whether a withdrawn attempt holds a slot until it ends.
  bool holds_slot = false;

  bool takes_slot() const {
    return at == place::running || (at == place::stopping && holds_slot);
  }

  bool lives() const {
    return at != place::waiting;
  }

  bool is_in_line() const {
    return at == place::waiting || at == place::woken;
  }
};

struct known_agent {
  std::shared_ptr<const agent_spec> spec;
  uint32_t lent = 0;
  bool is_draining = false;
  bool is_gone = false;
};

class queue_bookkeeper {
public:
  explicit queue_bookkeeper(const queue_spec& spec)
    : spec_(spec), queue_(spec) {
    add_agent({.id = "a", .capabilities = {"scan"}});
    add_agent({.id = "b", .capabilities = {"print"}});
    add_agent({.id = "c", .capabilities = {"scan", "print"}});
  }

  // -- what happens -----------------------------------------------------------

  void enqueue() {
    task_spec spec;
    spec.id = {1, ++last_id_};
    spec.name = fmt::format("t{}", last_id_);
    spec.capabilities
      = {*rc::gen::element<std::string>("scan", "scan", "print")};
    if (*rc::gen::inRange(0, 6) == 0) {
      spec.agent = *rc::gen::element<std::string>("a", "b", "c", "d");
      spec.wish = agent_wish::require;
    }
    spec.sticky_key = *rc::gen::element<std::string>("", "k", "l");
    spec.concurrency_key = *rc::gen::element<std::string>("", "", "m", "n");
    ready_task task;
    task.spec = std::make_shared<const task_spec>(std::move(spec));
    task.priority = some_priority();
    task.attempts = *rc::gen::inRange(0u, 3u);
    known_task x;
    x.spec = task.spec;
    x.priority = task.priority.value();
    x.number = task.attempts;
    tasks_.emplace(task.spec->id, x);
    queue_.enqueue(std::move(task));
  }

  void withdraw() {
    auto i = some_task();
    if (i == tasks_.end() || i->second.at == place::stopping)
      return;
    queue_.withdraw(i->first);
    auto& x = i->second;
    if (!x.lives()) {
      tasks_.erase(i);
      return;
    }
    stops_due_.insert({x.agent, {i->first, x.number}});
    x.holds_slot = x.at == place::running;
    x.at = place::stopping;
  }

  void set_priority() {
    if (auto i = some_task(); i != tasks_.end()) {
      i->second.priority = some_priority();
      queue_.set_priority(i->first, i->second.priority);
    }
  }

  void end() {
    auto i = some_task();
    if (i == tasks_.end())
      return;
    attempt_outcome outcome;
    outcome.key = {i->first, i->second.number};
    // Also one of another attempt, or of none.
    auto is_late = *rc::gen::inRange(0, 4) == 0;
    if (is_late)
      --outcome.key.number;
    ends_due_.push_back(outcome.key);
    if (i->second.lives() && !is_late)
      tasks_.erase(i);
    queue_.ended(std::move(outcome), never);
  }

  void park() {
    if (auto i = some_task(); i != tasks_.end()) {
      queue_.parked({i->first, i->second.number});
      if (i->second.at == place::running)
        i->second.at = place::parked;
      i->second.holds_slot = false;
    }
  }

  void unpark() {
    if (auto i = some_task(); i != tasks_.end()) {
      queue_.unparked({i->first, i->second.number});
      if (i->second.at == place::parked)
        i->second.at = place::woken;
    }
  }

  void lend() {
    auto number = some_agent();
    auto& x = agents_[number];
    auto count = std::min(*rc::gen::inRange(1u, 4u),
                          x.spec->max_concurrent - x.lent);
    if (x.is_gone || count == 0)
      return;
    x.lent += count;
    queue_.granted({{number, x.spec, count, x.is_draining}});
  }

  void recall() {
    auto is_pressing = *rc::gen::arbitrary<bool>();
    queue_.recalled({{some_agent(), *rc::gen::inRange(1u, 4u), is_pressing,
                      some_priority()}});
  }

  void drain_agent() {
    auto number = some_agent();
    auto& x = agents_[number];
    x.is_draining = !x.is_gone;
    if (x.lent > 0)
      queue_.recalled({{number, x.lent, false, 0, true}});
  }

  /// It comes back under another number.
  void lose_agent() {
    auto number = some_agent();
    if (agents_[number].is_gone)
      return;
    queue_.agent_left(number, never);
    for (auto i = tasks_.begin(); i != tasks_.end();) {
      auto& [id, x] = *i;
      if (!x.lives() || x.agent != number) {
        ++i;
      } else if (x.at == place::stopping) {
        i = tasks_.erase(i);
      } else {
        losses_due_.insert({id, x.number});
        x.at = place::waiting;
        ++i;
      }
    }
    agents_[number].is_gone = true;
    agents_[number].lent = 0;
    add_agent(*agents_[number].spec);
  }

  void toggle_pause() {
    is_paused_ = !is_paused_;
    if (is_paused_)
      queue_.pause();
    else
      queue_.resume();
  }

  // -- what the queue does ----------------------------------------------------

  void plan() {
    queue_.plan(never);
    auto actions = queue_.take_actions();
    std::vector<known_task*> begun;
    for (auto& dispatch : actions.dispatches)
      for (auto& order : dispatch.orders)
        begun.push_back(&start(dispatch.agent, order));
    check_order(begun);
    for (auto& x : actions.returned) {
      auto& agent = agents_.at(x.agent);
      RC_ASSERT(x.count > 0u);
      RC_ASSERT(x.count <= agent.lent);
      agent.lent -= x.count;
    }
    check_reports(actions);
    check_limits();
    check_wants(actions.wants);
  }

private:
  void add_agent(agent_spec spec) {
    spec.max_concurrent = 8;
    agents_.emplace_back().spec
      = std::make_shared<const agent_spec>(std::move(spec));
  }

  using tasks = std::map<task_id, known_task>;

  static int32_t some_priority() {
    return *rc::gen::element(0, 50, 50, 100);
  }

  tasks::iterator some_task() {
    if (tasks_.empty())
      return tasks_.end();
    auto index = *rc::gen::inRange<size_t>(0, tasks_.size());
    return std::next(tasks_.begin(), static_cast<std::ptrdiff_t>(index));
  }

  uint32_t some_agent() const {
    return *rc::gen::inRange(0u, static_cast<uint32_t>(agents_.size()));
  }

  bool can_do(uint32_t number, const known_task& x) const {
    auto& agent = agents_[number];
    if (x.at == place::woken)
      return x.agent == number;
    if (agent.is_draining)
      return false;
    demand what;
    what.capabilities = x.spec->capabilities;
    what.agent = x.spec->agent;
    what.wish = x.spec->wish;
    return can_serve(*agent.spec, what);
  }

  known_task& start(uint32_t agent, const attempt_order& order) {
    auto& x = tasks_.at(order.spec->id);
    RC_ASSERT(!is_paused_);
    RC_ASSERT(x.at == (order.is_resumed ? place::woken : place::waiting));
    RC_ASSERT(can_do(agent, x));
    RC_ASSERT(order.number == x.number + (order.is_resumed ? 0 : 1));
    x.number = order.number;
    x.agent = agent;
    x.at = place::running;
    if (!order.is_resumed)
      starts_due_.insert(order.key());
    return x;
  }

  /// Of the tasks an agent can do, none that waits is more urgent than one
  /// that was started.
  void check_order(const std::vector<known_task*>& begun) const {
    if (spec_.routing == routing_strategy::sticky)
      return;
    for (auto* x : begun)
      for (auto& [id, y] : tasks_)
        // One whose key is full now may not have been when x was started; but
        // then another of the key was.
        if (y.is_in_line() && can_do(x->agent, y) && room_of_key(y) > 0)
          RC_ASSERT(y.priority <= x->priority);
  }

  /// How many more with the same key may start.
  uint64_t room_of_key(const known_task& x) const {
    auto& key = x.spec->concurrency_key;
    if (spec_.key_max == 0 || key.empty() || x.at == place::woken)
      return UINT64_MAX;
    uint64_t lives = 0;
    for (auto& [id, y] : tasks_)
      lives += y.lives() && y.spec->concurrency_key == key;
    RC_ASSERT(lives <= spec_.key_max);
    return spec_.key_max - lives;
  }

  /// Whether those of its key that wait, and are as urgent, take all the room.
  bool is_kept_back(const known_task& x) const {
    uint64_t before = 0;
    for (auto& [id, y] : tasks_)
      before += y.at == place::waiting && &y != &x && y.priority >= x.priority
                && y.spec->concurrency_key == x.spec->concurrency_key;
    return before >= room_of_key(x);
  }

  void check_reports(const queue_actions& actions) {
    std::multiset<attempt_key> started;
    for (auto& x : actions.started) {
      RC_ASSERT(tasks_.at(x.key.task).agent == x.agent);
      started.insert(x.key);
    }
    RC_ASSERT(started == std::exchange(starts_due_, {}));
    std::vector<attempt_key> ended;
    for (auto& x : actions.ended)
      ended.push_back(x.key);
    RC_ASSERT(ended == std::exchange(ends_due_, {}));
    std::multiset<attempt_key> lost{actions.lost.begin(), actions.lost.end()};
    RC_ASSERT(lost == std::exchange(losses_due_, {}));
    std::multiset<std::pair<uint32_t, attempt_key>> stopped{
      actions.cancellations.begin(), actions.cancellations.end()};
    RC_ASSERT(stopped == std::exchange(stops_due_, {}));
  }

  void check_limits() const {
    std::map<uint32_t, uint32_t> in_use;
    uint64_t running = 0;
    uint64_t waiting = 0;
    auto may_some_start = false;
    for (auto& [id, x] : tasks_) {
      if (x.takes_slot()) {
        ++running;
        ++in_use[x.agent];
      }
      waiting += x.is_in_line();
      may_some_start = may_some_start || (x.is_in_line() && room_of_key(x) > 0);
    }
    uint64_t lent = 0;
    for (uint32_t i = 0; i < agents_.size(); ++i) {
      RC_ASSERT(in_use[i] <= agents_[i].lent);
      RC_ASSERT(!agents_[i].is_draining || in_use[i] == agents_[i].lent);
      lent += agents_[i].lent;
    }
    RC_ASSERT(queue_.info().running == running);
    RC_ASSERT(queue_.info().ready == waiting);
    RC_ASSERT(queue_.info().leased == lent);
    RC_ASSERT(spec_.max_concurrent == 0 || running <= spec_.max_concurrent);
    RC_ASSERT(!may_some_start || lent == running);
  }

  /// Whoever waits is wanted for, unless it could not start anyway.
  void check_wants(const std::vector<slot_want>& told) {
    for (auto& x : told)
      wants_[x.demand_class] = x;
    auto may_start = !is_paused_
                     && (spec_.max_concurrent == 0
                         || queue_.info().running < spec_.max_concurrent);
    for (auto& [demand_class, x] : wants_)
      RC_ASSERT(x.count == 0 || may_start);
    if (!may_start)
      return;
    for (auto& known : tasks_) {
      auto& x = known.second;
      if (!x.is_in_line())
        continue;
      auto what = queue_.explain(known.first, never)->what;
      if (what == nullptr && is_kept_back(x))
        continue;
      RC_ASSERT(what != nullptr);
      RC_ASSERT(std::ranges::any_of(wants_, [&](auto& want) {
        return want.second.count > 0 && *want.second.what == *what
               && want.second.priority >= x.priority;
      }));
    }
  }

  queue_spec spec_;
  work_queue queue_;
  tasks tasks_;
  std::vector<known_agent> agents_;
  std::map<uint32_t, slot_want> wants_;
  uint64_t last_id_ = 0;
  bool is_paused_ = false;
  std::multiset<attempt_key> starts_due_;
  std::vector<attempt_key> ends_due_;
  std::multiset<attempt_key> losses_due_;
  std::multiset<std::pair<uint32_t, attempt_key>> stops_due_;
};

void live_with_queue(routing_strategy routing) {
  queue_bookkeeper books{{.name = "line",
                          .max_concurrent = *rc::gen::element(0u, 1u, 3u),
                          .routing = routing,
                          .key_max = *rc::gen::element(0u, 1u, 2u)}};
  for (auto steps = *rc::gen::inRange(0, 150); steps > 0; --steps) {
    for (auto changes = *rc::gen::inRange(1, 5); changes > 0; --changes) {
      using member = void (queue_bookkeeper::*)();
      auto change = *rc::gen::weightedElement<member>({
        {8, &queue_bookkeeper::enqueue},
        {8, &queue_bookkeeper::lend},
        {6, &queue_bookkeeper::end},
        {3, &queue_bookkeeper::park},
        {3, &queue_bookkeeper::unpark},
        {2, &queue_bookkeeper::withdraw},
        {2, &queue_bookkeeper::set_priority},
        {2, &queue_bookkeeper::recall},
        {1, &queue_bookkeeper::lose_agent},
        {1, &queue_bookkeeper::drain_agent},
        {1, &queue_bookkeeper::toggle_pause},
      });
      (books.*change)();
    }
    books.plan();
  }
}

} // namespace

TEST(work_queue_model_test, keeps_order_limits_and_slots) {
  EXPECT_TRUE(
    rc::check([] { live_with_queue(routing_strategy::least_loaded); }));
}

TEST(work_queue_model_test, keeps_them_in_round_robin) {
  EXPECT_TRUE(
    rc::check([] { live_with_queue(routing_strategy::round_robin); }));
}

TEST(work_queue_model_test, keeps_them_where_nodes_are_chosen) {
  EXPECT_TRUE(rc::check([] { live_with_queue(routing_strategy::spread); }));
  EXPECT_TRUE(rc::check([] { live_with_queue(routing_strategy::pack); }));
}

TEST(work_queue_model_test, keeps_limits_and_slots_where_tasks_stick) {
  EXPECT_TRUE(rc::check([] { live_with_queue(routing_strategy::sticky); }));
}

} // namespace troupe::core
