#include "actors/agent_proxy.hpp"

#include "tests/support/end_of.hpp"
#include "tests/support/recorder.hpp"
#include "tests/support/tasks.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace troupe::test {

namespace {

using messages::agent_actor;
using messages::attempts_ended;
using messages::perform_task;
using messages::run_attempts;
using messages::stop_agent;
using messages::task_performed;

/// What an application's actor has before it.
struct desk {
  std::vector<perform_task> asked;
  std::vector<caf::typed_response_promise<task_performed>> answers;
  /// Which of them to answer next.
  size_t next = 0;
};

/// It answers what it is sent, or does what the name of the task says.
using clerk_actor = compat::extend<agent_actor, void(task_performed)>;

clerk_actor::behavior_type clerk(clerk_actor::pointer self,
                                 std::shared_ptr<desk> on) {
  return {
    [self, on](perform_task& x) -> caf::result<task_performed> {
      if (x.spec->name == "refuse")
        return caf::make_error(caf::sec::invalid_argument);
      if (x.spec->name == "quit") {
        self->quit();
        return task_performed{};
      }
      auto promise = self->make_response_promise<task_performed>();
      on->asked.push_back(std::move(x));
      on->answers.push_back(promise);
      return promise;
    },
    [on](task_performed& x) { on->answers.at(on->next).deliver(std::move(x)); },
  };
}

class agent_proxy_test : public ::testing::Test {
protected:
  std::vector<core::attempt_key> run(const std::vector<std::string>& names) {
    run_attempts request;
    std::vector<core::attempt_key> keys;
    for (auto& name : names) {
      core::attempt_order order;
      order.spec = share(make_task(system_, name));
      order.parameters = core::payload(core::json(name));
      keys.push_back(order.key());
      request.orders.push_back(std::move(order));
    }
    request.sink = queue_.handle();
    tell(std::move(request));
    return keys;
  }

  template <class Message>
  void tell(Message x) {
    system_.send(proxy_, std::move(x));
    system_.settle();
  }

  void answer(size_t number, task_performed x) {
    desk_->next = number;
    system_.send(agent_, std::move(x));
    system_.settle();
  }

  std::vector<core::attempt_outcome> outcomes() {
    std::vector<core::attempt_outcome> result;
    for (auto& batch : queue_.take<attempts_ended>())
      result.insert(result.end(), batch.outcomes.begin(), batch.outcomes.end());
    return result;
  }

  deterministic_system system_;
  recorder<messages::attempt_sink_actor> queue_{system_};
  std::shared_ptr<desk> desk_ = std::make_shared<desk>();
  clerk_actor agent_ = system_.own(system_.system().spawn(clerk, desk_));
  std::shared_ptr<std::atomic<uint32_t>> load_
    = std::make_shared<std::atomic<uint32_t>>(0);
  messages::agent_host_actor proxy_ = system_.own(system_.system().spawn(
    actors::agent_proxy, system_.env(), agent_actor{agent_}, load_));
};

} // namespace

TEST_F(agent_proxy_test, asks_the_actor_and_reports_its_answer) {
  auto started = system_.now();
  auto keys = run({"first"});
  ASSERT_EQ(desk_->asked.size(), 1u);
  EXPECT_EQ(desk_->asked[0].key, keys[0]);
  EXPECT_EQ(desk_->asked[0].spec->name, "first");
  EXPECT_EQ(desk_->asked[0].parameters.value(), "first");
  EXPECT_TRUE(outcomes().empty());
  system_.advance(std::chrono::seconds{1});
  answer(0, {core::payload(core::json("made")), {}});
  auto ended = outcomes();
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].key, keys[0]);
  EXPECT_TRUE(ended[0].is_success());
  EXPECT_EQ(ended[0].result.value(), "made");
  EXPECT_EQ(ended[0].started, started);
  EXPECT_EQ(ended[0].finished, system_.now());
}

TEST_F(agent_proxy_test, takes_answers_in_any_order) {
  auto keys = run({"first", "second"});
  answer(1, {});
  auto ended = outcomes();
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].key, keys[1]);
  answer(0, {});
  EXPECT_EQ(outcomes().at(0).key, keys[0]);
}

TEST_F(agent_proxy_test, counts_what_the_actor_works_on) {
  run({"first", "second"});
  EXPECT_EQ(*load_, 2u);
  answer(0, {});
  EXPECT_EQ(*load_, 1u);
}

TEST_F(agent_proxy_test, reports_a_failure_as_it_is) {
  run({"first"});
  answer(0, {{}, {core::ec::system_error, "no", true}});
  EXPECT_EQ(outcomes().at(0).failure,
            (core::error{core::ec::system_error, "no", true}));
}

TEST_F(agent_proxy_test, makes_a_failure_of_an_error) {
  run({"refuse"});
  auto ended = outcomes();
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].failure.code, core::ec::handler_failed);
  auto error = caf::make_error(caf::sec::invalid_argument);
  EXPECT_EQ(ended[0].failure.message,
            compat::describe(system_.system(), error));
  EXPECT_EQ(*load_, 0u);
}

TEST_F(agent_proxy_test, passes_on_no_cancellation) {
  auto keys = run({"first"});
  tell(messages::cancel_attempts{keys});
  EXPECT_TRUE(outcomes().empty());
  answer(0, {});
  EXPECT_EQ(outcomes().size(), 1u);
}

TEST_F(agent_proxy_test, dies_with_its_actor) {
  caf::anon_send_exit(agent_, caf::exit_reason::kill);
  system_.settle();
  EXPECT_TRUE(end_of(system_, proxy_));
}

TEST_F(agent_proxy_test, leaves_what_a_dead_actor_worked_on_to_be_lost) {
  run({"first", "second"});
  caf::anon_send_exit(agent_, caf::exit_reason::kill);
  system_.settle();
  EXPECT_TRUE(outcomes().empty());
}

TEST_F(agent_proxy_test, leaves_what_a_dead_actor_did_not_look_at_to_be_lost) {
  auto keys = run({"quit", "never seen"});
  auto ended = outcomes();
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].key, keys[0]);
  EXPECT_TRUE(end_of(system_, proxy_));
}

TEST_F(agent_proxy_test, ends_what_it_runs_before_it_stops) {
  run({"first"});
  tell(stop_agent{false});
  EXPECT_FALSE(end_of(system_, proxy_));
  answer(0, {});
  EXPECT_EQ(outcomes().size(), 1u);
  EXPECT_TRUE(end_of(system_, proxy_));
}

TEST_F(agent_proxy_test, does_not_wait_when_it_stops_at_once) {
  run({"first"});
  tell(stop_agent{true});
  EXPECT_TRUE(end_of(system_, proxy_));
  // The actor is the application's.
  EXPECT_FALSE(end_of(system_, agent_));
}

TEST_F(agent_proxy_test, stops_right_away_if_it_is_idle) {
  tell(stop_agent{false});
  EXPECT_TRUE(end_of(system_, proxy_));
}

} // namespace troupe::test
