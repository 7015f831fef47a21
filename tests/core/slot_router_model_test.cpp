// Keeps the books beside slot_router, over random wants, returns and agents.

#include "core/slot_router.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace troupe::core {

namespace {

/// Each queue wants one kind of slot only, so that it is known which want a
/// grant is for; the first kinds have two queues.
constexpr uint32_t queue_count = 8;
constexpr uint32_t kind_count = 6;

std::shared_ptr<const demand> kind_of(uint32_t queue) {
  demand x;
  auto kind = queue % kind_count;
  x.capabilities = {kind == 1 ? "print" : "scan"};
  if (kind == 2)
    x.capabilities.emplace_back("print");
  if (kind >= 3)
    x.agent = "a";
  if (kind >= 4)
    x.wish = agent_wish::require;
  x.is_resuming = kind == 5;
  return std::make_shared<const demand>(x);
}

struct lender {
  agent_spec spec;
  /// Lent slots, by queue.
  std::vector<uint32_t> held = std::vector<uint32_t>(queue_count);
  bool is_draining = false;
  bool is_offline = false;
  bool is_gone = false;

  bool is_closed() const {
    return is_draining || is_offline;
  }

  uint32_t leased() const {
    return std::accumulate(held.begin(), held.end(), 0u);
  }

  bool lends_to(const demand& x) const {
    return !is_gone && (!is_closed() || x.is_resuming) && can_serve(spec, x);
  }
};

struct borrower {
  std::shared_ptr<const demand> what;
  uint32_t wanted = 0;
  int32_t priority = 0;
  /// Agents it got slots of in the last round.
  std::set<uint32_t> lent_by;
};

class slot_bookkeeper {
public:
  explicit slot_bookkeeper(uint32_t slots_max)
    : slots_max_(slots_max), router_(slots_max) {
    for (uint32_t q = 0; q < queue_count; ++q) {
      router_.add_queue(*rc::gen::element(routing_strategy::least_loaded,
                                          routing_strategy::round_robin,
                                          routing_strategy::sticky));
      queues_.push_back({kind_of(q), 0, 0, {}});
    }
  }

  void add_agent() {
    agent_spec spec;
    // Few ids, so that some come back.
    spec.id = *rc::gen::element<std::string>("a", "b", "c");
    const std::vector<std::string> capabilities{"scan", "print"};
    auto without = *rc::gen::inRange(0u, 3u);
    for (uint32_t i = 0; i < capabilities.size(); ++i)
      if (i != without)
        spec.capabilities.push_back(capabilities[i]);
    spec.max_concurrent = *rc::gen::inRange(1u, 6u);
    auto is_known = std::ranges::any_of(agents_, [&](const lender& x) {
      return !x.is_gone && x.spec.id == spec.id;
    });
    auto number = router_.add_agent(spec);
    RC_ASSERT(number.has_value() == !is_known);
    if (!number)
      return;
    RC_ASSERT(*number == agents_.size());
    agents_.emplace_back().spec = spec;
  }

  void want() {
    auto number = some_queue();
    auto& x = queues_[number];
    x.wanted = *rc::gen::element(0u, 1u, 2u, 4u, 16u);
    x.priority = *rc::gen::element(0, 50, 50, 100);
    router_.want(number, {{0, x.what, x.wanted, x.priority}});
  }

  void give_back() {
    auto agent = some_agent();
    if (!agent)
      return;
    auto queue = some_queue();
    auto& held = agents_[*agent].held[queue];
    auto count = *rc::gen::inRange(0u, 6u);
    // Of one that is gone it may return what is no longer its own.
    if (!agents_[*agent].is_gone)
      count = std::min(count, held);
    router_.give_back(queue, {{*agent, count}});
    held -= std::min(held, count);
  }

  void drain_agent() {
    if (auto number = some_agent()) {
      router_.drain_agent(*number, "leaves");
      auto& x = agents_[*number];
      x.is_draining = x.is_draining || !x.is_gone;
    }
  }

  void toggle_offline() {
    if (auto number = some_agent()) {
      auto& x = agents_[*number];
      auto is_news = router_.set_offline(*number, !x.is_offline, "hangs");
      RC_ASSERT(is_news == !x.is_gone);
      x.is_offline = x.is_offline != is_news;
    }
  }

  void drop_agent() {
    if (auto number = some_agent(); number && !agents_[*number].is_gone) {
      router_.drop_agent(*number);
      auto& x = agents_[*number];
      x.is_gone = true;
      std::ranges::fill(x.held, 0);
      leaving_.insert(*number);
    }
  }

  void allocate() {
    router_.allocate();
    auto actions = router_.take_actions();
    for (auto& x : queues_)
      x.lent_by.clear();
    for (auto& line : actions.lines)
      for (auto& x : line.grants)
        take(line.queue, x);
    for (auto& line : actions.lines)
      for (auto& x : line.recalls)
        check(line.queue, x);
    for (auto number : actions.drained)
      RC_ASSERT(agents_[number].is_draining);
    std::set<uint32_t> gone{actions.gone.begin(), actions.gone.end()};
    RC_ASSERT(gone == std::exchange(leaving_, {}));
    check_nothing_is_left();
    check_order();
    check_counts();
  }

private:
  static uint32_t some_queue() {
    return *rc::gen::inRange(0u, queue_count);
  }

  std::optional<uint32_t> some_agent() const {
    if (agents_.empty())
      return std::nullopt;
    return *rc::gen::inRange(0u, static_cast<uint32_t>(agents_.size()));
  }

  uint32_t held_by(uint32_t queue) const {
    uint32_t sum = 0;
    for (auto& x : agents_)
      sum += x.held[queue];
    return sum;
  }

  uint32_t leased() const {
    uint32_t sum = 0;
    for (auto& x : agents_)
      sum += x.leased();
    return sum;
  }

  void take(uint32_t queue, const slot_grant& grant) {
    auto& agent = agents_.at(grant.agent);
    auto& to = queues_[queue];
    RC_ASSERT(grant.count > 0u);
    RC_ASSERT(grant.count <= to.wanted);
    RC_ASSERT(grant.spec->id == agent.spec.id);
    RC_ASSERT(agent.lends_to(*to.what));
    RC_ASSERT(grant.is_draining == agent.is_closed());
    to.wanted -= grant.count;
    to.lent_by.insert(grant.agent);
    agent.held[queue] += grant.count;
    RC_ASSERT(agent.leased() <= agent.spec.max_concurrent);
  }

  /// Nobody is asked for more than it has, nor for what nobody else wants; and
  /// pressed only by who is more urgent, or as urgent and worse off.
  void check(uint32_t queue, const slot_recall& recall) const {
    auto& agent = agents_.at(recall.agent);
    RC_ASSERT(recall.count > 0u);
    // Decided when the agent began to drain, so it may be out of date here.
    RC_ASSERT(recall.is_draining == agent.is_closed() || agent.is_gone);
    if (recall.is_draining)
      return;
    RC_ASSERT(recall.count <= agent.held[queue]);
    auto& from = queues_[queue];
    auto is_justified = false;
    for (uint32_t q = 0; q < queue_count; ++q) {
      auto& x = queues_[q];
      if (q == queue || x.wanted == 0)
        continue;
      auto may_press = from.wanted > 0
                       && (from.priority < x.priority
                           || (from.priority == x.priority
                               && held_by(queue) > held_by(q) + 1));
      is_justified = is_justified || may_press == recall.is_pressing;
    }
    RC_ASSERT(is_justified);
  }

  void check_nothing_is_left() const {
    if (slots_max_ > 0 && leased() == slots_max_)
      return;
    for (auto& x : queues_)
      for (auto& agent : agents_)
        if (x.wanted > 0 && agent.lends_to(*x.what))
          RC_ASSERT(agent.leased() == agent.spec.max_concurrent);
  }

  /// Nobody got in this round what somebody with a better right still wants.
  void check_order() const {
    for (uint32_t q = 0; q < queue_count; ++q) {
      for (uint32_t r = 0; r < queue_count; ++r) {
        auto& lucky = queues_[q];
        auto& other = queues_[r];
        if (other.wanted == 0 || lucky.lent_by.empty())
          continue;
        auto is_of_use = [&](uint32_t agent) {
          return agents_[agent].lends_to(*other.what);
        };
        if (std::ranges::any_of(lucky.lent_by, is_of_use))
          RC_ASSERT(lucky.priority >= other.priority);
        if (lucky.priority == other.priority
            && std::ranges::all_of(lucky.lent_by, is_of_use))
          RC_ASSERT(held_by(q) <= held_by(r) + 1);
      }
    }
  }

  void check_counts() const {
    auto infos = router_.agents();
    auto info = infos.begin();
    for (auto& x : agents_) {
      if (x.is_gone)
        continue;
      RC_ASSERT(info != infos.end());
      RC_ASSERT(info->spec.id == x.spec.id);
      RC_ASSERT(info->leased == x.leased());
      RC_ASSERT((info->status == agent_status::offline) == x.is_closed());
      ++info;
    }
    RC_ASSERT(info == infos.end());
    if (slots_max_ > 0)
      RC_ASSERT(leased() <= slots_max_);
  }

  uint32_t slots_max_;
  slot_router router_;
  std::vector<lender> agents_;
  std::vector<borrower> queues_;
  std::set<uint32_t> leaving_;
};

void live_with_slots(uint32_t slots_max) {
  slot_bookkeeper books{slots_max};
  for (auto steps = *rc::gen::inRange(0, 120); steps > 0; --steps) {
    // Several changes may come before the router's turn.
    for (auto changes = *rc::gen::inRange(1, 5); changes > 0; --changes) {
      auto what = *rc::gen::weightedElement<int>(
        {{6, 0}, {6, 1}, {3, 2}, {1, 3}, {1, 4}, {2, 5}});
      if (what == 0)
        books.want();
      else if (what == 1)
        books.give_back();
      else if (what == 2)
        books.add_agent();
      else if (what == 3)
        books.drain_agent();
      else if (what == 4)
        books.drop_agent();
      else
        books.toggle_offline();
    }
    books.allocate();
  }
}

} // namespace

TEST(slot_router_model_test, lends_all_there_is_in_order_and_no_more) {
  EXPECT_TRUE(rc::check([] { live_with_slots(0); }));
}

TEST(slot_router_model_test, lends_no_more_than_its_bound) {
  EXPECT_TRUE(rc::check([] { live_with_slots(*rc::gen::inRange(1u, 8u)); }));
}

} // namespace troupe::core
