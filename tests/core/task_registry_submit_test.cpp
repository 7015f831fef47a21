#include "core/task_registry.hpp"
#include "tests/core/registry_fixture.hpp"

namespace troupe::core {

namespace {

class task_registry_submit_test : public registry_fixture {
protected:
  /// Nothing is left of a submission that was refused.
  void expect_untouched() {
    EXPECT_EQ(registry->stats().total, 0u);
    EXPECT_EQ(registry->stats().pending, 0u);
    EXPECT_EQ(registry->stats().submitted, 0u);
    EXPECT_TRUE(registry->list({}).tasks.empty());
    EXPECT_EQ(enqueued(), lines{});
    EXPECT_EQ(events(), lines{});
  }

  task_spec child_of(const std::string& parent, const std::string& name,
                     std::vector<dependency> needs = {}) {
    auto x = make(name, std::move(needs));
    x.parent = id_of(parent);
    return x;
  }
};

} // namespace

TEST_F(task_registry_submit_test, a_task_without_needs_is_ready_at_once) {
  auto spec = make("x");
  spec.priority = 80;
  spec.parameters = payload{{"n", 1}};
  EXPECT_EQ(submitted({spec}), "accepted");
  EXPECT_EQ(last_event().subject, "default");
  EXPECT_EQ(last_event().text, "x");
  EXPECT_EQ(last_event().at, now);
  EXPECT_EQ(events(), lines{"submitted x"});
  EXPECT_EQ(enqueued(), lines{"x"});
  EXPECT_EQ(tasks.at("x").priority, 80);
  EXPECT_EQ(tasks.at("x").parameters, spec.parameters);
  EXPECT_EQ(tasks.at("x").dependencies, nullptr);
  EXPECT_EQ(tasks.at("x").ready_at, now);
  EXPECT_EQ(tasks.at("x").attempts, 0u);
  EXPECT_EQ(get("x").reason, pending_reason::queued);
}

TEST_F(task_registry_submit_test, goes_to_the_queue_it_names) {
  auto spec = make("x");
  spec.queue = "side";
  submit({spec, make("y")});
  EXPECT_EQ(registry->actions().queues.at(0).enqueue.at(0).spec->name, "y");
  EXPECT_EQ(registry->actions().queues.at(1).enqueue.at(0).spec->name, "x");
  EXPECT_EQ(registry->queue_number("side"), 1u);
  EXPECT_EQ(registry->queue_number("sid"), std::nullopt);
  EXPECT_EQ(registry->queue_name(1), "side");
}

// -- refusals -----------------------------------------------------------------

TEST_F(task_registry_submit_test, refuses_all_for_an_unknown_queue) {
  auto lost = make("y");
  lost.queue = "nowhere";
  EXPECT_EQ(submitted({make("x"), lost}),
            "unknown_queue: task 'y' names queue 'nowhere', which does not "
            "exist; add it with add_queue()");
  expect_untouched();
}

TEST_F(task_registry_submit_test, refuses_all_for_an_unknown_dependency) {
  EXPECT_EQ(submitted({make("x"), make("y", {on("x"), on("ghost")})}),
            fmt::format("unknown_task: task 'y' depends on {}, which does not "
                        "exist or has been forgotten",
                        to_string(id_of("ghost"))));
  expect_untouched();
}

TEST_F(task_registry_submit_test, refuses_all_for_a_duplicate) {
  auto same = make("y");
  same.id = id_of("x");
  auto text = fmt::format("duplicate: task 'y' has the id {} of a task that "
                          "exists",
                          to_string(same.id));
  EXPECT_EQ(submitted({make("x"), same}), text);
  expect_untouched();
  add("x");
  EXPECT_EQ(submitted({make("z"), same}), text);
  EXPECT_EQ(registry->stats().total, 1u);
  EXPECT_FALSE(registry->get(id_of("z")));
  EXPECT_EQ(get("x").name(), "x");
}

TEST_F(task_registry_submit_test, what_was_refused_can_be_submitted_again) {
  EXPECT_FALSE(submit({make("x"), make("y", {on("ghost")})}));
  EXPECT_EQ(submitted({make("ghost"), make("x"), make("y", {on("ghost")})}),
            "accepted");
  EXPECT_EQ(enqueued(), (lines{"ghost", "x"}));
  EXPECT_EQ(registry->stats().submitted, 3u);
  complete("ghost");
  EXPECT_EQ(enqueued(), lines{"y"});
}

TEST_F(task_registry_submit_test, a_refusal_does_not_touch_what_is_there) {
  add("x");
  events();
  EXPECT_FALSE(submit({make("y", {on("x")}), make("z", {on("ghost")})}));
  complete("x");
  EXPECT_EQ(events(), (lines{"started x", "completed x"}));
  EXPECT_EQ(registry->list({}).tasks.size(), 1u);
}

// -- cycles -------------------------------------------------------------------

TEST_F(task_registry_submit_test, spells_a_cycle_out) {
  EXPECT_EQ(submitted({make("start", {on("x")}), make("x", {on("y")}),
                       make("y", {on("z")}), make("z", {on("x")})}),
            "cycle: the dependencies form a cycle: x -> y -> z -> x (each "
            "needs the next)");
  expect_untouched();
}

TEST_F(task_registry_submit_test, a_task_cannot_wait_for_itself) {
  EXPECT_EQ(submitted({make("x", {on("x")})}),
            "cycle: the dependencies form a cycle: x -> x (each needs the "
            "next)");
  expect_untouched();
}

TEST_F(task_registry_submit_test, the_order_of_a_submission_does_not_matter) {
  EXPECT_EQ(submitted({make("join", {on("left"), on("right")}),
                       make("left", {on("fork")}), make("right", {on("fork")}),
                       make("fork")}),
            "accepted");
  EXPECT_EQ(enqueued(), lines{"fork"});
  complete("fork");
  EXPECT_EQ(enqueued(), (lines{"left", "right"}));
}

TEST_F(task_registry_submit_test, looks_for_cycles_without_recursion) {
  std::vector<task_spec> specs;
  constexpr uint64_t count = 50'000;
  for (uint64_t i = 0; i < count; ++i) {
    task_spec x;
    x.id = {2, i};
    x.name = fmt::format("t{}", i);
    if (i + 1 < count)
      x.dependencies = {{{2, i + 1}, {}, on_failure::cancel}};
    specs.push_back(x);
  }
  EXPECT_EQ(submitted(specs), "accepted");
  EXPECT_EQ(enqueued(), lines{fmt::format("t{}", count - 1)});
}

// -- bounds -------------------------------------------------------------------

TEST_F(task_registry_submit_test, refuses_what_is_beyond_the_bound_of_a_queue) {
  use({}, 2);
  EXPECT_EQ(submitted({make("x"), make("y"), make("z")}),
            "queue_full: queue 'default' has 0 of 2 waiting tasks and no room "
            "for 3 more; submit again when some have started");
  expect_untouched();
  // What is blocked waits, too.
  EXPECT_EQ(submitted({make("x"), make("y", {on("x")})}), "accepted");
  EXPECT_FALSE(submit({make("z")}));
  auto aside = make("z");
  aside.queue = "side";
  EXPECT_EQ(submitted({aside}), "accepted");
}

TEST_F(task_registry_submit_test, what_runs_or_has_ended_leaves_room) {
  use({}, 1);
  add("x");
  EXPECT_FALSE(submit({make("y")}));
  start("x");
  add("y");
  EXPECT_FALSE(submit({make("z")}));
  EXPECT_TRUE(registry->cancel(id_of("y"), now));
  add("z");
  // A lost attempt comes back even if there is no room for it.
  registry->lost({id_of("x"), 1}, now);
  EXPECT_TRUE(registry->cancel(id_of("z"), now));
  EXPECT_FALSE(submit({make("w")}));
  start("x", 2);
  add("w");
}

// -- needs that have ended ----------------------------------------------------

TEST_F(task_registry_submit_test, what_needs_only_ended_tasks_is_ready) {
  add("x");
  complete("x", payload{{"n", 7}});
  enqueued();
  events();
  add("y", {on("x")});
  EXPECT_EQ(enqueued(), lines{"y"});
  EXPECT_EQ(events(), (lines{"submitted y", "ready y"}));
  auto& known = *tasks.at("y").dependencies;
  ASSERT_EQ(known.size(), 1u);
  EXPECT_EQ(known[0].task, id_of("x"));
  EXPECT_EQ(known[0].alias, "x");
  EXPECT_EQ(known[0].result, (payload{{"n", 7}}));
}

TEST_F(task_registry_submit_test, a_need_that_has_failed_decides_at_once) {
  for (auto* name : {"bad", "open"})
    add(name);
  fail_task("bad");
  enqueued();
  add("cancel", {on("open"), on("bad")});
  EXPECT_EQ(end_of("cancel"), "cancelled (dependency_failed: its dependency "
                              "'bad' failed)");
  add("skip", {on("open"), on("bad", on_failure::skip)});
  EXPECT_EQ(end_of("skip"), "cancelled (skipped: its dependency 'bad' failed)");
  add("run", {on("bad", on_failure::run)});
  EXPECT_EQ(enqueued(), lines{"run"});
  EXPECT_EQ(tasks.at("run").dependencies->at(0).failure->code,
            ec::handler_failed);
  // What was skipped counts as completed.
  add("after", {on("skip")});
  EXPECT_EQ(enqueued(), lines{"after"});
  complete("open");
  EXPECT_EQ(enqueued(), lines{});
}

TEST_F(task_registry_submit_test, what_was_forgotten_cannot_be_waited_for) {
  use({.count = 0});
  add("x");
  complete("x");
  registry->clean_up(now);
  EXPECT_EQ(submit({make("y", {on("x")})}).error().code, ec::unknown_task);
}

// -- children -----------------------------------------------------------------

TEST_F(task_registry_submit_test, a_child_needs_a_parent_that_is_wanted) {
  auto orphan = child_of("ghost", "x");
  EXPECT_EQ(submitted({orphan}),
            fmt::format("unknown_task: task 'x' is a child of {}, which does "
                        "not exist or has been forgotten",
                        to_string(id_of("ghost"))));
  expect_untouched();
  add("parent");
  EXPECT_TRUE(registry->cancel(id_of("parent"), now));
  EXPECT_EQ(submitted({child_of("parent", "x")}),
            "wrong_status: task 'x' is a child of 'parent', which has been "
            "cancelled");
  EXPECT_FALSE(registry->get(id_of("x")));
}

TEST_F(task_registry_submit_test, a_parent_that_failed_has_no_more_children) {
  add("parent");
  fail_task("parent");
  EXPECT_EQ(submitted({child_of("parent", "x")}),
            "wrong_status: task 'x' is a child of 'parent', which has failed");
}

TEST_F(task_registry_submit_test, the_parent_may_have_ended_well) {
  add("parent");
  complete("parent");
  EXPECT_EQ(submitted({child_of("parent", "x")}), "accepted");
}

TEST_F(task_registry_submit_test, a_parent_takes_its_children_along_at_once) {
  add("bad");
  fail_task("bad");
  enqueued();
  EXPECT_EQ(submitted({make("parent", {on("bad")}), child_of("parent", "child"),
                       child_of("child", "grandchild", {on("child")}),
                       make("after", {on("child", on_failure::run)})}),
            "accepted");
  EXPECT_EQ(end_of("child"),
            "cancelled (cancelled: its parent 'parent' was cancelled)");
  EXPECT_EQ(get("grandchild").status, task_status::cancelled);
  EXPECT_EQ(enqueued(), lines{"after"});
  // The queue never had them.
  EXPECT_EQ(withdrawn(), lines{});
  EXPECT_EQ(registry->stats().pending, 1u);
}

} // namespace troupe::core
