#pragma once

#include "core/slot_router.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace troupe::core {

using lines = std::vector<std::string>;

inline demand needs(std::vector<std::string> capabilities) {
  demand x;
  x.capabilities = std::move(capabilities);
  return x;
}

inline demand needs_on(std::string agent, agent_wish wish) {
  auto x = needs({"scan"});
  x.agent = std::move(agent);
  x.wish = wish;
  return x;
}

/// A router, and what it decides in words.
class slot_router_fixture : public testing::Test {
protected:
  uint32_t add_agent(const std::string& id, uint32_t slots,
                     std::vector<std::string> capabilities = {"scan"}) {
    return router
      .add_agent({.id = id,
                  .capabilities = std::move(capabilities),
                  .max_concurrent = slots})
      .value();
  }

  uint32_t
  add_queue(routing_strategy routing = routing_strategy::least_loaded) {
    return router.add_queue(routing);
  }

  void want(uint32_t queue, uint32_t count, int32_t priority = 50,
            demand what = needs({"scan"}), uint32_t demand_class = 0) {
    router.want(queue,
                {{demand_class, std::make_shared<const demand>(std::move(what)),
                  count, priority}});
  }

  void take_back(uint32_t queue, uint32_t agent, uint32_t count) {
    router.give_back(queue, {{agent, count}});
  }

  /// All that it decides now, a line per decision.
  lines decided() {
    auto result = lent();
    for (auto& x : last.lines) {
      for (auto& recall : x.recalls) {
        auto* verb = recall.is_draining   ? "is to leave"
                     : recall.is_pressing ? "owes"
                                          : "is asked for";
        result.push_back(fmt::format("queue {} {} {} of agent {}", x.queue,
                                     verb, recall.count, recall.agent));
      }
      for (auto answered : x.answered)
        result.push_back(
          fmt::format("queue {} is answered on {}", x.queue, answered));
    }
    std::ranges::sort(result);
    return result;
  }

  /// What it lends now.
  lines lent() {
    router.allocate();
    last = router.take_actions();
    lines result;
    for (auto& x : last.lines)
      for (auto& grant : x.grants)
        result.push_back(fmt::format("queue {} gets {} of {}", x.queue,
                                     grant.count, grant.spec->id));
    std::ranges::sort(result);
    return result;
  }

  /// The agent of the one slot that is lent next to a queue that wants it.
  std::string next_agent(uint32_t queue) {
    want(queue, 1);
    router.allocate();
    last = router.take_actions();
    if (last.lines.size() != 1 || last.lines[0].grants.size() != 1)
      return "none";
    return last.lines[0].grants[0].spec->id;
  }

  agent_info agent(const std::string& id) const {
    for (auto& x : router.agents())
      if (x.spec.id == id)
        return x;
    ADD_FAILURE() << "no agent " << id;
    return {};
  }

  uint32_t leased(const std::string& id) const {
    return agent(id).leased;
  }

  slot_router router;
  router_actions last;
};

} // namespace troupe::core
