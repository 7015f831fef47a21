// Long because a gate has many ways to answer, and they share one fixture.

#include "actors/circuit_breaker.hpp"

#include "tests/support/recorder.hpp"
#include "tests/support/tasks.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;
using core::circuit_state;
using core::ec;
using core::event_kind;
using messages::done;
using messages::stream_acknowledged;
using messages::stream_tasks;
using messages::submit_tasks;

/// A real breaker; the manager and the bus are stand-ins.
class circuit_breaker_test : public ::testing::Test {
protected:
  /// All that the breaker may send to whoever talks to it.
  using client = recorder<compat::actor<void(done), void(stream_acknowledged)>>;
  using list = std::vector<std::string>;

  circuit_breaker_test() {
    options_.settings.failures_max = 2;
    options_.settings.cool_down = 10s;
    options_.settings.probe_time = 60s;
  }

  const messages::circuit_breaker_actor& breaker() {
    if (!breaker_) {
      breaker_ = system_.own(messages::circuit_breaker_actor{
        system_.system().spawn(actors::circuit_breaker, system_.env(), options_,
                               std::make_shared<core::circuit_board>(options_),
                               manager_.handle(), bus_.handle())});
      system_.settle();
    }
    return breaker_;
  }

  core::task_spec make(const std::string& name,
                       const std::string& capability = "fetch") {
    return make_task(system_, name, capability);
  }

  static submit_tasks request_of(const std::vector<core::task_spec>& specs) {
    submit_tasks request;
    for (auto& spec : specs)
      request.specs.push_back(share(spec));
    return request;
  }

  core::error submit(const std::vector<core::task_spec>& specs) {
    return system_.ask<done>(breaker(), request_of(specs)).failure;
  }

  core::error submit(const std::string& name) {
    return submit({make(name)});
  }

  /// From the client, in one message.
  void stream(const std::vector<core::task_spec>& specs) {
    stream_tasks request;
    for (auto& spec : specs)
      request.specs.push_back(share(spec));
    client_.send(breaker(), std::move(request));
    system_.settle();
  }

  /// As the manager does.
  void observe(bool is_success, int count = 1,
               const std::string& capability = "fetch") {
    messages::attempts_observed observed;
    for (int i = 0; i < count; ++i)
      observed.attempts.push_back(
        {share(make("observed", capability)), system_.now(), is_success});
    system_.send(breaker(), std::move(observed));
    system_.settle();
  }

  void open() {
    observe(false, 2);
  }

  template <class Request>
  core::error order(Request x) {
    return system_.ask<done>(breaker(), std::move(x)).failure;
  }

  /// Names of the tasks the manager got since the last time.
  list passed() {
    list names;
    for (auto& x : manager_.take<submit_tasks>())
      for (auto& spec : x.specs)
        names.push_back(spec->name);
    for (auto& x : manager_.take<stream_tasks>())
      for (auto& spec : x.specs)
        names.push_back(spec->name);
    return names;
  }

  std::vector<event_kind> published() {
    std::vector<event_kind> kinds;
    for (auto& batch : bus_.take<messages::publish_events>())
      for (auto& event : batch.events)
        kinds.push_back(event.kind);
    return kinds;
  }

  std::vector<core::circuit_info> circuits() {
    return system_
      .ask<messages::circuit_list>(breaker(), messages::get_circuits{})
      .circuits;
  }

  deterministic_system system_;
  recorder<messages::manager_actor> manager_{system_};
  recorder<messages::event_bus_actor> bus_{system_};
  client client_{system_};
  core::circuit_options options_;

private:
  messages::circuit_breaker_actor breaker_;
};

/// The same, but it holds what does not pass.
class circuit_breaker_hold_test : public circuit_breaker_test {
protected:
  circuit_breaker_hold_test() {
    options_.on_open = core::open_policy::hold;
    options_.held_max = 3;
  }

  /// From the client, as a request that is answered some time.
  void submit_later(const std::vector<core::task_spec>& specs) {
    client_.send(breaker(), request_of(specs));
    system_.settle();
  }
};

} // namespace

// -- what waits in queues -----------------------------------------------------

TEST_F(circuit_breaker_test, says_which_circuits_are_not_closed) {
  breaker();
  EXPECT_TRUE(manager_.take_one<messages::bar_circuits>().bars.empty());
  open();
  auto told = manager_.take_one<messages::bar_circuits>();
  EXPECT_EQ(told.scope, core::circuit_scope::capability);
  ASSERT_EQ(told.bars.size(), 1u);
  EXPECT_EQ(told.bars[0].key, "fetch");
  EXPECT_FALSE(told.bars[0].is_half_open);
  system_.advance(10s);
  EXPECT_TRUE(manager_.take_one<messages::bar_circuits>().bars[0].is_half_open);
  observe(true);
  EXPECT_TRUE(manager_.take_one<messages::bar_circuits>().bars.empty());
}

TEST_F(circuit_breaker_test, what_is_admitted_as_a_probe_may_be_started) {
  open();
  system_.advance(10s);
  EXPECT_TRUE(manager_.got<messages::allow_probe>().empty());
  submit("probe");
  auto told = manager_.take_one<messages::allow_probe>();
  EXPECT_EQ(told.queue, "default");
  EXPECT_EQ(told.circuit, "fetch");
}

TEST_F(circuit_breaker_test, lets_a_task_that_waits_be_a_probe) {
  open();
  system_.advance(10s);
  for (int i = 0; i < 2; ++i)
    system_.send(breaker(), messages::ask_probe{"slow", "fetch"});
  system_.settle();
  auto told = manager_.take_one<messages::allow_probe>();
  EXPECT_EQ(told.queue, "slow");
  EXPECT_EQ(submit("late").code, ec::circuit_open) << "there is one place";
  manager_.take<messages::bar_circuits>();
  system_.advance(60s);
  EXPECT_EQ(manager_.take<messages::bar_circuits>().size(), 1u)
    << "a new round, in which queues ask again";
}

TEST_F(circuit_breaker_test, keeps_nothing_back_when_all_is_stopped) {
  open();
  manager_.take<messages::bar_circuits>();
  order(messages::stop_gating{});
  EXPECT_TRUE(manager_.take_one<messages::bar_circuits>().bars.empty());
}

// -- passing on ---------------------------------------------------------------

TEST_F(circuit_breaker_test, asks_the_manager_to_be_told_of_attempts) {
  breaker();
  EXPECT_EQ(manager_.got<messages::observe_attempts>().size(), 1u);
}

TEST_F(circuit_breaker_test, has_the_manager_answer_what_it_admits) {
  manager_.answer_with(done{core::error{ec::duplicate, "the manager's words"}});
  EXPECT_EQ(submit("first").message, "the manager's words");
  EXPECT_EQ(passed(), list{"first"});
}

TEST_F(circuit_breaker_test, passes_streamed_tasks_on_in_their_order) {
  // In both ways: all are closed, and some are not.
  for (int i = 0; i < 2; ++i) {
    stream({make("a", "parse"), make("b", "parse")});
    EXPECT_EQ(passed(), (list{"a", "b"}));
    EXPECT_TRUE(client_.got<stream_acknowledged>().empty());
    open();
  }
}

TEST_F(circuit_breaker_test, refuses_what_would_meet_an_open_circuit) {
  open();
  auto why = submit("late");
  EXPECT_EQ(why.code, ec::circuit_open);
  EXPECT_EQ(why.message, "circuit 'fetch' is open until "
                           + core::to_string(system_.now() + 10s)
                           + " (2 failures in a row); submit again then");
  EXPECT_EQ(submit({make("other", "parse"), make("late")}).code,
            ec::circuit_open);
  EXPECT_EQ(passed(), list{});
  EXPECT_EQ(submit({make("other", "parse")}), core::error{});
  EXPECT_EQ(passed(), list{"other"});
}

TEST_F(circuit_breaker_test, refuses_streamed_tasks_one_by_one) {
  open();
  auto late = make("late");
  stream({make("a", "parse"), late, make("b", "parse")});
  EXPECT_EQ(passed(), (list{"a", "b"}));
  auto answer = client_.take_one<stream_acknowledged>();
  // The manager counts what was passed on.
  EXPECT_EQ(answer.count, 1u);
  ASSERT_EQ(answer.refused.size(), 1u);
  EXPECT_EQ(answer.refused[0].task, late.id);
  EXPECT_EQ(answer.refused[0].why.code, ec::circuit_open);
}

// -- opening and closing ------------------------------------------------------

TEST_F(circuit_breaker_test, closes_when_a_probe_comes_back_well) {
  open();
  system_.advance(9s);
  EXPECT_EQ(submit("early").code, ec::circuit_open);
  system_.advance(1s);
  EXPECT_EQ(submit("probe"), core::error{});
  EXPECT_EQ(submit("second").code, ec::circuit_open);
  observe(true);
  EXPECT_EQ(submit("third"), core::error{});
  EXPECT_EQ(passed(), (list{"probe", "third"}));
  EXPECT_EQ(circuits()[0].state, circuit_state::closed);
}

TEST_F(circuit_breaker_test, publishes_changes_when_they_happen) {
  open();
  auto opened = bus_.take_one<messages::publish_events>().events;
  ASSERT_EQ(opened.size(), 1u);
  EXPECT_EQ(opened[0].kind, event_kind::circuit_opened);
  EXPECT_EQ(opened[0].subject, "fetch");
  // Nobody has to come by for it to be noticed.
  system_.advance(10s);
  EXPECT_EQ(published(), std::vector{event_kind::circuit_half_open});
  observe(false);
  EXPECT_EQ(published(), std::vector{event_kind::circuit_opened});
  system_.advance(19s);
  EXPECT_EQ(published(), std::vector<event_kind>{});
  system_.advance(1s);
  EXPECT_EQ(published(), std::vector{event_kind::circuit_half_open});
  observe(true);
  EXPECT_EQ(published(), std::vector{event_kind::circuit_closed});
}

TEST_F(circuit_breaker_test, notices_the_end_of_each_cool_down) {
  open();
  system_.advance(5s);
  observe(false, 2, "parse");
  published();
  system_.advance(5s);
  EXPECT_EQ(circuits()[0].state, circuit_state::half_open);
  EXPECT_EQ(circuits()[1].state, circuit_state::open);
  EXPECT_EQ(published(), std::vector{event_kind::circuit_half_open});
  system_.advance(5s);
  EXPECT_EQ(published(), std::vector{event_kind::circuit_half_open});
}

TEST_F(circuit_breaker_test, takes_one_circuit_for_all_if_it_is_told_to) {
  options_.scope = core::circuit_scope::all;
  observe(false, 1, "fetch");
  observe(false, 1, "parse");
  EXPECT_EQ(submit({make("other", "print")}).code, ec::circuit_open);
  EXPECT_EQ(circuits()[0].key, "all");
}

// -- by hand ------------------------------------------------------------------

TEST_F(circuit_breaker_test, is_worked_by_hand) {
  EXPECT_EQ(order(messages::trip_circuit{"fetch"}), core::error{});
  EXPECT_EQ(submit("late").code, ec::circuit_open);
  EXPECT_EQ(order(messages::force_open_circuit{"fetch"}), core::error{});
  system_.advance(60s);
  EXPECT_EQ(submit("late").code, ec::circuit_open);
  EXPECT_TRUE(circuits()[0].is_forced);
  EXPECT_EQ(order(messages::reset_circuit{"fetch"}), core::error{});
  EXPECT_EQ(submit("in time"), core::error{});
  EXPECT_EQ(published(),
            (std::vector{event_kind::circuit_opened, event_kind::circuit_opened,
                         event_kind::circuit_closed}));
}

TEST_F(circuit_breaker_test, says_so_when_there_is_no_such_circuit) {
  EXPECT_EQ(order(messages::reset_circuit{"fetch"}).code, ec::invalid_argument);
  EXPECT_EQ(order(messages::trip_circuit{""}).code, ec::invalid_argument);
  EXPECT_EQ(order(messages::force_open_circuit{""}).code, ec::invalid_argument);
}

TEST_F(circuit_breaker_test, leaves_it_to_the_manager_when_all_is_to_end) {
  open();
  manager_.answer_with(done{core::error{ec::stopping, "stopping"}});
  EXPECT_EQ(order(messages::stop_gating{}), core::error{});
  EXPECT_EQ(submit("late").code, ec::stopping);
}

// -- holding ------------------------------------------------------------------

TEST_F(circuit_breaker_hold_test, passes_on_what_it_held_when_it_closes) {
  open();
  submit_later({make("a")});
  submit_later({make("b"), make("c")});
  EXPECT_EQ(passed(), list{});
  EXPECT_TRUE(client_.got<done>().empty());
  system_.advance(10s);
  EXPECT_EQ(passed(), list{"a"});
  EXPECT_EQ(client_.take<done>().size(), 1u);
  observe(true);
  EXPECT_EQ(passed(), (list{"b", "c"}));
  EXPECT_EQ(client_.take<done>().size(), 1u);
}

TEST_F(circuit_breaker_hold_test, passes_on_who_submits) {
  open();
  auto request = request_of({make("a")});
  request.by = "alice";
  client_.send(breaker(), std::move(request));
  system_.advance(10s);
  EXPECT_EQ(manager_.take_one<submit_tasks>().by, "alice");
}

TEST_F(circuit_breaker_hold_test, holds_streamed_tasks_in_their_order) {
  open();
  stream({make("a"), make("other", "parse"), make("b")});
  EXPECT_EQ(passed(), list{"other"});
  EXPECT_TRUE(client_.got<stream_acknowledged>().empty());
  EXPECT_EQ(order(messages::reset_circuit{"fetch"}), core::error{});
  EXPECT_EQ(passed(), (list{"a", "b"}));
}

TEST_F(circuit_breaker_hold_test, refuses_what_is_more_than_it_may_hold) {
  open();
  submit_later({make("a"), make("b")});
  auto why = submit({make("c"), make("d")});
  EXPECT_EQ(why.code, ec::circuit_open);
  EXPECT_NE(why.message.find("2 of 3 tasks are held already"),
            std::string::npos)
    << why.message;
  stream({make("e"), make("f")});
  EXPECT_EQ(client_.take_one<stream_acknowledged>().count, 1u);
  order(messages::reset_circuit{"fetch"});
  EXPECT_EQ(passed(), (list{"a", "b", "e"}));
  // There is room again.
  order(messages::trip_circuit{"fetch"});
  submit_later({make("g"), make("h"), make("i")});
  EXPECT_TRUE(client_.got<stream_acknowledged>().empty());
  order(messages::reset_circuit{"fetch"});
  EXPECT_EQ(passed(), (list{"g", "h", "i"}));
}

TEST_F(circuit_breaker_hold_test, holds_what_depends_on_what_it_holds) {
  open();
  auto first = make("first");
  auto second = make("second", "parse");
  second.dependencies.push_back({first.id});
  auto child = make("child", "parse");
  child.parent = second.id;
  submit_later({first});
  submit_later({second});
  submit_later({child});
  EXPECT_EQ(submit({make("other", "parse")}), core::error{});
  EXPECT_EQ(passed(), list{"other"});
  order(messages::reset_circuit{"fetch"});
  EXPECT_EQ(passed(), (list{"first", "second", "child"}));
}

TEST_F(circuit_breaker_hold_test, sends_another_probe_when_none_comes_back) {
  open();
  for (auto name : {"a", "b", "c"})
    submit_later({make(name)});
  system_.advance(10s);
  EXPECT_EQ(passed(), list{"a"});
  system_.advance(59s, 1s);
  EXPECT_EQ(passed(), list{});
  system_.advance(1s);
  EXPECT_EQ(passed(), list{"b"});
  observe(false);
  system_.advance(19s, 1s);
  EXPECT_EQ(passed(), list{});
  system_.advance(1s);
  EXPECT_EQ(passed(), list{"c"});
}

TEST_F(circuit_breaker_hold_test, gives_up_what_it_held_when_all_is_to_end) {
  open();
  submit_later({make("a")});
  stream({make("b")});
  manager_.answer_with(done{core::error{ec::stopping, "stopping"}});
  order(messages::stop_gating{});
  EXPECT_EQ(passed(), (list{"a", "b"}));
  EXPECT_EQ(client_.take_one<done>().failure.code, ec::stopping);
}

} // namespace troupe::test
