#include "core/supervision.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

using lines = std::vector<std::string>;

class supervision_test : public testing::Test {
protected:
  /// Three children that run: 1, 2 and 3.
  supervision& begin(restart_strategy strategy,
                     restart_limits limits = {3, 5s}) {
    x.emplace(strategy, limits);
    for (auto id : {"a", "b", "c"})
      x->add({.id = id}, true, now);
    return *x;
  }

  void dies(uint64_t child) {
    x->ended(child, false, "segfault", now);
  }

  void quits(uint64_t child) {
    x->ended(child, true, "normal", now);
  }

  lines actions() {
    lines result;
    for (auto& action : x->take_actions()) {
      auto* verb = action.what == supervisor_action::kind::start  ? "start"
                   : action.what == supervisor_action::kind::stop ? "stop"
                                                                  : "kill";
      result.push_back(fmt::format("{} {}", verb, action.child));
    }
    return result;
  }

  std::optional<supervision> x;
  time_point now{1'700'000'000s};
};

} // namespace

// -- starting -----------------------------------------------------------------

TEST_F(supervision_test, starts_what_does_not_run_yet) {
  begin(restart_strategy::one_for_one);
  EXPECT_EQ(actions(), lines{});
  EXPECT_EQ(x->add({.id = "d"}, false, now), 4u);
  EXPECT_EQ(actions(), lines{"start 4"});
}

// -- strategies ---------------------------------------------------------------

TEST_F(supervision_test, one_for_one_starts_only_what_died) {
  begin(restart_strategy::one_for_one);
  dies(2);
  EXPECT_EQ(actions(), lines{"start 2"});
}

TEST_F(supervision_test, one_for_all_stops_the_others_from_the_last) {
  begin(restart_strategy::one_for_all);
  dies(2);
  EXPECT_EQ(actions(), lines{"stop 3"});
  quits(3);
  EXPECT_EQ(actions(), lines{"stop 1"});
  quits(1);
  EXPECT_EQ(actions(), (lines{"start 1", "start 2", "start 3"}));
}

TEST_F(supervision_test, rest_for_one_leaves_those_before_alone) {
  begin(restart_strategy::rest_for_one);
  dies(2);
  EXPECT_EQ(actions(), lines{"stop 3"});
  quits(3);
  EXPECT_EQ(actions(), (lines{"start 2", "start 3"}));
}

TEST_F(supervision_test, a_second_death_meanwhile_widens_the_restart) {
  begin(restart_strategy::rest_for_one);
  dies(2);
  EXPECT_EQ(actions(), lines{"stop 3"});
  dies(1);
  EXPECT_EQ(actions(), lines{});
  quits(3);
  EXPECT_EQ(actions(), (lines{"start 1", "start 2", "start 3"}));
}

TEST_F(supervision_test, what_dies_before_it_is_stopped_need_not_be_stopped) {
  begin(restart_strategy::one_for_all);
  dies(2);
  EXPECT_EQ(actions(), lines{"stop 3"});
  dies(1);
  quits(3);
  EXPECT_EQ(actions(), (lines{"start 1", "start 2", "start 3"}));
}

// -- types --------------------------------------------------------------------

TEST_F(supervision_test, a_permanent_child_is_started_whatever_it_ended_of) {
  begin(restart_strategy::one_for_one);
  quits(1);
  EXPECT_EQ(actions(), lines{"start 1"});
}

TEST_F(supervision_test, a_transient_child_may_end_normally) {
  begin(restart_strategy::one_for_all);
  auto child = x->add({.id = "d", .restart = restart_type::transient}, true,
                      now);
  x->ended(child, true, "normal", now);
  EXPECT_EQ(actions(), lines{});
  EXPECT_EQ(x->find(child), nullptr);
}

TEST_F(supervision_test, a_transient_child_is_started_again_when_it_dies) {
  begin(restart_strategy::one_for_one);
  auto child = x->add({.id = "d", .restart = restart_type::transient}, true,
                      now);
  dies(child);
  EXPECT_EQ(actions(), lines{"start 4"});
}

TEST_F(supervision_test, a_temporary_child_is_never_started_again) {
  begin(restart_strategy::one_for_all);
  auto child = x->add({.id = "d", .restart = restart_type::temporary}, true,
                      now);
  dies(child);
  EXPECT_EQ(actions(), lines{});
  EXPECT_EQ(x->find(child), nullptr);
}

TEST_F(supervision_test, a_temporary_child_goes_with_its_siblings) {
  begin(restart_strategy::one_for_all);
  auto child = x->add({.id = "d", .restart = restart_type::temporary}, true,
                      now);
  dies(1);
  EXPECT_EQ(actions(), lines{"stop 4"});
  quits(child);
  quits(3);
  quits(2);
  EXPECT_EQ(actions(),
            (lines{"stop 3", "stop 2", "start 1", "start 2", "start 3"}));
  EXPECT_EQ(x->find(child), nullptr);
}

// -- shutdown -----------------------------------------------------------------

TEST_F(supervision_test, stops_its_children_one_by_one_from_the_last) {
  begin(restart_strategy::one_for_one).stop(now);
  EXPECT_EQ(actions(), lines{"stop 3"});
  quits(3);
  EXPECT_EQ(actions(), lines{"stop 2"});
  quits(2);
  EXPECT_EQ(actions(), lines{"stop 1"});
  EXPECT_FALSE(x->has_ended());
  quits(1);
  EXPECT_TRUE(x->has_ended());
  EXPECT_EQ(x->gave_up(), "");
}

TEST_F(supervision_test, kills_what_does_not_stop_in_its_time) {
  begin(restart_strategy::one_for_one).stop(now);
  EXPECT_EQ(x->next_due(), now + 5s);
  x->expire(now + 4999ms);
  EXPECT_EQ(actions(), lines{"stop 3"});
  x->expire(now + 5s);
  EXPECT_EQ(actions(), lines{"kill 3"});
  EXPECT_EQ(x->next_due(), never);
  dies(3);
  EXPECT_EQ(actions(), lines{"stop 2"});
}

TEST_F(supervision_test, kills_at_once_what_gets_no_time) {
  begin(restart_strategy::one_for_one);
  x->add({.id = "d", .shutdown = 0s}, true, now);
  x->stop(now);
  EXPECT_EQ(actions(), lines{"kill 4"});
  EXPECT_EQ(x->next_due(), never);
}

TEST_F(supervision_test, starts_nothing_while_it_stops) {
  begin(restart_strategy::one_for_all).stop(now);
  dies(1);
  quits(3);
  quits(2);
  EXPECT_EQ(actions(), (lines{"stop 3", "stop 2"}));
  EXPECT_TRUE(x->has_ended());
}

TEST_F(supervision_test, what_comes_while_it_stops_is_stopped_with_the_others) {
  begin(restart_strategy::one_for_one).stop(now);
  x->add({.id = "d"}, true, now);
  x->add({.id = "e"}, false, now);
  quits(3);
  EXPECT_EQ(actions(), (lines{"stop 3", "stop 4"}));
}

TEST_F(supervision_test, a_supervisor_of_nothing_stops_at_once) {
  x.emplace(restart_strategy::one_for_one, restart_limits{});
  x->stop(now);
  EXPECT_TRUE(x->has_ended());
}

// -- giving up ----------------------------------------------------------------

TEST_F(supervision_test, gives_up_when_there_are_too_many_restarts) {
  begin(restart_strategy::one_for_one, {2, 5s});
  dies(1);
  dies(2);
  actions();
  dies(2);
  EXPECT_EQ(x->gave_up(), "'b' had to be started again more than 2 times "
                          "within 5s; it ended last with: segfault");
  quits(3);
  quits(1);
  EXPECT_EQ(actions(), (lines{"stop 3", "stop 1"}));
  EXPECT_TRUE(x->has_ended());
}

TEST_F(supervision_test, what_cannot_be_started_counts_like_a_death) {
  begin(restart_strategy::one_for_one, {2, 5s});
  dies(1);
  dies(1);
  EXPECT_EQ(actions(), (lines{"start 1", "start 1"}));
  dies(1);
  EXPECT_NE(x->gave_up(), "");
}

TEST_F(supervision_test, a_restart_counts_once_however_many_it_takes_along) {
  begin(restart_strategy::one_for_all, {1, 5s});
  dies(1);
  quits(3);
  quits(2);
  EXPECT_EQ(x->gave_up(), "");
}

// -- what does not belong to it -----------------------------------------------

TEST_F(supervision_test, the_end_of_a_stranger_means_nothing) {
  begin(restart_strategy::one_for_all);
  dies(99);
  EXPECT_EQ(actions(), lines{});
}

TEST_F(supervision_test, the_words_are_those_of_otp) {
  EXPECT_EQ(to_string(restart_strategy::one_for_one), "one_for_one");
  EXPECT_EQ(to_string(restart_strategy::one_for_all), "one_for_all");
  EXPECT_EQ(to_string(restart_strategy::rest_for_one), "rest_for_one");
  EXPECT_EQ(to_string(restart_type::permanent), "permanent");
  EXPECT_EQ(to_string(restart_type::transient), "transient");
  EXPECT_EQ(to_string(restart_type::temporary), "temporary");
}

} // namespace troupe::core
