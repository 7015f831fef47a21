#include "core/task_registry.hpp"
#include "tests/core/registry_fixture.hpp"

#include <cmath>
#include <limits>

namespace troupe::core {

namespace {

class task_registry_orders_test : public registry_fixture {};

} // namespace

// -- cancelling ---------------------------------------------------------------

TEST_F(task_registry_orders_test, cancels_whatever_has_not_ended) {
  for (auto* name : {"queued", "running"})
    add(name);
  add("blocked", {on("running", on_failure::run)});
  start("running");
  for (auto* name : {"queued", "blocked", "running"})
    EXPECT_EQ(cancelled(name), "done");
  EXPECT_EQ(end_of("queued"), "cancelled (cancelled: on request)");
  // Only queues that have it need to know.
  EXPECT_EQ(withdrawn(), (lines{"queued", "running"}));
  end("running", payload{{"n", 1}});
  EXPECT_EQ(get("running").status, task_status::cancelled);
  EXPECT_TRUE(get("running").result.is_null());
  EXPECT_EQ(registry->stats().outcomes_dropped, 1u);
}

TEST_F(task_registry_orders_test, what_has_ended_cannot_be_cancelled) {
  add("x");
  EXPECT_EQ(cancelled("x", "too slow"), "done");
  EXPECT_EQ(end_of("x"), "cancelled (cancelled: too slow)");
  EXPECT_EQ(cancelled("x"),
            "wrong_status: task 'x' has ended: it is cancelled");
  add("y");
  complete("y");
  EXPECT_EQ(cancelled("y"),
            "wrong_status: task 'y' has ended: it is completed");
  EXPECT_EQ(cancelled("ghost"),
            "unknown_task: no task " + to_string(id_of("ghost")));
}

TEST_F(task_registry_orders_test, children_are_cancelled_with_their_parent) {
  add("parent");
  start("parent");
  for (auto* name : {"done", "waiting", "running"}) {
    auto spec = make(name);
    spec.parent = id_of("parent");
    submit({spec});
  }
  auto grandchild = make("grandchild");
  grandchild.parent = id_of("running");
  submit({grandchild});
  complete("done");
  start("running");
  EXPECT_EQ(cancelled("parent"), "done");
  EXPECT_EQ(get("done").status, task_status::completed);
  for (auto* name : {"waiting", "running"})
    EXPECT_EQ(end_of(name),
              "cancelled (cancelled: its parent 'parent' was cancelled)");
  EXPECT_EQ(end_of("grandchild"),
            "cancelled (cancelled: its parent 'running' was cancelled)");
  auto stopped = withdrawn();
  std::ranges::sort(stopped);
  EXPECT_EQ(stopped, (lines{"grandchild", "parent", "running", "waiting"}));
}

TEST_F(task_registry_orders_test,
       children_are_cancelled_with_an_attempt_that_did_not_succeed) {
  for (auto* name : {"good", "bad", "retried", "lost"}) {
    add(name);
    start(name);
    auto spec = make(std::string{"child of "} + name);
    spec.parent = id_of(name);
    submit({spec});
  }
  end("good", {});
  end("bad", {}, {ec::handler_failed, "no luck"});
  attempt_outcome failed;
  failed.key = {id_of("retried"), 1};
  failed.failure = {ec::handler_failed, "no luck"};
  registry->retried({failed, now + std::chrono::seconds{1}});
  registry->lost({id_of("lost"), 1}, now);
  EXPECT_EQ(get("child of good").status, task_status::pending);
  EXPECT_EQ(end_of("child of bad"),
            "cancelled (cancelled: its parent 'bad' failed)");
  EXPECT_EQ(end_of("child of retried"),
            "cancelled (cancelled: its parent 'retried' failed)");
  EXPECT_EQ(end_of("child of lost"),
            "cancelled (cancelled: its parent 'lost' was lost)");
  // What the next attempt submits is its own.
  start("lost", 2);
  auto again = make("again");
  again.parent = id_of("lost");
  submit({again});
  end("lost", {}, {}, 2);
  EXPECT_EQ(get("again").status, task_status::pending);
}

TEST_F(task_registry_orders_test, an_attempt_that_is_over_gets_no_children) {
  auto may = [this](const std::string& name, uint32_t number) {
    auto ok = registry->may_have_children({id_of(name), number});
    return ok ? std::string{"yes"} : to_string(ok.error());
  };
  add("x");
  EXPECT_EQ(may("x", 1), "wrong_status: attempt 1 of 'x' is over");
  start("x");
  EXPECT_EQ(may("x", 1), "yes");
  registry->lost({id_of("x"), 1}, now);
  start("x", 2);
  EXPECT_EQ(may("x", 1), "wrong_status: attempt 1 of 'x' is over");
  EXPECT_EQ(may("x", 2), "yes");
  end("x", {}, {}, 2);
  EXPECT_EQ(may("x", 2), "yes");
  EXPECT_TRUE(may("ghost", 1).starts_with("unknown_task: no task"));
}

TEST_F(task_registry_orders_test, cancels_all_that_is_left) {
  for (auto* name : {"done", "running"})
    add(name);
  add("blocked", {on("running")});
  complete("done");
  start("running");
  registry->cancel_all(now, "closing time");
  EXPECT_EQ(registry->stats().unended(), 0u);
  EXPECT_EQ(get("done").status, task_status::completed);
  EXPECT_EQ(end_of("running"), "cancelled (cancelled: closing time)");
  EXPECT_EQ(get("blocked").status, task_status::cancelled);
  EXPECT_EQ(withdrawn(), lines{"running"});
}

// -- orders and reports -------------------------------------------------------

TEST_F(task_registry_orders_test, the_priority_of_a_pending_task_can_change) {
  add("x");
  add("y", {on("x")});
  auto set = [this](const std::string& name, int32_t priority) {
    return registry->set_priority(id_of(name), priority, now);
  };
  EXPECT_EQ(set("x", 75).value(), 0u);
  EXPECT_EQ(last_event().text, "high");
  EXPECT_EQ(last_event().kind, event_kind::task_priority_changed);
  EXPECT_EQ(get("x").priority, 75);
  EXPECT_EQ(get("x").spec->priority, normal);
  // No queue has it yet, and it will come with its new one.
  EXPECT_EQ(set("y", 80).value(), std::nullopt);
  EXPECT_EQ(set("x", 101).error().code, ec::invalid_argument);
  EXPECT_EQ(set("x", -1).error().code, ec::invalid_argument);
  EXPECT_EQ(set("ghost", 1).error().code, ec::unknown_task);
  start("x");
  EXPECT_EQ(set("x", 1).error().code, ec::wrong_status);
  end("x", {});
  enqueued();
  EXPECT_EQ(tasks.at("y").priority, 80);
}

TEST_F(task_registry_orders_test, takes_the_progress_of_what_runs) {
  add("x");
  auto report = [this](double percent, uint32_t number = 1) {
    auto ok = registry->progress({id_of("x"), number}, percent, "so far", now);
    return ok ? ec::none : ok.error().code;
  };
  EXPECT_EQ(report(10), ec::wrong_status);
  start("x");
  EXPECT_EQ(report(10), ec::none);
  EXPECT_EQ(get("x").progress, 10);
  EXPECT_EQ(get("x").progress_note, "so far");
  EXPECT_EQ(last_event().progress, 10);
  EXPECT_EQ(last_event().text, "so far");
  // Nought stands for the current attempt.
  EXPECT_EQ(report(20, 0), ec::none);
  EXPECT_EQ(report(30, 2), ec::wrong_status);
  EXPECT_EQ(get("x").progress, 20);
  EXPECT_EQ(report(-5), ec::none);
  EXPECT_EQ(get("x").progress, 0);
  EXPECT_EQ(report(250), ec::none);
  EXPECT_EQ(get("x").progress, 100);
  EXPECT_EQ(report(std::nan("")), ec::invalid_argument);
  EXPECT_EQ(report(std::numeric_limits<double>::infinity()),
            ec::invalid_argument);
  registry->progress({id_of("x"), 1}, 50, "", now);
  EXPECT_EQ(get("x").progress_note, "");
  EXPECT_EQ(registry->progress({id_of("ghost"), 1}, 1, "", now).error().code,
            ec::unknown_task);
}

TEST_F(task_registry_orders_test,
       passes_on_events_of_the_current_attempt_only) {
  add("x");
  event emitted;
  emitted.kind = event_kind::task_emitted;
  emitted.task = id_of("x");
  EXPECT_FALSE(registry->report({id_of("x"), 1}, emitted));
  start("x");
  events();
  EXPECT_TRUE(registry->report({id_of("x"), 1}, emitted));
  EXPECT_FALSE(registry->report({id_of("x"), 2}, emitted));
  EXPECT_FALSE(registry->report({id_of("ghost"), 1}, emitted));
  end("x", {});
  EXPECT_FALSE(registry->report({id_of("x"), 1}, emitted));
  EXPECT_EQ(events(), (lines{"emitted x", "completed x"}));
}

} // namespace troupe::core
