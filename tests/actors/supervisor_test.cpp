#include "actors/supervisor.hpp"

#include "tests/support/deterministic_system.hpp"
#include "tests/support/end_of.hpp"

#include <gtest/gtest.h>

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace troupe::test {

using namespace std::chrono_literals;

namespace {

using core::restart_strategy;
using core::restart_type;

class supervisor_test : public ::testing::Test {
protected:
  /// An actor that does nothing but live; `is_deaf` to requests to end.
  caf::actor spawn(const std::string& id, bool is_deaf = false) {
    started_.push_back(id);
    auto made = system_.system().spawn(
      [is_deaf](caf::event_based_actor* self) -> caf::behavior {
        if (is_deaf)
          compat::on_exit(self, [](const caf::exit_msg&) {
            // nop
          });
        return {[](const std::string&) {
          // nop
        }};
      });
    made->attach_functor([this, id] { ended_.push_back(id); });
    running_[id] = caf::actor_cast<caf::actor_addr>(made);
    return made;
  }

  actors::child child(const std::string& id,
                      restart_type type = restart_type::permanent) {
    return {{.id = id, .restart = type}, [this, id] { return spawn(id); }, {}};
  }

  void begin(restart_strategy strategy, std::vector<actors::child> children,
             core::restart_limits limits = {3, 5s}) {
    actors::supervisor_settings settings{
      strategy, limits, [this](const std::string& id, const std::string& why) {
        restarts_.push_back(id + ": " + why);
      }};
    supervisor_ = system_.own(
      system_.system().spawn(actors::supervisor, system_.env(),
                             std::move(settings), std::move(children)));
    system_.settle();
  }

  void kill(const std::string& id) {
    caf::anon_send_exit(running_.at(id), caf::exit_reason::kill);
    system_.settle();
  }

  void stop() {
    caf::anon_send_exit(supervisor_, caf::exit_reason::user_shutdown);
    system_.settle();
  }

  // Before the system, whose end they hear of.
  std::map<std::string, caf::actor_addr> running_;
  std::vector<std::string> started_;
  std::vector<std::string> ended_;
  std::vector<std::string> restarts_;
  deterministic_system system_;
  actors::supervisor_actor supervisor_;
};

using lines = std::vector<std::string>;

} // namespace

TEST_F(supervisor_test, starts_its_children_in_order) {
  begin(restart_strategy::one_for_one, {child("a"), child("b")});
  EXPECT_EQ(started_, (lines{"a", "b"}));
  EXPECT_EQ(restarts_, lines{});
}

TEST_F(supervisor_test, starts_a_child_again_that_was_killed) {
  begin(restart_strategy::one_for_one, {child("a"), child("b")});
  kill("a");
  EXPECT_EQ(started_, (lines{"a", "b", "a"}));
  ASSERT_EQ(restarts_.size(), 1u);
  EXPECT_EQ(restarts_[0].substr(0, 3), "a: ");
}

TEST_F(supervisor_test, looks_after_a_child_that_runs_already) {
  auto known = child("a");
  known.running = spawn("a");
  begin(restart_strategy::one_for_one, {known});
  EXPECT_EQ(started_, lines{"a"});
  kill("a");
  EXPECT_EQ(started_, (lines{"a", "a"}));
}

TEST_F(supervisor_test, notices_that_a_child_died_before_it_came) {
  auto known = child("a");
  known.running = spawn("a");
  kill("a");
  begin(restart_strategy::one_for_one, {known});
  EXPECT_EQ(started_, (lines{"a", "a"}));
}

TEST_F(supervisor_test, looks_after_what_it_is_given_later) {
  begin(restart_strategy::one_for_one, {});
  system_.send(supervisor_, actors::supervise{child("a")});
  system_.settle();
  kill("a");
  EXPECT_EQ(started_, (lines{"a", "a"}));
}

TEST_F(supervisor_test, takes_down_what_was_started_after_the_dead) {
  begin(restart_strategy::rest_for_one, {child("a"), child("b"), child("c")});
  kill("b");
  EXPECT_EQ(ended_, (lines{"b", "c"}));
  EXPECT_EQ(started_, (lines{"a", "b", "c", "b", "c"}));
}

TEST_F(supervisor_test, a_transient_child_may_quit) {
  begin(restart_strategy::one_for_one, {child("a", restart_type::transient)});
  caf::anon_send_exit(running_.at("a"), caf::exit_reason::user_shutdown);
  system_.settle();
  EXPECT_EQ(started_, lines{"a"});
}

TEST_F(supervisor_test, stops_its_children_from_the_last) {
  begin(restart_strategy::one_for_one, {child("a"), child("b"), child("c")});
  stop();
  EXPECT_EQ(ended_, (lines{"c", "b", "a"}));
  auto reason = end_of(system_, supervisor_);
  ASSERT_TRUE(reason);
  EXPECT_EQ(*reason, caf::exit_reason::user_shutdown);
}

TEST_F(supervisor_test, kills_a_child_that_does_not_stop_in_its_time) {
  actors::child deaf{
    {.id = "deaf", .shutdown = 2s}, [this] { return spawn("deaf", true); }, {}};
  begin(restart_strategy::one_for_one, {child("a"), deaf});
  stop();
  system_.advance(1900ms);
  EXPECT_EQ(ended_, lines{});
  system_.advance(200ms);
  EXPECT_EQ(ended_, (lines{"deaf", "a"}));
}

TEST_F(supervisor_test, gives_up_with_a_reason_and_leaves_nobody_behind) {
  begin(restart_strategy::one_for_one, {child("a"), child("b")}, {1, 5s});
  kill("a");
  kill("a");
  auto reason = end_of(system_, supervisor_);
  ASSERT_TRUE(reason);
  auto why = compat::describe(system_.system(), *reason);
  EXPECT_EQ(why.substr(0, 67), "'a' had to be started again more than 1 "
                               "times within 5s; it ended l");
  EXPECT_EQ(ended_, (lines{"a", "a", "b"}));
}

TEST_F(supervisor_test, gives_up_on_what_cannot_be_started) {
  actors::child broken{{.id = "broken"},
                       []() -> caf::actor {
                         throw std::runtime_error{"no port left"};
                       },
                       {}};
  begin(restart_strategy::one_for_one, {broken});
  auto reason = end_of(system_, supervisor_);
  ASSERT_TRUE(reason);
  auto why = compat::describe(system_.system(), *reason);
  EXPECT_NE(why.find("no port left"), std::string::npos) << why;
}

TEST_F(supervisor_test, takes_its_children_along_when_it_is_killed) {
  begin(restart_strategy::one_for_one, {child("a"), child("b")});
  caf::anon_send_exit(supervisor_, caf::exit_reason::kill);
  system_.settle();
  EXPECT_EQ(ended_.size(), 2u);
}

TEST_F(supervisor_test, a_supervisor_of_supervisors_escalates) {
  auto inner = [this] {
    actors::supervisor_settings settings{
      restart_strategy::one_for_one, {0, 5s}, {}};
    return caf::actor_cast<caf::actor>(system_.system().spawn(
      actors::supervisor, system_.env(), settings, std::vector{child("leaf")}));
  };
  begin(restart_strategy::one_for_one, {{{.id = "inner"}, inner, {}}});
  kill("leaf");
  EXPECT_EQ(started_, (lines{"leaf", "leaf"}));
  ASSERT_EQ(restarts_.size(), 1u);
  EXPECT_EQ(restarts_[0].substr(0, 13), "inner: 'leaf'");
}

} // namespace troupe::test
