// Keeps the books of nodes beside slot_router.

#include "core/slot_router.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace troupe::core {

namespace {

struct lent_slot {
  uint32_t queue = 0;
  uint32_t agent = 0;
  uint64_t lease = 0;
  bool has_slot = true;
};

label_map random_labels() {
  label_map result;
  for (auto* key : {"zone", "gpu"})
    if (*rc::gen::arbitrary<bool>())
      result[key] = *rc::gen::element<std::string>("a", "b");
  return result;
}

resource_amounts random_amounts(int least) {
  resource_amounts result;
  for (auto* name : {"cpu", "gb"})
    if (*rc::gen::inRange(0, 3) == 0)
      result.push_back({name, *rc::gen::inRange(least, 5) * 1.0});
  return result;
}

std::vector<label_rule> random_rules() {
  std::vector<label_rule> result;
  for (auto count = *rc::gen::inRange(0, 3); count > 0; --count) {
    label_rule rule{*rc::gen::element<std::string>("zone", "gpu", "node"),
                    *rc::gen::element(label_test::is, label_test::is_not,
                                      label_test::exists,
                                      label_test::is_missing),
                    {}};
    if (rule.test == label_test::is || rule.test == label_test::is_not)
      rule.values = {rule.key == "node" ? "n1" : "a"};
    result.push_back(std::move(rule));
  }
  return result;
}

/// A fleet, what is lent of it, and whether that may be.
class fleet_bookkeeper {
public:
  static constexpr uint32_t node_count = 3;
  static constexpr uint32_t queue_count = 4;

  explicit fleet_bookkeeper(routing_strategy routing) : routing_(routing) {
    for (uint32_t n = 0; n < node_count; ++n) {
      // The first is the manager's own.
      node_spec node{n == 0 ? "" : "n" + std::to_string(n), {}, {}};
      if (n > 0) {
        node.labels = random_labels();
        node.resources = random_amounts(1);
        RC_ASSERT(router_.set_node(node));
      }
      nodes_.push_back(node);
    }
    for (auto count = *rc::gen::inRange(1, 7); count > 0; --count)
      add_agent();
    for (uint32_t q = 0; q < queue_count; ++q) {
      router_.add_queue(routing);
      demand x;
      x.capabilities = {"scan"};
      // Three with rules; the last also with none, so that much is lent.
      if (q > 0)
        x.placement = placement{random_rules(), random_rules()};
      if (q > 1)
        x.resources = random_amounts(1);
      demands_.push_back(std::make_shared<const demand>(x));
    }
  }

  void add_agent() {
    agent_spec spec;
    spec.id = "agent-" + std::to_string(agents_.size());
    spec.capabilities = {"scan"};
    spec.max_concurrent = *rc::gen::inRange(1u, 4u);
    spec.labels = random_labels();
    spec.resources = random_amounts(1);
    spec.node = nodes_[*rc::gen::inRange(0u, node_count)].name;
    auto number = router_.add_agent(spec);
    RC_ASSERT(number == agents_.size());
    agents_.push_back(std::move(spec));
    is_gone_.push_back(false);
  }

  void drop_agent() {
    auto agent = *rc::gen::inRange<size_t>(0, agents_.size());
    router_.drop_agent(static_cast<uint32_t>(agent));
    is_gone_[agent] = true;
    std::erase_if(lent_, [&](auto& x) { return x.agent == agent; });
  }

  void want() {
    auto queue = *rc::gen::inRange(0u, queue_count);
    wanted_[queue] = *rc::gen::inRange(0u, 5u);
    router_.want(
      queue, {{0, demands_[queue], wanted_[queue], *rc::gen::inRange(0, 3)}});
  }

  void give_back() {
    if (lent_.empty())
      return;
    auto i = std::next(lent_.begin(),
                       *rc::gen::inRange<std::ptrdiff_t>(
                         0, static_cast<std::ptrdiff_t>(lent_.size())));
    if (i->lease == 0) {
      router_.give_back(i->queue, std::vector{slot_count{i->agent, 1}});
      lent_.erase(i);
      return;
    }
    auto is_whole = *rc::gen::inRange(0, 3) > 0;
    router_.give_back_leases(i->queue,
                             std::vector{lease_return{i->lease, is_whole}});
    i->has_slot = false;
    if (is_whole)
      lent_.erase(i);
  }

  /// The router is another one, which is told what there is.
  void restart() {
    router_.restart();
    std::ranges::fill(wanted_, 0u);
    for (uint32_t q = 0; q < queue_count; ++q) {
      std::map<uint32_t, uint32_t> held;
      for (auto& x : lent_)
        if (x.queue == q && x.lease == 0)
          ++held[x.agent];
      std::vector<slot_count> slots;
      for (auto& [agent, count] : held)
        slots.push_back({agent, count});
      router_.set_held(q, slots);
      for (auto& x : lent_)
        if (x.queue == q && x.lease != 0)
          x.lease = router_.set_leased(q, x.agent, demands_[q]->resources,
                                       x.has_slot);
    }
    router_.restarted();
  }

  /// Every decision is looked at by itself: one slot is wanted at a time.
  void lend_one() {
    auto queue = *rc::gen::inRange(0u, queue_count);
    for (uint32_t q = 0; q < queue_count; ++q)
      router_.want(q, {{0, demands_[q], q == queue ? 1u : 0u, 1}});
    std::ranges::fill(wanted_, 0u);
    wanted_[queue] = 1;
    auto able = free_for(queue);
    auto before = lent_.size();
    allocate();
    RC_ASSERT((lent_.size() > before) == !able.empty());
    if (able.empty())
      return;
    auto taken = lent_.back().agent;
    lent_.pop_back();
    check_wishes(queue, taken, able);
    check_nodes(queue, taken, able);
    lent_.push_back(last_);
  }

  void allocate() {
    router_.allocate();
    for (auto& line : router_.take_actions().lines) {
      for (auto& x : line.grants) {
        RC_ASSERT(wanted_[line.queue] >= x.count);
        wanted_[line.queue] -= x.count;
        for (uint32_t i = 0; i < x.count; ++i)
          lent_.push_back(last_ = {line.queue, x.agent, x.lease, true});
        // What the queue decides by is what the router has decided by.
        RC_ASSERT(x.spec->labels == labels_of(x.agent));
      }
    }
    check_books();
  }

private:
  const node_spec& node_of(uint32_t agent) const {
    return *std::ranges::find(nodes_, agents_[agent].node, &node_spec::name);
  }

  label_map labels_of(uint32_t agent) const {
    auto labels = agents_[agent].labels;
    auto& node = node_of(agent);
    for (auto& [key, value] : node.labels)
      labels.try_emplace(key, value);
    if (!node.name.empty())
      labels["node"] = node.name;
    return labels;
  }

  uint32_t slots_of(uint32_t agent) const {
    return static_cast<uint32_t>(std::ranges::count_if(lent_, [&](auto& x) {
      return x.agent == agent && x.has_slot;
    }));
  }

  double used_of_agent(uint32_t agent, const std::string& name) const {
    double sum = 0;
    for (auto& x : lent_)
      if (x.agent == agent)
        sum += amount_of(demands_[x.queue]->resources, name);
    return sum;
  }

  double used_of_node(const std::string& node, const std::string& name) const {
    double sum = 0;
    for (auto& x : lent_)
      if (agents_[x.agent].node == node)
        sum += amount_of(demands_[x.queue]->resources, name);
    return sum;
  }

  static bool names(const resource_amounts& all, const std::string& name) {
    return std::ranges::find(all, name, &resource_amount::name) != all.end();
  }

  /// Has one that may be lent to it.
  bool is_able(uint32_t agent, uint32_t queue) const {
    auto& what = *demands_[queue];
    auto& spec = agents_[agent];
    auto& node = node_of(agent);
    if (is_gone_[agent] || slots_of(agent) >= spec.max_concurrent
        || !allows(*what.placement, labels_of(agent)))
      return false;
    return std::ranges::all_of(what.resources, [&](auto& part) {
      auto is_own = names(spec.resources, part.name);
      auto is_shared = names(node.resources, part.name);
      auto fits_agent = used_of_agent(agent, part.name) + part.amount
                        <= amount_of(spec.resources, part.name);
      auto fits_node = used_of_node(spec.node, part.name) + part.amount
                       <= amount_of(node.resources, part.name);
      return (is_own || is_shared) && (!is_own || fits_agent)
             && (!is_shared || fits_node);
    });
  }

  std::vector<uint32_t> free_for(uint32_t queue) const {
    std::vector<uint32_t> result;
    for (uint32_t agent = 0; agent < agents_.size(); ++agent)
      if (is_able(agent, queue))
        result.push_back(agent);
    return result;
  }

  size_t met(uint32_t queue, uint32_t agent) const {
    return wishes_met(*demands_[queue]->placement, labels_of(agent));
  }

  void check_wishes(uint32_t queue, uint32_t taken,
                    const std::vector<uint32_t>& able) const {
    RC_ASSERT(std::ranges::find(able, taken) != able.end());
    for (auto agent : able)
      RC_ASSERT(met(queue, agent) <= met(queue, taken));
  }

  /// Lent of all that the node's agents have, before the last one.
  double share_of(const std::string& node) const {
    double slots = 0;
    double lent = 0;
    for (uint32_t agent = 0; agent < agents_.size(); ++agent)
      if (!is_gone_[agent] && agents_[agent].node == node) {
        slots += agents_[agent].max_concurrent;
        lent += slots_of(agent);
      }
    return lent / slots;
  }

  void check_nodes(uint32_t queue, uint32_t taken,
                   const std::vector<uint32_t>& able) const {
    auto share = share_of(agents_[taken].node);
    constexpr auto rounding = 1e-9;
    for (auto agent : able) {
      if (met(queue, agent) < met(queue, taken))
        continue;
      auto other = share_of(agents_[agent].node);
      if (routing_ == routing_strategy::spread)
        RC_ASSERT(share <= other + rounding);
      else
        RC_ASSERT(share >= other - rounding);
    }
  }

  void check_books() const {
    for (uint32_t agent = 0; agent < agents_.size(); ++agent) {
      RC_ASSERT(slots_of(agent) <= agents_[agent].max_concurrent);
      for (auto& x : agents_[agent].resources)
        RC_ASSERT(used_of_agent(agent, x.name) <= x.amount);
    }
    for (auto& node : nodes_)
      for (auto& x : node.resources)
        RC_ASSERT(used_of_node(node.name, x.name) <= x.amount);
    for (auto& x : lent_)
      RC_ASSERT(allows(*demands_[x.queue]->placement, labels_of(x.agent)));
  }

  routing_strategy routing_;
  slot_router router_;
  std::vector<node_spec> nodes_;
  std::vector<agent_spec> agents_;
  std::vector<bool> is_gone_;
  std::vector<std::shared_ptr<const demand>> demands_;
  std::vector<uint32_t> wanted_ = std::vector<uint32_t>(queue_count);
  std::vector<lent_slot> lent_;
  lent_slot last_;
};

void live_with_fleet(routing_strategy routing) {
  fleet_bookkeeper books{routing};
  for (auto steps = *rc::gen::inRange(0, 100); steps > 0; --steps) {
    using member = void (fleet_bookkeeper::*)();
    auto change = *rc::gen::weightedElement<member>({
      {4, &fleet_bookkeeper::want},
      {6, &fleet_bookkeeper::give_back},
      {6, &fleet_bookkeeper::lend_one},
      {1, &fleet_bookkeeper::add_agent},
      {1, &fleet_bookkeeper::drop_agent},
      {1, &fleet_bookkeeper::restart},
    });
    (books.*change)();
    books.allocate();
  }
}

} // namespace

TEST(slot_router_nodes_model_test, keeps_to_labels_amounts_and_even_nodes) {
  EXPECT_TRUE(rc::check([] { live_with_fleet(routing_strategy::spread); }));
}

TEST(slot_router_nodes_model_test, keeps_to_labels_amounts_and_full_nodes) {
  EXPECT_TRUE(rc::check([] { live_with_fleet(routing_strategy::pack); }));
}

// The same counted: of nodes that are alike, with nothing but tasks that any
// agent can do, none has two slots lent more than another.
TEST(slot_router_nodes_model_test, spreads_evenly_over_nodes_that_are_alike) {
  EXPECT_TRUE(rc::check([] {
    slot_router router;
    auto nodes = *rc::gen::inRange(1u, 6u);
    auto agents = *rc::gen::inRange(1u, 4u);
    auto slots = *rc::gen::inRange(1u, 4u);
    for (uint32_t n = 0; n < nodes; ++n) {
      auto name = "n" + std::to_string(n);
      RC_ASSERT(router.set_node({name, {}, {}}));
      for (uint32_t a = 0; a < agents; ++a) {
        agent_spec spec{.id = name + "-" + std::to_string(a),
                        .capabilities = {"scan"},
                        .max_concurrent = slots};
        spec.node = name;
        RC_ASSERT(router.add_agent(spec).has_value());
      }
    }
    router.add_queue(routing_strategy::spread);
    demand x;
    x.capabilities = {"scan"};
    auto wanted = *rc::gen::inRange(1u, nodes * agents * slots + 2);
    router.want(0, {{0, std::make_shared<const demand>(x), wanted, 50}});
    router.allocate();
    std::map<std::string, uint32_t> of_node;
    std::map<std::string, uint32_t> of_agent;
    for (auto& agent : router.agents()) {
      of_node[agent.spec.node] += agent.leased;
      of_agent[agent.spec.id] = agent.leased;
    }
    auto difference = [](auto& counts) {
      auto [least, most] = std::ranges::minmax_element(
        counts, {}, [](auto& count) { return count.second; });
      return most->second - least->second;
    };
    RC_ASSERT(difference(of_node) <= 1u);
    RC_ASSERT(difference(of_agent) <= 1u);
  }));
}

} // namespace troupe::core
