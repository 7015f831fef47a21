#include "core/task_registry.hpp"

#include "tests/core/registry_fixture.hpp"

#include <cmath>
#include <limits>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

class task_registry_test : public registry_fixture {
protected:
  /// A task that needs `bad`, which fails.
  void add_after_failure(const std::string& name, on_failure policy) {
    add(name, {on("bad", policy)});
  }

  void lose(const std::string& name, uint32_t number = 1) {
    registry->lost({id_of(name), number}, now);
  }

  std::string cancelled(const std::string& name, std::string_view why = {}) {
    auto ok = registry->cancel(id_of(name), now, why);
    return ok ? "done" : to_string(ok.error());
  }
};

} // namespace

// -- dependencies -------------------------------------------------------------

TEST_F(task_registry_test, whoever_waits_for_one_is_ready_when_it_completes) {
  add("fork");
  for (auto* name : {"x", "y", "z"})
    add(name, {on("fork")});
  EXPECT_EQ(enqueued(), lines{"fork"});
  EXPECT_EQ(get("x").reason, pending_reason::blocked);
  start("fork");
  EXPECT_EQ(enqueued(), lines{});
  end("fork", {});
  EXPECT_EQ(enqueued(), (lines{"x", "y", "z"}));
  EXPECT_EQ(get("x").reason, pending_reason::queued);
}

TEST_F(task_registry_test, whoever_waits_for_many_is_ready_after_the_last) {
  for (auto* name : {"x", "y", "z"})
    add(name);
  add("join", {on("x"), on("y"), on("z")});
  enqueued();
  complete("z", payload{{"n", 3}});
  complete("x", payload{{"n", 1}});
  EXPECT_EQ(enqueued(), lines{});
  now += 1s;
  complete("y", payload{{"n", 2}});
  EXPECT_EQ(enqueued(), lines{"join"});
  EXPECT_EQ(tasks.at("join").ready_at, now);
  // In the order of the spec, not of the ends.
  auto& known = *tasks.at("join").dependencies;
  ASSERT_EQ(known.size(), 3u);
  EXPECT_EQ(known[0].result, (payload{{"n", 1}}));
  EXPECT_EQ(known[1].result, (payload{{"n", 2}}));
  EXPECT_EQ(known[2].alias, "z");
}

TEST_F(task_registry_test, a_dependency_goes_by_its_alias) {
  add("x");
  auto needs = on("x");
  needs.alias = "source";
  add("y", {needs});
  complete("x");
  enqueued();
  EXPECT_EQ(tasks.at("y").dependencies->at(0).alias, "source");
}

TEST_F(task_registry_test, the_policy_says_what_a_failure_means) {
  add("bad");
  add_after_failure("cancel", on_failure::cancel);
  add_after_failure("run", on_failure::run);
  add_after_failure("skip", on_failure::skip);
  add("after cancel", {on("cancel")});
  add("after skip", {on("skip")});
  enqueued();
  fail_task("bad");
  EXPECT_EQ(end_of("bad"), "failed (handler_failed: no luck)");
  EXPECT_EQ(end_of("cancel"), "cancelled (dependency_failed: its dependency "
                              "'bad' failed)");
  EXPECT_EQ(end_of("skip"), "cancelled (skipped: its dependency 'bad' failed)");
  EXPECT_TRUE(get("skip").was_skipped());
  EXPECT_EQ(end_of("after cancel"), "cancelled (dependency_failed: its "
                                    "dependency 'cancel' was cancelled)");
  auto ready = enqueued();
  std::ranges::sort(ready);
  EXPECT_EQ(ready, (lines{"after skip", "run"}));
  auto& seen = tasks.at("run").dependencies->at(0);
  EXPECT_EQ(seen.status, task_status::failed);
  EXPECT_EQ(seen.failure->message, "no luck");
  EXPECT_TRUE(tasks.at("after skip").dependencies->at(0).result.is_null());
}

TEST_F(task_registry_test, a_cancellation_counts_as_a_failure) {
  add("bad");
  add_after_failure("cancel", on_failure::cancel);
  add_after_failure("run", on_failure::run);
  enqueued();
  EXPECT_EQ(cancelled("bad"), "done");
  EXPECT_EQ(end_of("cancel"), "cancelled (dependency_failed: its dependency "
                              "'bad' was cancelled)");
  EXPECT_EQ(enqueued(), lines{"run"});
}

TEST_F(task_registry_test, a_failure_decides_before_the_others_have_ended) {
  add("bad");
  add("open");
  add("join", {on("open"), on("bad")});
  fail_task("bad");
  EXPECT_EQ(get("join").status, task_status::cancelled);
  enqueued();
  complete("open");
  EXPECT_EQ(enqueued(), lines{});
  EXPECT_EQ(registry->stats().cancelled, 1u);
}

TEST_F(task_registry_test, a_long_chain_ends_without_recursion) {
  add("t0");
  constexpr int count = 50'000;
  for (int i = 1; i < count; ++i)
    add(fmt::format("t{}", i), {on(fmt::format("t{}", i - 1))});
  EXPECT_EQ(cancelled("t0"), "done");
  EXPECT_EQ(registry->stats().cancelled, static_cast<uint64_t>(count));
}

// -- becoming ready -----------------------------------------------------------

TEST_F(task_registry_test, references_are_resolved_when_a_task_is_ready) {
  add("x");
  auto spec = make("y", {on("x")});
  spec.parameters = payload{{"path", "${x.result.path}"}, {"n", 1}};
  submit({spec});
  complete("x", payload{{"path", "/tmp"}});
  EXPECT_EQ(enqueued(), (lines{"x", "y"}));
  EXPECT_EQ(tasks.at("y").parameters, (payload{{"path", "/tmp"}, {"n", 1}}));
  EXPECT_EQ(get("y").spec->parameters, spec.parameters);
}

TEST_F(task_registry_test, a_reference_to_nothing_fails_the_task) {
  add("x");
  auto spec = make("y", {on("x")});
  spec.parameters = payload{{"path", "${x.result.path}"}};
  submit({spec});
  add("z", {on("y")});
  enqueued();
  complete("x", payload{{"size", 1}});
  EXPECT_EQ(enqueued(), lines{});
  EXPECT_EQ(get("y").status, task_status::failed);
  EXPECT_EQ(get("y").failure->code, ec::unresolved_reference);
  EXPECT_EQ(get("y").attempt, 0u);
  EXPECT_EQ(end_of("z"),
            "cancelled (dependency_failed: its dependency 'y' failed)");
}

TEST_F(task_registry_test, a_condition_decides_whether_it_runs) {
  add("x");
  auto runs = make("runs", {on("x")});
  runs.condition = "${x.result.n} > 1";
  auto skips = make("skips", {on("x")});
  skips.condition = "${x.result.n} > 2";
  auto fails = make("fails", {on("x")});
  fails.condition = "${x.result.m} > 2";
  auto never_read = make("never read", {on("x")});
  never_read.condition = "(";
  submit({runs, skips, fails, never_read, make("after", {on("skips")})});
  enqueued();
  complete("x", payload{{"n", 2}});
  EXPECT_EQ(enqueued(), (lines{"runs", "after"}));
  EXPECT_EQ(end_of("skips"), "cancelled (skipped: its condition is false: "
                             "${x.result.n} > 2)");
  EXPECT_EQ(get("fails").status, task_status::failed);
  EXPECT_EQ(get("fails").failure->code, ec::unresolved_reference);
  EXPECT_EQ(get("never read").failure->code, ec::invalid_argument);
}

// -- attempts -----------------------------------------------------------------

TEST_F(task_registry_test, a_task_that_runs_reports_its_way) {
  add("x");
  start("x", 1, 1);
  EXPECT_EQ(last_event().subject, "b");
  EXPECT_EQ(last_event().attempt, 1u);
  end("x", {}, {ec::handler_failed, "no luck"});
  EXPECT_EQ(last_event().text, "handler_failed: no luck");
  EXPECT_EQ(events(), (lines{"submitted x", "started x", "failed x"}));
}

TEST_F(task_registry_test, a_lost_attempt_is_followed_by_another) {
  add("x");
  start("x");
  registry->progress({id_of("x"), 1}, 50, "", now);
  enqueued();
  events();
  lose("x");
  EXPECT_EQ(get("x").status, task_status::pending);
  EXPECT_EQ(get("x").reason, pending_reason::queued);
  EXPECT_EQ(get("x").progress, 0);
  EXPECT_EQ(events(), lines{"retrying x"});
  // The queue still has it.
  EXPECT_EQ(enqueued(), lines{});
  start("x", 2, 1);
  EXPECT_EQ(get("x").attempt, 2u);
  EXPECT_EQ(get("x").agent, "b");
  end("x", payload{{"n", 2}}, {}, 2);
  EXPECT_EQ(get("x").result, (payload{{"n", 2}}));
}

TEST_F(task_registry_test, only_the_current_attempt_counts) {
  add("x");
  end("x", payload{{"n", 0}}, {}, 0);
  start("x");
  lose("x");
  end("x", payload{{"n", 1}}, {}, 1);
  EXPECT_EQ(get("x").status, task_status::pending);
  start("x", 2);
  end("x", payload{{"n", 1}}, {}, 1);
  lose("x", 1);
  EXPECT_EQ(get("x").status, task_status::running);
  end("x", payload{{"n", 2}}, {}, 2);
  end("x", payload{{"n", 3}}, {}, 2);
  lose("x", 2);
  start("x", 3);
  EXPECT_EQ(get("x").result, (payload{{"n", 2}}));
  EXPECT_EQ(get("x").attempt, 2u);
  end("ghost", {});
  lose("ghost");
  start("ghost");
  EXPECT_EQ(registry->stats().outcomes_dropped, 8u);
  EXPECT_EQ(registry->stats().completed, 1u);
}

// -- cancelling ---------------------------------------------------------------

TEST_F(task_registry_test, cancels_whatever_has_not_ended) {
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

TEST_F(task_registry_test, what_has_ended_cannot_be_cancelled) {
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

TEST_F(task_registry_test, children_are_cancelled_with_their_parent) {
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

TEST_F(task_registry_test, other_ends_of_a_parent_leave_its_children_alone) {
  for (auto* name : {"good", "bad"}) {
    add(name);
    start(name);
    auto spec = make(std::string{"child of "} + name);
    spec.parent = id_of(name);
    submit({spec});
  }
  end("good", {});
  end("bad", {}, {ec::handler_failed, "no luck"});
  EXPECT_EQ(get("child of good").status, task_status::pending);
  EXPECT_EQ(get("child of bad").status, task_status::pending);
}

TEST_F(task_registry_test, cancels_all_that_is_left) {
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

TEST_F(task_registry_test, the_priority_of_a_pending_task_can_change) {
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

TEST_F(task_registry_test, takes_the_progress_of_what_runs) {
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

TEST_F(task_registry_test, passes_on_events_of_the_current_attempt_only) {
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
