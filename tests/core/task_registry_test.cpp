#include "core/task_registry.hpp"

#include "tests/core/registry_fixture.hpp"

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

} // namespace troupe::core
