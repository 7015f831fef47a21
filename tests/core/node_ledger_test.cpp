#include "core/node_ledger.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace troupe::core {

namespace {

using live = live_attempt::state;
/// Who is to hear of an attempt; 0 = nobody has asked for it.
using named_ledger = node_ledger<int>;

task_spec_ptr ledger_task(uint64_t id, std::string queue = "default") {
  task_spec spec;
  spec.id = {1, id};
  spec.queue = std::move(queue);
  return std::make_shared<const task_spec>(std::move(spec));
}

attempt_key ledger_key(uint64_t id, uint32_t number = 1) {
  return {{1, id}, number};
}

template <class Pairs>
std::map<attempt_key, int> by_key(const Pairs& pairs) {
  return {pairs.begin(), pairs.end()};
}

} // namespace

TEST(node_ledger_test, knows_what_it_has_given_to_whom) {
  named_ledger ledger;
  ledger.start(1, ledger_task(1), 1, 10);
  ledger.start(1, ledger_task(2), 3, 20);
  ledger.start(2, ledger_task(3), 1, 10);
  EXPECT_EQ(ledger.size(), 3u);
  EXPECT_EQ(ledger.load(1), 2u);
  EXPECT_EQ(ledger.load(2), 1u);
  EXPECT_EQ(ledger.load(3), 0u);
  auto* known = ledger.find(ledger_key(2, 3));
  ASSERT_NE(known, nullptr);
  EXPECT_EQ(known->agent, 1u);
  EXPECT_EQ(known->sink, 20);
  EXPECT_EQ(known->at, live::running);
  EXPECT_EQ(ledger.find(ledger_key(2, 1)), nullptr);
  auto on_first = ledger.attempts_on(1);
  std::ranges::sort(on_first);
  EXPECT_EQ(on_first, (std::vector{ledger_key(1), ledger_key(2, 3)}));
}

TEST(node_ledger_test, forgets_what_has_ended_once) {
  named_ledger ledger;
  ledger.start(1, ledger_task(1), 1, 10);
  EXPECT_TRUE(ledger.end(ledger_key(1)));
  EXPECT_FALSE(ledger.end(ledger_key(1)));
  EXPECT_EQ(ledger.load(1), 0u);
  EXPECT_EQ(ledger.size(), 0u);
}

TEST(node_ledger_test, counts_one_that_goes_on_once) {
  named_ledger ledger;
  ledger.start(1, ledger_task(1), 1, 10);
  ledger.find(ledger_key(1))->at = live::unparking;
  ledger.start(1, ledger_task(1), 1, 11);
  EXPECT_EQ(ledger.load(1), 1u);
  EXPECT_EQ(ledger.find(ledger_key(1))->at, live::running);
  EXPECT_EQ(ledger.find(ledger_key(1))->sink, 11);
}

TEST(node_ledger_test, drops_an_agent_with_all_it_has) {
  named_ledger ledger;
  ledger.start(1, ledger_task(1), 1, 10);
  ledger.start(2, ledger_task(2), 1, 10);
  ledger.drop_agent(1);
  EXPECT_EQ(ledger.find(ledger_key(1)), nullptr);
  EXPECT_NE(ledger.find(ledger_key(2)), nullptr);
  EXPECT_EQ(ledger.load(1), 0u);
  EXPECT_EQ(ledger.load(2), 1u);
}

TEST(node_ledger_test, gives_a_new_queue_what_is_there_of_it) {
  named_ledger ledger;
  ledger.start(1, ledger_task(1, "a"), 2, 10);
  ledger.start(1, ledger_task(2, "b"), 1, 20);
  ledger.start(2, ledger_task(3, "a"), 1, 10);
  ledger.find(ledger_key(1, 2))->at = live::parked;
  ledger.find(ledger_key(1, 2))->is_paused = true;
  auto adopted = ledger.adopt(1, "a", 11);
  ASSERT_EQ(adopted.size(), 1u);
  EXPECT_EQ(adopted[0].key(), ledger_key(1, 2));
  EXPECT_EQ(adopted[0].at, live::parked);
  EXPECT_TRUE(adopted[0].is_paused);
  EXPECT_EQ(ledger.find(ledger_key(1, 2))->sink, 11);
  EXPECT_EQ(ledger.find(ledger_key(2))->sink, 20);
  EXPECT_EQ(ledger.find(ledger_key(3))->sink, 10);
}

TEST(node_ledger_test, presumes_once) {
  named_ledger ledger;
  ledger.presume(1, ledger_task(1), 1);
  ledger.presume(1, ledger_task(1), 1);
  EXPECT_EQ(ledger.load(1), 1u);
  EXPECT_EQ(ledger.find(ledger_key(1))->sink, 0);
}

TEST(node_ledger_test, loses_what_nobody_claims) {
  named_ledger ledger;
  ledger.presume(1, ledger_task(1), 1);
  ledger.presume(1, ledger_task(2), 1);
  ledger.adopt(1, "default", 10);
  auto difference
    = ledger.reconcile({{1, ledger_key(2), live::running, false}});
  EXPECT_EQ(by_key(difference.lost),
            (std::map<attempt_key, int>{{ledger_key(1), 10}}));
  EXPECT_TRUE(difference.unwanted.empty());
  EXPECT_EQ(ledger.load(1), 1u);
  EXPECT_EQ(ledger.find(ledger_key(1)), nullptr);
}

TEST(node_ledger_test, does_not_want_what_it_did_not_give) {
  named_ledger ledger;
  ledger.presume(1, ledger_task(1), 2);
  // Another attempt, another task, and one on another agent.
  auto difference
    = ledger.reconcile({{1, ledger_key(1), live::running, false},
                        {1, ledger_key(9), live::running, false},
                        {2, ledger_key(1, 2), live::running, false}});
  EXPECT_EQ(difference.unwanted.size(), 3u);
  EXPECT_EQ(difference.lost.size(), 1u);
  EXPECT_EQ(ledger.size(), 0u);
}

TEST(node_ledger_test, one_that_has_ended_there_is_not_lost) {
  named_ledger ledger;
  ledger.presume(1, ledger_task(1), 1);
  auto difference
    = ledger.reconcile({{0, ledger_key(1), live::running, false}});
  EXPECT_TRUE(difference.lost.empty());
  EXPECT_TRUE(difference.unwanted.empty());
  EXPECT_TRUE(ledger.end(ledger_key(1)));
}

TEST(node_ledger_test, tells_who_waits_for_others) {
  named_ledger ledger;
  for (uint64_t i = 1; i <= 3; ++i)
    ledger.presume(1, ledger_task(i), 1);
  ledger.adopt(1, "default", 10);
  auto difference
    = ledger.reconcile({{1, ledger_key(1), live::parked, false},
                        {1, ledger_key(2), live::unparking, true},
                        {1, ledger_key(3), live::running, false}});
  EXPECT_EQ(by_key(difference.parked),
            (std::map<attempt_key, int>{{ledger_key(1), 10}}));
  EXPECT_EQ(by_key(difference.unparking),
            (std::map<attempt_key, int>{{ledger_key(2), 10}}));
  EXPECT_TRUE(ledger.find(ledger_key(2))->is_paused);
  EXPECT_EQ(ledger.find(ledger_key(2))->at, live::unparking);
  // Said once.
  difference = ledger.reconcile({{1, ledger_key(1), live::parked, false}});
  EXPECT_TRUE(difference.parked.empty());
}

// Against a model that says which attempts there are, in the plainest way.
TEST(node_ledger_test, is_what_a_plain_list_would_be) {
  EXPECT_TRUE(rc::check([] {
    named_ledger ledger;
    std::map<attempt_key, std::pair<uint32_t, int>> model;
    for (auto steps = *rc::gen::inRange(0, 60); steps > 0; --steps) {
      auto id = *rc::gen::inRange<uint64_t>(1, 6);
      auto number = *rc::gen::inRange<uint32_t>(1, 3);
      auto agent = static_cast<uint32_t>(1 + (id + number) % 3);
      auto key = ledger_key(id, number);
      switch (*rc::gen::inRange(0, 6)) {
        case 0:
        case 1: {
          auto sink = *rc::gen::inRange(1, 4);
          ledger.start(agent, ledger_task(id), number, sink);
          model[key] = {agent, sink};
          break;
        }
        case 2:
          ledger.presume(agent, ledger_task(id), number);
          model.try_emplace(key, agent, 0);
          break;
        case 3:
          RC_ASSERT(ledger.end(key) == (model.erase(key) > 0));
          break;
        case 4:
          ledger.drop_agent(agent);
          std::erase_if(model,
                        [&](auto& x) { return x.second.first == agent; });
          break;
        default: {
          std::vector<named_ledger::claim> claims;
          std::set<attempt_key> claimed;
          for (auto n = *rc::gen::inRange(0, 5); n > 0; --n) {
            auto other = *rc::gen::inRange<uint64_t>(1, 6);
            if (claimed.insert(ledger_key(other)).second)
              claims.push_back({static_cast<uint32_t>(1 + (other + 1) % 3),
                                ledger_key(other), live::running, false});
          }
          auto difference = ledger.reconcile(claims);
          for (auto& x : difference.unwanted)
            RC_ASSERT(!model.contains(x.key));
          std::map<attempt_key, int> lost;
          for (auto& [known, x] : model)
            if (!claimed.contains(known))
              lost.emplace(known, x.second);
          RC_ASSERT(by_key(difference.lost) == lost);
          for (auto& [known, sink] : lost)
            model.erase(known);
        }
      }
      RC_ASSERT(ledger.size() == model.size());
      std::map<uint32_t, uint32_t> load;
      for (auto& [known, x] : model) {
        ++load[x.first];
        RC_ASSERT(ledger.find(known) != nullptr);
        RC_ASSERT(ledger.find(known)->sink == x.second);
      }
      for (uint32_t i = 1; i <= 3; ++i)
        RC_ASSERT(ledger.load(i) == load[i]);
    }
  }));
}

} // namespace troupe::core
