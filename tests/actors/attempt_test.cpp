#include "actors/attempt.hpp"

#include "tests/support/recorder.hpp"
#include "tests/support/tasks.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace troupe::test {

namespace {

using actors::handler_result;
using actors::task_context;
using core::ec;
using messages::submit_children;

/// Keeps what is submitted through it; nothing is ever waited for.
class host_stand_in : public actors::attempt_host {
public:
  std::vector<submit_children> submitted;

  uint64_t wake_at(actors::attempt&, core::time_point,
                   std::coroutine_handle<>) override {
    return 1;
  }

  void forget_timer(uint64_t) noexcept override {
    // nop
  }

  void await_child(actors::attempt&, const core::task_id&,
                   std::coroutine_handle<>, core::task_record&,
                   core::error&) override {
    // nop
  }

  void forget_child(const core::task_id&) noexcept override {
    // nop
  }

  void await_input(actors::attempt&, core::question, std::coroutine_handle<>,
                   core::payload&, core::error&) override {
    // nop
  }

  void await_resumption(actors::attempt&, std::coroutine_handle<>) override {
    // nop
  }

  void forget_outside(actors::attempt&,
                      std::coroutine_handle<>) noexcept override {
    // nop
  }

  void submit(submit_children request) override {
    submitted.push_back(std::move(request));
  }
};

class attempt_test : public ::testing::Test {
protected:
  core::attempt_order order() {
    core::attempt_order result;
    result.spec = share(make_task(system_, "parent"));
    result.number = 2;
    return result;
  }

  core::attempt_outcome run(const actors::plain_handler& f) {
    self_.started = system_.now();
    return actors::run_plain(f, self_);
  }

  deterministic_system system_;
  recorder<messages::manager_actor> manager_{system_};
  host_stand_in host_;
  actors::attempt self_{
    order(),
    std::make_shared<const actors::attempt::links>(
      actors::attempt::links{system_.env(), actors::agent_definition{"worker"},
                             messages::attempt_owner_actor{manager_.handle()}}),
    &host_};
};

} // namespace

// -- children -----------------------------------------------------------------

TEST_F(attempt_test, makes_an_id_for_a_child_that_has_none) {
  auto id = self_.submit({.name = "child"}, false);
  system_.settle();
  auto request = manager_.take_one<submit_children>();
  EXPECT_EQ(request.parent, self_.key());
  ASSERT_EQ(request.specs.size(), 1u);
  EXPECT_FALSE(id.is_nil());
  EXPECT_EQ(request.specs[0]->id, id);
  EXPECT_EQ(request.specs[0]->parent, self_.key().task);
}

TEST_F(attempt_test, keeps_the_id_a_child_has) {
  auto child = make_task(system_, "child");
  EXPECT_EQ(self_.submit(child, false), child.id);
  system_.settle();
  EXPECT_EQ(manager_.take_one<submit_children>().specs.at(0)->id, child.id);
}

TEST_F(attempt_test, makes_no_child_of_a_task_with_a_life_of_its_own) {
  self_.submit({.name = "free"}, false, actors::child_life::its_own);
  system_.settle();
  auto request = manager_.take_one<submit_children>();
  EXPECT_TRUE(request.specs.at(0)->parent.is_nil());
}

// -- signs of life ------------------------------------------------------------

TEST_F(attempt_test, remembers_its_last_sign_of_life_if_somebody_asks) {
  EXPECT_EQ(self_.last_sign(), core::never);
  self_.sign_of_life();
  EXPECT_EQ(self_.last_sign(), core::never);
  auto spec = make_task(system_, "watched");
  spec.limits.heartbeat = std::chrono::seconds{1};
  core::attempt_order watched;
  watched.spec = share(std::move(spec));
  actors::attempt x{
    watched,
    std::make_shared<const actors::attempt::links>(
      actors::attempt::links{system_.env(), actors::agent_definition{"worker"},
                             messages::attempt_owner_actor{manager_.handle()}}),
    &host_};
  x.sign_of_life();
  EXPECT_EQ(x.last_sign(), system_.now());
}

// -- children -----------------------------------------------------------------

TEST_F(attempt_test, has_answers_about_awaited_children_come_to_its_host) {
  self_.submit({.name = "child"}, true);
  system_.settle();
  EXPECT_TRUE(manager_.got<submit_children>().empty());
  ASSERT_EQ(host_.submitted.size(), 1u);
  EXPECT_TRUE(host_.submitted[0].is_awaited);
}

// -- stopping -----------------------------------------------------------------

TEST_F(attempt_test, can_be_stopped_once_it_is_made_stoppable) {
  EXPECT_FALSE(self_.stop().stop_possible());
  self_.make_stoppable();
  auto token = self_.stop().get_token();
  // Those who have a token keep it.
  self_.make_stoppable();
  self_.stop().request_stop();
  EXPECT_TRUE(token.stop_requested());
}

// -- plain handlers -----------------------------------------------------------

TEST_F(attempt_test, makes_an_outcome_of_a_result) {
  auto made = run([](task_context& ctx) -> handler_result {
    return core::payload(core::json(ctx.task().name));
  });
  EXPECT_EQ(made.key, self_.key());
  EXPECT_TRUE(made.is_success());
  EXPECT_EQ(made.result.value(), "parent");
  EXPECT_EQ(made.started, system_.now());
  EXPECT_EQ(made.finished, system_.now());
}

TEST_F(attempt_test, makes_an_outcome_of_an_error) {
  auto made = run([](task_context&) -> handler_result {
    return core::fail({ec::system_error, "no", true});
  });
  EXPECT_EQ(made.failure, (core::error{ec::system_error, "no", true}));
  EXPECT_EQ(made.finished, system_.now());
}

TEST_F(attempt_test, makes_an_outcome_of_a_failure_that_is_thrown) {
  auto made = run([](task_context&) -> handler_result {
    throw core::failure{{ec::system_error, "no"}};
  });
  EXPECT_EQ(made.failure, (core::error{ec::system_error, "no"}));
}

TEST_F(attempt_test, takes_no_error_for_a_success) {
  auto made = run([](task_context&) -> handler_result {
    return core::fail(ec::none, "forgot the code");
  });
  EXPECT_EQ(made.failure, (core::error{ec::handler_failed, "forgot the code"}));
}

TEST_F(attempt_test, lets_other_exceptions_pass) {
  auto throws = [](task_context&) -> handler_result {
    throw std::logic_error{"boom"};
  };
  EXPECT_THROW(run(throws), std::logic_error);
}

TEST_F(attempt_test, says_what_a_crashed_handler_threw) {
  auto end = system_.now() + std::chrono::seconds{1};
  auto made = actors::crashed(self_.key(), system_.now(), end, "boom");
  EXPECT_EQ(made.key, self_.key());
  EXPECT_EQ(made.started, system_.now());
  EXPECT_EQ(made.finished, end);
  EXPECT_EQ(made.failure,
            (core::error{ec::handler_crashed, "the handler threw: boom"}));
}

namespace {

template <class Exception>
core::error failure_of(const Exception& what) {
  try {
    throw what;
  } catch (...) {
    return actors::thrown({}, core::never, core::never).failure;
  }
}

} // namespace

TEST_F(attempt_test, makes_a_failure_of_the_exception_at_hand) {
  EXPECT_EQ(failure_of(core::failure{{ec::system_error, "no"}}),
            (core::error{ec::system_error, "no"}));
  EXPECT_EQ(failure_of(core::failure{{ec::none, "no code"}}),
            (core::error{ec::handler_failed, "no code"}));
  EXPECT_EQ(failure_of(std::logic_error{"boom"}),
            (core::error{ec::handler_crashed, "the handler threw: boom"}));
  EXPECT_EQ(failure_of(42),
            (core::error{ec::handler_crashed, "the handler threw: something "
                                              "that is no std::exception"}));
}

} // namespace troupe::test
