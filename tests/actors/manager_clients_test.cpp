// What clients and handlers ask of the manager.

#include "tests/actors/lone_manager.hpp"

namespace troupe::test {

namespace {

using core::ec;
using core::event_kind;
using core::task_status;
using messages::change_priority;
using messages::children_refused;
using messages::done;
using messages::enqueue_tasks;
using messages::explanation;
using messages::tasks_ended;

class manager_clients_test : public lone_manager {
protected:
  std::vector<core::task_id> withdrawn() {
    std::vector<core::task_id> ids;
    for (auto& batch : line_.take<messages::withdraw_tasks>())
      ids.insert(ids.end(), batch.tasks.begin(), batch.tasks.end());
    return ids;
  }

  messages::submit_children child_of(const core::task_id& parent,
                                     core::task_spec spec, bool is_awaited) {
    spec.parent = parent;
    messages::submit_children request;
    request.parent = {parent, 1};
    request.specs.push_back(share(std::move(spec)));
    request.is_awaited = is_awaited;
    return request;
  }
};

} // namespace

// -- commands -----------------------------------------------------------------

TEST_F(manager_clients_test, withdraws_what_is_cancelled) {
  auto id = submit("first");
  EXPECT_EQ(order(messages::cancel_task{id}), core::error{});
  EXPECT_EQ(get(id).status, task_status::cancelled);
  EXPECT_EQ(withdrawn(), std::vector{id});
}

TEST_F(manager_clients_test, cannot_cancel_what_has_ended_or_never_was) {
  auto id = submit("first");
  run(id);
  EXPECT_EQ(order(messages::cancel_task{id}).code, ec::wrong_status);
  EXPECT_EQ(order(messages::cancel_task{make("nothing").id}).code,
            ec::unknown_task);
}

TEST_F(manager_clients_test, tells_the_queue_of_a_new_priority) {
  auto id = submit("first");
  EXPECT_EQ(order(messages::set_task_priority{id, core::critical}),
            core::error{});
  auto change = line_.take_one<change_priority>();
  EXPECT_EQ(change.task, id);
  EXPECT_EQ(change.priority, core::task_priority{core::critical});
}

TEST_F(manager_clients_test,
       keeps_the_new_priority_of_a_blocked_task_for_later) {
  auto first = submit("first");
  auto spec = make("second");
  spec.dependencies.push_back({first});
  auto second = submit(spec);
  EXPECT_EQ(order(messages::set_task_priority{second, 99}), core::error{});
  EXPECT_TRUE(line_.got<change_priority>().empty());
  line_.take<enqueue_tasks>();
  run(first);
  EXPECT_EQ(line_.take_one<enqueue_tasks>().tasks[0].priority,
            core::task_priority{99});
}

TEST_F(manager_clients_test, says_why_a_priority_cannot_change) {
  auto id = submit("first");
  EXPECT_EQ(order(messages::set_task_priority{id, 101}).code,
            ec::invalid_argument);
  start(id);
  EXPECT_EQ(order(messages::set_task_priority{id, 1}).code, ec::wrong_status);
  EXPECT_TRUE(line_.got<change_priority>().empty());
}

TEST_F(manager_clients_test, takes_progress_of_the_current_attempt) {
  listen(true);
  auto id = submit("first");
  EXPECT_EQ(order(messages::update_progress{{id, 0}, 50, {}}).code,
            ec::wrong_status);
  start(id);
  published();
  EXPECT_EQ(order(messages::update_progress{{id, 1}, 25, "a quarter"}),
            core::error{});
  EXPECT_EQ(get(id).progress, 25);
  EXPECT_EQ(get(id).progress_note, "a quarter");
  EXPECT_EQ(published(), std::vector{event_kind::task_progress});
  EXPECT_EQ(order(messages::update_progress{{id, 2}, 50, {}}).code,
            ec::wrong_status);
  // 0 stands for whichever is current.
  EXPECT_EQ(order(messages::update_progress{{id, 0}, 75, {}}), core::error{});
  EXPECT_EQ(get(id).progress, 75);
}

// -- waiting ------------------------------------------------------------------

TEST_F(manager_clients_test, tells_whoever_waits_of_the_end) {
  auto id = submit("first");
  client_.send(manager_, messages::await_tasks{{id}});
  system_.settle();
  EXPECT_EQ(client_.take_one<done>().failure, core::error{});
  start(id);
  EXPECT_TRUE(client_.got<tasks_ended>().empty());
  end(id);
  auto records = client_.take_one<tasks_ended>().records;
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].id(), id);
  EXPECT_EQ(records[0].status, task_status::completed);
}

TEST_F(manager_clients_test, tells_of_what_has_ended_at_once) {
  auto id = submit("first");
  run(id);
  client_.send(manager_, messages::await_tasks{{id}});
  system_.settle();
  EXPECT_EQ(client_.take_one<tasks_ended>().records.size(), 1u);
}

TEST_F(manager_clients_test, tells_of_ends_that_come_together_in_one_message) {
  auto a = submit("a");
  auto b = submit("b");
  client other{system_};
  client_.send(manager_, messages::await_tasks{{a, b}});
  other.send(manager_, messages::await_tasks{{b}});
  system_.settle();
  order(messages::stop_accepting{messages::stop_order::cancel});
  EXPECT_EQ(client_.take_one<tasks_ended>().records.size(), 2u);
  EXPECT_EQ(other.take_one<tasks_ended>().records.size(), 1u);
}

TEST_F(manager_clients_test, waits_for_the_known_ones_and_names_the_unknown) {
  auto known = submit("known");
  client_.send(manager_, messages::await_tasks{{make("unknown").id, known}});
  system_.settle();
  EXPECT_EQ(client_.take_one<done>().failure.code, ec::unknown_task);
  run(known);
  EXPECT_EQ(client_.take_one<tasks_ended>().records[0].id(), known);
}

TEST_F(manager_clients_test, answers_await_idle_when_the_last_task_has_ended) {
  EXPECT_EQ(order(messages::await_idle{}), core::error{});
  auto a = submit("a");
  auto b = submit("b");
  client_.send(manager_, messages::await_idle{});
  run(a);
  EXPECT_TRUE(client_.got<done>().empty());
  run(b);
  EXPECT_EQ(client_.take<done>().size(), 1u);
}

// -- children -----------------------------------------------------------------

TEST_F(manager_clients_test, tells_the_parent_of_the_end_of_a_child_it_awaits) {
  auto parent = submit("parent");
  start(parent);
  auto awaited = make("awaited");
  auto other = make("other");
  client_.send(manager_, child_of(parent, awaited, true));
  client_.send(manager_, child_of(parent, other, false));
  system_.settle();
  EXPECT_EQ(enqueued(), (list{"parent", "awaited", "other"}));
  run(other.id);
  EXPECT_TRUE(client_.got<tasks_ended>().empty());
  run(awaited.id);
  auto records = client_.take_one<tasks_ended>().records;
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].id(), awaited.id);
}

TEST_F(manager_clients_test, tells_the_parent_of_a_child_that_ends_right_away) {
  auto parent = submit("parent");
  start(parent);
  auto failed = submit("failed");
  order(messages::cancel_task{failed});
  auto child = make("child");
  child.dependencies.push_back({failed});
  client_.send(manager_, child_of(parent, child, true));
  system_.settle();
  auto records = client_.take_one<tasks_ended>().records;
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].status, task_status::cancelled);
}

TEST_F(manager_clients_test,
       tells_the_parent_and_observers_of_a_refused_child) {
  listen(true);
  auto parent = submit("parent");
  start(parent);
  published();
  auto child = make("child");
  child.queue = "nowhere";
  client_.send(manager_, child_of(parent, child, true));
  system_.settle();
  auto refused = client_.take_one<children_refused>();
  EXPECT_EQ(refused.parent, (core::attempt_key{parent, 1}));
  ASSERT_EQ(refused.refused.size(), 1u);
  EXPECT_EQ(refused.refused[0].task, child.id);
  EXPECT_EQ(refused.refused[0].why.code, ec::unknown_queue);
  EXPECT_EQ(published(), std::vector{event_kind::task_logged});
  // Who does not wait only has it in the log.
  child.id = make("again").id;
  client_.send(manager_, child_of(parent, child, false));
  system_.settle();
  EXPECT_TRUE(client_.got<children_refused>().empty());
  EXPECT_EQ(published(), std::vector{event_kind::task_logged});
}

TEST_F(manager_clients_test, cancels_children_with_their_parent) {
  auto parent = submit("parent");
  start(parent);
  auto child = make("child");
  client_.send(manager_, child_of(parent, child, true));
  order(messages::cancel_task{parent});
  EXPECT_EQ(get(child.id).status, task_status::cancelled);
  EXPECT_EQ(withdrawn().size(), 2u);
}

// -- stopping -----------------------------------------------------------------

TEST_F(manager_clients_test,
       accepts_nothing_more_but_children_while_it_drains) {
  auto parent = submit("parent");
  start(parent);
  order(messages::stop_accepting{});
  messages::submit_tasks request;
  request.specs.push_back(share(make("late")));
  EXPECT_EQ(order(request).code, ec::stopping);
  auto child = make("child");
  client_.send(manager_, child_of(parent, child, true));
  system_.settle();
  EXPECT_TRUE(client_.got<children_refused>().empty());
  EXPECT_EQ(get(child.id).status, task_status::pending);
  EXPECT_EQ(get(parent).status, task_status::running);
}

TEST_F(manager_clients_test, cancels_what_is_left_if_it_is_told_to) {
  auto parent = submit("parent");
  auto waiting = submit("waiting");
  start(parent);
  client_.send(manager_, messages::await_idle{});
  order(messages::stop_accepting{messages::stop_order::cancel});
  EXPECT_EQ(get(parent).status, task_status::cancelled);
  EXPECT_EQ(get(waiting).status, task_status::cancelled);
  EXPECT_EQ(client_.take<done>().size(), 1u);
  client_.send(manager_, child_of(parent, make("child"), true));
  system_.settle();
  auto refused = client_.take_one<children_refused>().refused;
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].why.code, ec::stopping);
}

// -- questions ----------------------------------------------------------------

TEST_F(manager_clients_test, says_so_when_it_does_not_know_a_task) {
  auto id = make("nothing").id;
  auto found = system_.ask<messages::task_found>(manager_,
                                                 messages::get_task{id});
  EXPECT_EQ(found.failure.code, ec::unknown_task);
  EXPECT_EQ(explain(id).failure.code, ec::unknown_task);
}

TEST_F(manager_clients_test, lists_and_counts_tasks) {
  auto a = submit("a");
  auto b = submit("b");
  submit("c");
  run(a);
  start(b);
  messages::list_tasks request;
  request.query.status = task_status::running;
  auto page = system_.ask<core::task_page>(manager_, request);
  ASSERT_EQ(page.tasks.size(), 1u);
  EXPECT_EQ(page.tasks[0].id(), b);
  auto counts = stats();
  EXPECT_EQ(counts.submitted, 3u);
  EXPECT_EQ(counts.completed, 1u);
  EXPECT_EQ(counts.running, 1u);
  EXPECT_EQ(counts.pending, 1u);
}

TEST_F(manager_clients_test, explains_what_is_its_own_doing) {
  auto first = submit("first");
  auto spec = make("second");
  spec.dependencies.push_back({first});
  auto second = submit(spec);
  EXPECT_EQ(explain(second).text,
            "waits for 1 of 1 dependencies: 'first' (pending)");
  EXPECT_TRUE(line_.got<messages::explain_waiting>().empty());
}

TEST_F(manager_clients_test, has_the_queue_explain_what_waits_there) {
  line_.answer_with(explanation{{}, "the queue's words"});
  auto id = submit("first");
  EXPECT_EQ(explain(id).text, "the queue's words");
  EXPECT_EQ(line_.take_one<messages::explain_waiting>().task, id);
}

TEST_F(manager_clients_test, forgets_ended_tasks_in_time) {
  core::retention_settings retention;
  retention.age = std::chrono::seconds{5};
  manager_ = spawn_manager(retention);
  attach("default", line_);
  auto id = submit("first");
  run(id);
  system_.advance(std::chrono::seconds{4});
  EXPECT_EQ(get(id).status, task_status::completed);
  system_.advance(std::chrono::seconds{3});
  EXPECT_EQ(stats().total, 0u);
  EXPECT_EQ(stats().submitted, 1u);
}

} // namespace troupe::test
