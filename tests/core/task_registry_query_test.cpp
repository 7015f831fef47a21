#include "core/task_registry.hpp"
#include "tests/core/registry_fixture.hpp"

#include <limits>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

class task_registry_query_test : public registry_fixture {
protected:
  lines listed(const task_query& query) {
    lines names;
    for (auto& x : registry->list(query).tasks)
      names.push_back(x.name());
    return names;
  }

  std::string explained(const std::string& name) {
    auto x = registry->explain(id_of(name)).value();
    return x.queue ? fmt::format("ask queue {}", *x.queue) : x.text;
  }

  lines history(const std::string& name) {
    lines result;
    for (auto& x : get(name).history)
      result.push_back(
        fmt::format("{} {} {}", to_string(x.kind), x.attempt, x.detail));
    return result;
  }
};

} // namespace

// -- records ------------------------------------------------------------------

TEST_F(task_registry_query_test, a_record_tells_what_became_of_a_task) {
  auto submitted = now;
  add("x");
  auto fresh = get("x");
  EXPECT_EQ(fresh.created, submitted);
  EXPECT_EQ(fresh.started, never);
  EXPECT_EQ(fresh.attempt, 0u);
  EXPECT_EQ(fresh.agent, "");
  now += 1s;
  start("x", 1, 1);
  auto running = get("x");
  EXPECT_EQ(running.status, task_status::running);
  EXPECT_EQ(running.reason, pending_reason::none);
  EXPECT_EQ(running.started, submitted + 1s);
  EXPECT_EQ(running.agent, "b");
  EXPECT_EQ(running.attempt, 1u);
  now += 1s;
  end("x", payload{{"n", 7}});
  auto ended = get("x");
  EXPECT_EQ(ended.status, task_status::completed);
  EXPECT_EQ(ended.finished, submitted + 2s);
  EXPECT_EQ(ended.result, (payload{{"n", 7}}));
  EXPECT_EQ(ended.progress, 100);
  EXPECT_EQ(ended.failure, std::nullopt);
  EXPECT_TRUE(ended.has_ended());
  EXPECT_EQ(history("x"), (lines{"submitted 0 default", "ready 0 ",
                                 "started 1 b", "ended 1 completed"}));
}

TEST_F(task_registry_query_test, knows_what_the_current_attempt_works_on) {
  EXPECT_EQ(registry->running({id_of("ghost"), 1}), nullptr);
  add("x");
  EXPECT_EQ(registry->running({id_of("x"), 1}), nullptr);
  start("x");
  ASSERT_NE(registry->running({id_of("x"), 1}), nullptr);
  EXPECT_EQ(registry->running({id_of("x"), 1})->name, "x");
  EXPECT_EQ(registry->running({id_of("x"), 2}), nullptr);
  end("x", {});
  EXPECT_EQ(registry->running({id_of("x"), 1}), nullptr);
}

TEST_F(task_registry_query_test, the_agent_knows_best_when_it_began) {
  add("x");
  start("x");
  attempt_outcome x;
  x.key = {id_of("x"), 1};
  x.started = now + 3s;
  x.finished = now + 5s;
  registry->ended(std::move(x));
  EXPECT_EQ(get("x").started, now + 3s);
  EXPECT_EQ(get("x").finished, now + 5s);
}

TEST_F(task_registry_query_test, history_has_every_attempt) {
  add("x");
  start("x");
  now += 1s;
  registry->lost({id_of("x"), 1}, now);
  now += 1s;
  registry->set_priority(id_of("x"), high, now);
  now += 1s;
  start("x", 2, 1);
  now += 1s;
  end("x", {}, {ec::handler_failed, "no luck"}, 2);
  EXPECT_EQ(history("x"),
            (lines{"submitted 0 default", "ready 0 ", "started 1 a",
                   "attempt_lost 1 a", "priority_changed 1 high", "started 2 b",
                   "attempt_failed 2 handler_failed: no luck",
                   "ended 2 failed"}));
}

TEST_F(task_registry_query_test, a_long_history_loses_its_middle) {
  add("x");
  for (int32_t i = 0; i < 100; ++i) {
    now += 1s;
    EXPECT_TRUE(registry->set_priority(id_of("x"), i, now));
  }
  auto all = history("x");
  EXPECT_EQ(all.size(), 34u);
  EXPECT_EQ(all.at(2), "priority_changed 0 0");
  EXPECT_EQ(all.at(17), "priority_changed 0 15");
  EXPECT_EQ(all.at(18), "priority_changed 0 84");
  EXPECT_EQ(all.back(), "priority_changed 0 99");
}

TEST_F(task_registry_query_test, says_what_it_does_not_know) {
  EXPECT_EQ(registry->get(id_of("ghost")).error().code, ec::unknown_task);
  EXPECT_EQ(registry->explain(id_of("ghost")).error().code, ec::unknown_task);
  EXPECT_FALSE(registry->has_ended(id_of("ghost")));
}

TEST_F(task_registry_query_test, tells_of_the_end_of_what_is_watched) {
  add("x");
  add("y");
  registry->watch(id_of("x"));
  registry->watch(id_of("ghost"));
  EXPECT_FALSE(registry->has_ended(id_of("x")));
  complete("y");
  complete("x");
  EXPECT_TRUE(registry->has_ended(id_of("x")));
  EXPECT_EQ(registry->actions().watched, std::vector{id_of("x")});
}

// -- lists --------------------------------------------------------------------

TEST_F(task_registry_query_test, lists_what_matches_all_that_is_asked) {
  auto plain = make("plain");
  auto marked = make("marked");
  marked.queue = "side";
  marked.owner = "ann";
  marked.tags = {"red", "big"};
  marked.parent = id_of("plain");
  auto other = make("other");
  other.owner = "ann";
  other.tags = {"big"};
  submit({plain, marked, other});
  complete("other");
  EXPECT_EQ(listed({}), (lines{"plain", "marked", "other"}));
  EXPECT_EQ(listed({.status = task_status::pending}),
            (lines{"plain", "marked"}));
  EXPECT_EQ(listed({.queue = "side"}), lines{"marked"});
  EXPECT_EQ(listed({.owner = "ann"}), (lines{"marked", "other"}));
  EXPECT_EQ(listed({.tag = "big"}), (lines{"marked", "other"}));
  EXPECT_EQ(listed({.tag = "red"}), lines{"marked"});
  EXPECT_EQ(listed({.name = "plain"}), lines{"plain"});
  EXPECT_EQ(listed({.parent = id_of("plain")}), lines{"marked"});
  EXPECT_EQ(listed({.status = task_status::completed, .owner = "ann"}),
            lines{"other"});
  EXPECT_EQ(listed({.queue = "side", .name = "plain"}), lines{});
}

TEST_F(task_registry_query_test, pages_follow_each_other) {
  lines names;
  for (int i = 0; i < 7; ++i) {
    names.push_back(fmt::format("t{}", i));
    add(names.back());
  }
  lines seen;
  size_t pages = 0;
  task_query query{.limit = 3};
  do {
    auto page = registry->list(query);
    EXPECT_LE(page.tasks.size(), 3u);
    for (auto& x : page.tasks)
      seen.push_back(x.name());
    query.after = page.next;
    ++pages;
  } while (!query.after.is_nil());
  EXPECT_EQ(seen, names);
  EXPECT_EQ(pages, 3u);
}

TEST_F(task_registry_query_test, the_last_page_says_so) {
  add("x");
  add("y");
  EXPECT_TRUE(registry->list({.limit = 2}).next.is_nil());
  EXPECT_EQ(registry->list({.limit = 1}).next, id_of("x"));
}

TEST_F(task_registry_query_test, a_page_has_at_least_one_and_at_most_1000) {
  for (int i = 0; i < 1001; ++i)
    add(fmt::format("t{}", i));
  EXPECT_EQ(registry->list({.limit = 0}).tasks.size(), 1u);
  auto page = registry->list({.limit = std::numeric_limits<uint32_t>::max()});
  EXPECT_EQ(page.tasks.size(), 1000u);
}

TEST_F(task_registry_query_test, a_page_goes_on_where_a_task_was_forgotten) {
  use({.count = 0});
  for (auto* name : {"w", "x", "y", "z"})
    add(name);
  complete("x");
  complete("y");
  registry->clean_up(now);
  EXPECT_EQ(listed({.after = id_of("x")}), lines{"z"});
  EXPECT_EQ(listed({.after = id_of("w")}), lines{"z"});
  EXPECT_EQ(listed({.after = id_of("z")}), lines{});
}

TEST_F(task_registry_query_test, looks_at_no_more_than_so_many_at_once) {
  std::vector<task_spec> specs;
  for (int i = 0; i < 20'001; ++i)
    specs.push_back({.id = {2, static_cast<uint64_t>(i + 1)}, .name = "x"});
  specs.back().name = "y";
  submit(specs);
  auto page = registry->list({.name = "y"});
  EXPECT_TRUE(page.tasks.empty());
  EXPECT_EQ(page.next, (task_id{2, 20'000}));
  page = registry->list({.name = "y", .after = page.next});
  EXPECT_EQ(page.tasks.size(), 1u);
  EXPECT_TRUE(page.next.is_nil());
}

// -- numbers ------------------------------------------------------------------

TEST_F(task_registry_query_test, counts_tasks_by_their_status) {
  for (auto* name : {"waiting", "running", "good", "bad", "unwanted"})
    add(name);
  start("running");
  complete("good");
  fail_task("bad");
  EXPECT_TRUE(registry->cancel(id_of("unwanted"), now));
  end("good", {});
  auto& stats = registry->stats();
  EXPECT_EQ(stats.total, 5u);
  EXPECT_EQ(stats.submitted, 5u);
  EXPECT_EQ(stats.pending, 1u);
  EXPECT_EQ(stats.running, 1u);
  EXPECT_EQ(stats.completed, 1u);
  EXPECT_EQ(stats.failed, 1u);
  EXPECT_EQ(stats.cancelled, 1u);
  EXPECT_EQ(stats.unended(), 2u);
  EXPECT_EQ(stats.outcomes_dropped, 1u);
}

// -- explaining ---------------------------------------------------------------

TEST_F(task_registry_query_test, explains_what_a_blocked_task_waits_for) {
  for (auto* name : {"x", "y", "z"})
    add(name);
  add("join", {on("x"), on("y"), on("z")});
  start("y");
  complete("z");
  EXPECT_EQ(explained("join"),
            "waits for 2 of 3 dependencies: 'x' (pending), 'y' (running)");
}

TEST_F(task_registry_query_test, names_only_so_many_dependencies) {
  std::vector<dependency> needs;
  for (int i = 0; i < 8; ++i) {
    add(fmt::format("t{}", i));
    needs.push_back(on(fmt::format("t{}", i)));
  }
  add("join", needs);
  EXPECT_EQ(explained("join"),
            "waits for 8 of 8 dependencies: 't0' (pending), 't1' (pending), "
            "'t2' (pending), 't3' (pending), 't4' (pending) and 3 more");
}

TEST_F(task_registry_query_test, explains_how_a_task_is) {
  now = time_point{1'769'860'800s};
  auto spec = make("x");
  spec.queue = "side";
  submit({spec});
  EXPECT_EQ(explained("x"), "ask queue 1");
  start("x", 1, 1);
  EXPECT_EQ(explained("x"),
            "runs on agent 'b' since 2026-01-31T12:00:00.000Z, attempt 1");
  registry->lost({id_of("x"), 1}, now);
  EXPECT_EQ(explained("x"), "ask queue 1");
  EXPECT_TRUE(registry->cancel(id_of("x"), now, "too slow"));
  EXPECT_EQ(explained("x"),
            "cancelled at 2026-01-31T12:00:00.000Z (cancelled: too slow)");
  add("y");
  complete("y");
  EXPECT_EQ(explained("y"), "completed at 2026-01-31T12:00:00.000Z");
}

} // namespace troupe::core
