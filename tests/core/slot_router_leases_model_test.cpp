// Keeps the books of amounts beside slot_router.

#include "core/slot_router.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace troupe::core {

namespace {

struct known_lease {
  uint32_t queue = 0;
  uint32_t agent = 0;
  resource_amounts amounts;
  bool has_slot = true;
};

/// Sees to it that nothing is lent twice.
class lease_bookkeeper {
public:
  static constexpr uint32_t queue_count = 4;

  lease_bookkeeper() {
    for (uint32_t q = 0; q < queue_count; ++q) {
      router_.add_queue(routing_strategy::least_loaded);
      demand x;
      x.capabilities = {"scan"};
      if (q > 0)
        x.resources = {{"cpu", static_cast<double>(q)}};
      if (q == 2)
        x.resources.push_back({"gpu", 1});
      demands_.push_back(std::make_shared<const demand>(x));
    }
    for (auto* id : {"a", "b"}) {
      agent_spec spec{.id = id, .capabilities = {"scan"}};
      spec.max_concurrent = *rc::gen::inRange(1u, 5u);
      spec.resources = {{"cpu", *rc::gen::inRange(1, 6) * 1.0}};
      if (*rc::gen::arbitrary<bool>())
        spec.resources.push_back({"gpu", 1});
      router_.add_agent(spec);
      agents_.push_back(spec);
    }
  }

  void want() {
    auto queue = *rc::gen::inRange(0u, queue_count);
    wanted_[queue] = *rc::gen::inRange(0u, 4u);
    priorities_[queue] = *rc::gen::element(50, 50, 90);
    router_.want(queue,
                 {{0, demands_[queue], wanted_[queue], priorities_[queue]}});
  }

  void give_back() {
    if (leases_.empty())
      return;
    auto i = std::next(leases_.begin(),
                       *rc::gen::inRange<std::ptrdiff_t>(
                         0, static_cast<std::ptrdiff_t>(leases_.size())));
    auto is_whole = *rc::gen::inRange(0, 3) > 0;
    router_.give_back_leases(i->second.queue,
                             std::vector{lease_return{i->first, is_whole}});
    i->second.has_slot = false;
    if (is_whole)
      leases_.erase(i);
  }

  void give_back_plain() {
    auto agent = *rc::gen::inRange(0u, 2u);
    if (plain_[agent] == 0)
      return;
    router_.give_back(0, std::vector{slot_count{agent, 1}});
    --plain_[agent];
  }

  void allocate() {
    router_.allocate();
    for (auto& line : router_.take_actions().lines) {
      for (auto& x : line.grants) {
        RC_ASSERT(wanted_[line.queue] >= x.count);
        wanted_[line.queue] -= x.count;
        RC_ASSERT((x.lease == 0) == (line.queue == 0));
        if (x.lease == 0)
          plain_[x.agent] += x.count;
        else
          RC_ASSERT(
            leases_
              .emplace(x.lease,
                       known_lease{line.queue, x.agent,
                                   demands_[line.queue]->resources, true})
              .second);
      }
    }
    for (uint32_t agent = 0; agent < 2; ++agent) {
      RC_ASSERT(slots_of(agent) <= agents_[agent].max_concurrent);
      for (auto& x : agents_[agent].resources)
        RC_ASSERT(used(agent, x.name) <= x.amount);
    }
    check_nothing_is_left();
  }

  /// All that is wanted is served when all that runs ends, however much of
  /// what is as urgent keeps coming.
  void check_that_nobody_starves() {
    auto big = *rc::gen::inRange(1u, queue_count);
    auto can_be_served = std::ranges::any_of(agents_, [&](auto& x) {
      return can_serve(x, *demands_[big]);
    });
    if (!can_be_served)
      return;
    while (!leases_.empty()) {
      router_.give_back_leases(
        leases_.begin()->second.queue,
        std::vector{lease_return{leases_.begin()->first}});
      leases_.erase(leases_.begin());
    }
    auto is_served = false;
    for (int round = 0; round < 100 && !is_served; ++round) {
      for (uint32_t q = 0; q < queue_count; ++q) {
        auto count = q == big ? 1u : 4u;
        wanted_[q] = count;
        priorities_[q] = 50;
        router_.want(q, {{0, demands_[q], count, 50}});
      }
      auto before = leases_.size();
      allocate();
      is_served = wanted_[big] == 0 && leases_.size() > before;
      // The oldest one ends.
      if (!leases_.empty()) {
        router_.give_back_leases(
          leases_.begin()->second.queue,
          std::vector{lease_return{leases_.begin()->first}});
        leases_.erase(leases_.begin());
      }
      for (uint32_t agent = 0; agent < 2; ++agent)
        if (plain_[agent] > 0) {
          router_.give_back(0, std::vector{slot_count{agent, 1}});
          --plain_[agent];
        }
    }
    RC_ASSERT(is_served);
  }

private:
  uint32_t slots_of(uint32_t agent) const {
    auto sum = plain_[agent];
    for (auto& [id, x] : leases_)
      sum += x.agent == agent && x.has_slot;
    return sum;
  }

  double used(uint32_t agent, const std::string& name) const {
    double sum = 0;
    for (auto& [id, x] : leases_)
      if (x.agent == agent)
        sum += amount_of(x.amounts, name);
    return sum;
  }

  bool is_free(uint32_t agent, uint32_t queue) const {
    auto& needed = demands_[queue]->resources;
    return slots_of(agent) < agents_[agent].max_concurrent
           && can_serve(agents_[agent], *demands_[queue])
           && std::ranges::all_of(needed, [&](auto& x) {
                return used(agent, x.name) + x.amount
                       <= amount_of(agents_[agent].resources, x.name);
              });
  }

  /// Who could be served and is not stands back for another one.
  void check_nothing_is_left() const {
    for (uint32_t q = 0; q < queue_count; ++q) {
      if (wanted_[q] == 0)
        continue;
      for (uint32_t agent = 0; agent < 2; ++agent) {
        if (!is_free(agent, q))
          continue;
        RC_ASSERT(q > 0u);
        auto stands_back = false;
        for (uint32_t other = 1; other < queue_count; ++other)
          stands_back = stands_back
                        || (other != q && wanted_[other] > 0
                            && priorities_[other] >= priorities_[q]
                            && can_serve(agents_[agent], *demands_[other]));
        RC_ASSERT(stands_back);
      }
    }
  }

  slot_router router_;
  std::vector<std::shared_ptr<const demand>> demands_;
  std::vector<agent_spec> agents_;
  std::vector<uint32_t> wanted_ = std::vector<uint32_t>(queue_count);
  std::vector<int32_t> priorities_ = std::vector<int32_t>(queue_count);
  std::vector<uint32_t> plain_ = std::vector<uint32_t>(2);
  std::map<uint64_t, known_lease> leases_;
};

} // namespace

TEST(slot_router_leases_model_test, lends_no_more_than_there_is_and_all_of_it) {
  EXPECT_TRUE(rc::check([] {
    lease_bookkeeper books;
    for (auto steps = *rc::gen::inRange(0, 100); steps > 0; --steps) {
      auto what = *rc::gen::inRange(0, 6);
      if (what < 3)
        books.want();
      else if (what < 5)
        books.give_back();
      else
        books.give_back_plain();
      books.allocate();
    }
    books.check_that_nobody_starves();
  }));
}

} // namespace troupe::core
