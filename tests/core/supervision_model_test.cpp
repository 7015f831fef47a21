// Children that die, quit and dawdle at random under each strategy: what runs
// is what should run, in an order that a dependent can rely on.

#include "core/supervision.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

/// Carries out what the supervision decides, some time later.
class nursery {
public:
  explicit nursery(restart_strategy strategy)
    : strategy_(strategy), x_(strategy, {1'000'000, 5s}) {
    for (auto i = *rc::gen::inRange(1, 6); i > 0; --i) {
      auto type = static_cast<restart_type>(*rc::gen::inRange(0, 3));
      auto number = x_.add({.id = "child", .restart = type}, false, now_);
      types_[number] = type;
    }
    obey();
  }

  void live(int steps) {
    for (; steps > 0; --steps) {
      now_ += 1s;
      if (!dying_.empty() && *rc::gen::inRange(0, 2) == 0)
        bury();
      else if (!alive_.empty())
        lose(*rc::gen::elementOf(alive_), *rc::gen::inRange(0, 2) == 0);
      x_.expire(now_);
      obey();
    }
    while (!dying_.empty()) {
      bury();
      obey();
    }
  }

  /// Everything runs that is not allowed to be down.
  void check_alive() const {
    for (auto& [number, type] : types_) {
      auto runs = std::ranges::find(alive_, number) != alive_.end();
      RC_ASSERT(runs == (x_.find(number) != nullptr));
      if (type == restart_type::permanent)
        RC_ASSERT(runs);
    }
  }

  void stop() {
    x_.stop(now_);
    obey();
    while (!dying_.empty()) {
      bury();
      obey();
    }
    RC_ASSERT(x_.has_ended());
    RC_ASSERT(alive_.empty());
    RC_ASSERT(x_.gave_up().empty());
  }

private:
  void lose(uint64_t number, bool is_normal) {
    std::erase(alive_, number);
    std::erase(dying_, number);
    x_.ended(number, is_normal, "chance", now_);
  }

  /// One that was told to stop is gone.
  void bury() {
    lose(dying_.front(), true);
  }

  void obey() {
    for (auto& action : x_.take_actions()) {
      if (action.what == supervisor_action::kind::kill)
        continue;
      auto is_alive = std::ranges::find(alive_, action.child) != alive_.end();
      if (action.what == supervisor_action::kind::start) {
        RC_ASSERT(!is_alive);
        RC_ASSERT(dying_.empty());
        // Whoever stands on it has to be started after it.
        if (strategy_ == restart_strategy::rest_for_one)
          for (auto other : alive_)
            RC_ASSERT(other < action.child);
        alive_.push_back(action.child);
        std::ranges::sort(alive_);
      } else {
        RC_ASSERT(is_alive);
        RC_ASSERT(action.child == alive_.back());
        RC_ASSERT(dying_.empty());
        dying_.push_back(action.child);
      }
    }
  }

  restart_strategy strategy_;
  supervision x_;
  time_point now_{1'700'000'000s};
  std::map<uint64_t, restart_type> types_;
  /// With those that were told to stop, until they are gone.
  std::vector<uint64_t> alive_;
  std::vector<uint64_t> dying_;
};

} // namespace

TEST(supervision_model_test, children_live_in_the_order_of_their_start) {
  EXPECT_TRUE(rc::check([] {
    nursery world{static_cast<restart_strategy>(*rc::gen::inRange(0, 3))};
    world.live(*rc::gen::inRange(0, 40));
    world.check_alive();
    world.stop();
  }));
}

} // namespace troupe::core
