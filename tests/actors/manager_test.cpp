#include "actors/manager.hpp"

#include "tests/actors/lone_manager.hpp"

namespace troupe::test {

namespace {

using core::ec;
using core::event_kind;
using core::task_status;
using messages::enqueue_tasks;
using messages::publish_events;
using messages::stream_acknowledged;

class manager_test : public lone_manager {};

} // namespace

// -- submission ---------------------------------------------------------------

TEST_F(manager_test, gives_an_accepted_task_to_its_queue) {
  auto spec = make("first");
  spec.priority = core::high;
  auto id = submit(spec);
  auto tasks = line_.take_one<enqueue_tasks>().tasks;
  ASSERT_EQ(tasks.size(), 1u);
  EXPECT_EQ(tasks[0].spec->id, id);
  EXPECT_EQ(tasks[0].priority, core::task_priority{core::high});
  EXPECT_EQ(tasks[0].ready_at, system_.now());
  EXPECT_EQ(get(id).status, task_status::pending);
}

TEST_F(manager_test, accepts_all_of_a_submission_or_none) {
  messages::submit_tasks request;
  request.specs.push_back(share(make("good")));
  auto bad = make("bad");
  bad.queue = "nowhere";
  request.specs.push_back(share(bad));
  EXPECT_EQ(order(request).code, ec::unknown_queue);
  EXPECT_EQ(enqueued(), list{});
  EXPECT_EQ(stats().total, 0u);
}

TEST_F(manager_test, knows_each_queue_once) {
  auto failure = attach("default", line_);
  EXPECT_EQ(failure.code, ec::duplicate);
  EXPECT_EQ(failure.message, "there is a queue 'default' already");
}

TEST_F(manager_test, gives_each_queue_its_own_tasks) {
  recorder<messages::queue_actor> other{system_};
  EXPECT_EQ(attach("other", other), core::error{});
  auto spec = make("elsewhere");
  spec.queue = "other";
  submit(spec);
  EXPECT_EQ(enqueued(), list{});
  EXPECT_EQ(other.take_one<enqueue_tasks>().tasks.size(), 1u);
}

TEST_F(manager_test, hands_on_streamed_tasks_together) {
  for (auto name : {"a", "b", "c"}) {
    messages::stream_tasks request;
    request.specs.push_back(share(make(name)));
    client_.send(manager_, std::move(request));
  }
  system_.settle();
  EXPECT_EQ(line_.got<enqueue_tasks>().size(), 1u);
  EXPECT_EQ(enqueued(), (list{"a", "b", "c"}));
  auto acknowledged = client_.take_one<stream_acknowledged>();
  EXPECT_EQ(acknowledged.count, 3u);
  EXPECT_TRUE(acknowledged.refused.empty());
}

TEST_F(manager_test, refuses_streamed_tasks_one_by_one) {
  messages::stream_tasks request;
  auto bad = make("bad");
  bad.queue = "nowhere";
  request.specs = {share(make("a")), share(bad), share(make("b"))};
  client_.send(manager_, std::move(request));
  system_.settle();
  EXPECT_EQ(enqueued(), (list{"a", "b"}));
  auto acknowledged = client_.take_one<stream_acknowledged>();
  EXPECT_EQ(acknowledged.count, 3u);
  ASSERT_EQ(acknowledged.refused.size(), 1u);
  EXPECT_EQ(acknowledged.refused[0].task, bad.id);
  EXPECT_EQ(acknowledged.refused[0].why.code, ec::unknown_queue);
}

TEST_F(manager_test, acknowledges_to_each_client_its_own) {
  client other{system_};
  messages::stream_tasks request;
  request.specs.push_back(share(make("a")));
  client_.send(manager_, request);
  request.specs = {share(make("b")), share(make("c"))};
  other.send(manager_, request);
  system_.settle();
  EXPECT_EQ(client_.take_one<stream_acknowledged>().count, 1u);
  EXPECT_EQ(other.take_one<stream_acknowledged>().count, 2u);
}

// -- attempts -----------------------------------------------------------------

TEST_F(manager_test, records_what_came_of_a_task) {
  auto id = submit("first");
  system_.advance(std::chrono::seconds{1});
  auto started = system_.now();
  start(id);
  EXPECT_EQ(get(id).status, task_status::running);
  EXPECT_EQ(get(id).agent, "worker");
  end(id, 1, core::payload(core::json("made")));
  auto record = get(id);
  EXPECT_EQ(record.status, task_status::completed);
  EXPECT_EQ(record.result.value(), "made");
  EXPECT_EQ(record.started, started);
  EXPECT_EQ(record.finished, system_.now());
}

TEST_F(manager_test, gives_dependents_to_the_queue_with_the_results) {
  auto first = submit("first");
  auto second = make("second");
  second.dependencies.push_back({first});
  submit(second);
  EXPECT_EQ(enqueued(), list{"first"});
  start(first);
  end(first, 1, core::payload(core::json(42)));
  auto tasks = line_.take_one<enqueue_tasks>().tasks;
  ASSERT_EQ(tasks.size(), 1u);
  EXPECT_EQ(tasks[0].spec->name, "second");
  ASSERT_NE(tasks[0].dependencies, nullptr);
  ASSERT_EQ(tasks[0].dependencies->size(), 1u);
  EXPECT_EQ(tasks[0].dependencies->front().alias, "first");
  EXPECT_EQ(tasks[0].dependencies->front().result.value(), 42);
}

TEST_F(manager_test, takes_a_start_and_its_end_from_one_report) {
  auto id = submit("first");
  messages::report_attempts report;
  report.started.push_back({{id, 1}, 0, system_.now()});
  report.ended.push_back(success({id, 1}, system_.now()));
  tell(std::move(report));
  EXPECT_EQ(get(id).status, task_status::completed);
}

TEST_F(manager_test, says_that_it_has_taken_a_report_if_asked) {
  auto id = submit("first");
  messages::report_attempts report;
  report.started.push_back({{id, 1}, 0, system_.now()});
  line_.send(manager_, report);
  system_.settle();
  EXPECT_TRUE(line_.got<messages::report_taken>().empty());
  report.asks_receipt = true;
  line_.send(manager_, report);
  system_.settle();
  EXPECT_EQ(line_.got<messages::report_taken>().size(), 1u);
}

TEST_F(manager_test, takes_a_loss_and_the_next_start_from_one_report) {
  auto id = submit("first");
  start(id);
  messages::report_attempts report;
  report.lost.push_back({id, 1});
  report.started.push_back({{id, 2}, 1, system_.now()});
  report.agents.emplace_back(1, "other");
  tell(std::move(report));
  EXPECT_EQ(get(id).status, task_status::running);
  EXPECT_EQ(get(id).attempt, 2u);
  EXPECT_EQ(get(id).agent, "other");
  // In the other order the loss would be one of an attempt that is over.
  EXPECT_EQ(stats().outcomes_dropped, 0u);
}

TEST_F(manager_test, drops_and_counts_what_comes_late) {
  auto id = submit("first");
  start(id);
  messages::report_attempts report;
  report.lost.push_back({id, 1});
  tell(std::move(report));
  start(id, 2);
  end(id, 1, core::payload(core::json("late")));
  EXPECT_EQ(get(id).status, task_status::running);
  EXPECT_EQ(stats().outcomes_dropped, 1u);
  end(id, 2, core::payload(core::json("current")));
  EXPECT_EQ(get(id).result.value(), "current");
}

TEST_F(manager_test, tells_an_observer_what_came_of_attempts) {
  recorder<messages::attempt_observer_actor> observer{system_};
  auto before = submit("before");
  run(before);
  observer.send(manager_, messages::observe_attempts{});
  auto good = submit("good");
  auto bad = submit("bad");
  auto permanent = submit("permanent");
  auto gone = submit("gone");
  for (auto& id : {good, bad, permanent, gone})
    start(id);
  auto started = system_.now();
  order(messages::cancel_task{gone});
  messages::report_attempts report;
  for (auto& id : {good, bad, permanent, gone})
    report.ended.push_back(success({id, 1}, started));
  report.ended[1].failure.code = ec::handler_failed;
  report.ended[2].failure = {ec::handler_failed, "nonsense", true};
  tell(std::move(report));
  auto seen = observer.take_one<messages::attempts_observed>().attempts;
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].spec->name, "good");
  EXPECT_EQ(seen[0].started, started);
  EXPECT_TRUE(seen[0].is_success);
  EXPECT_EQ(seen[1].spec->name, "bad");
  EXPECT_FALSE(seen[1].is_success);
}

TEST_F(manager_test, tells_an_observer_of_attempts_that_are_made_again) {
  recorder<messages::attempt_observer_actor> observer{system_};
  observer.send(manager_, messages::observe_attempts{});
  auto id = submit("first");
  start(id);
  messages::report_attempts report;
  report.retried.push_back({success({id, 1}, system_.now()), system_.now()});
  report.retried[0].failed.failure.code = ec::handler_failed;
  // The next has begun by the time the manager hears of it.
  report.started.push_back({{id, 2}, 0, system_.now()});
  tell(std::move(report));
  auto seen = observer.take_one<messages::attempts_observed>().attempts;
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].spec->id, id);
  EXPECT_FALSE(seen[0].is_success);
}

// -- events -------------------------------------------------------------------

TEST_F(manager_test, publishes_events_in_the_order_they_happened) {
  listen(true);
  auto id = submit("first");
  run(id);
  EXPECT_EQ(published(),
            (std::vector{event_kind::task_submitted, event_kind::task_started,
                         event_kind::task_completed}));
}

TEST_F(manager_test, keeps_events_until_somebody_listens) {
  listen(false);
  submit("first");
  EXPECT_EQ(published(), std::vector<event_kind>{});
  tell(messages::listeners_changed{true});
  auto kinds = published();
  ASSERT_FALSE(kinds.empty());
  EXPECT_EQ(kinds.back(), event_kind::task_submitted);
}

TEST_F(manager_test, answers_a_new_listener_even_if_it_holds_nothing) {
  listen(true);
  tell(messages::listeners_changed{true});
  EXPECT_TRUE(bus_.take_one<publish_events>().events.empty());
}

TEST_F(manager_test, keeps_no_more_than_so_many_events) {
  listen(true);
  listen(false);
  messages::submit_tasks request;
  for (int i = 0; i < 1023; ++i)
    request.specs.push_back(share(make("one of many")));
  order(request);
  EXPECT_TRUE(bus_.got<publish_events>().empty());
  submit("one more");
  EXPECT_EQ(bus_.take_one<publish_events>().events.size(), 1024u);
}

TEST_F(manager_test, passes_on_events_of_the_current_attempt_only) {
  listen(true);
  auto id = submit("first");
  start(id);
  published();
  messages::report_event report;
  report.key = {id, 1};
  report.what.kind = event_kind::task_emitted;
  report.what.task = id;
  tell(report);
  EXPECT_EQ(published(), std::vector{event_kind::task_emitted});
  report.key.number = 2;
  tell(report);
  EXPECT_EQ(published(), std::vector<event_kind>{});
}

} // namespace troupe::test
