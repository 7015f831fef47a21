// What the registry tells a queue that takes the place of one that is gone.

#include "tests/core/registry_fixture.hpp"

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

class task_registry_recovery_test : public registry_fixture {
protected:
  /// Of the queue `default`.
  std::vector<recovered_task> recovered() {
    return registry->recover(0);
  }

  lines recovered_names() {
    lines names;
    for (auto& x : recovered())
      names.push_back(x.task.spec->name);
    return names;
  }
};

} // namespace

TEST_F(task_registry_recovery_test, names_what_the_queue_had_to_do) {
  for (auto* name : {"waits", "runs", "ended", "cancelled"})
    add(name);
  add("blocked", {on("waits")});
  auto elsewhere = make("elsewhere");
  elsewhere.queue = "side";
  ASSERT_TRUE(submit({elsewhere}));
  start("runs");
  complete("ended");
  cancelled("cancelled");
  EXPECT_EQ(recovered_names(), (lines{"waits", "runs"}));
}

TEST_F(task_registry_recovery_test, says_which_attempts_run) {
  add("waits");
  add("runs");
  start("runs", 3);
  auto all = recovered();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_FALSE(all[0].is_running);
  EXPECT_EQ(all[0].task.attempts, 0u);
  EXPECT_TRUE(all[1].is_running);
  EXPECT_EQ(all[1].task.attempts, 3u);
}

TEST_F(task_registry_recovery_test, keeps_what_was_under_way_out_of_it) {
  add("x");
  EXPECT_EQ(recovered_names(), lines{"x"});
  EXPECT_EQ(enqueued(), lines{});
}

TEST_F(task_registry_recovery_test, counts_what_has_failed_and_what_was_lost) {
  add("x");
  start("x");
  retry("x", now + 5s);
  start("x", 2);
  registry->lost({id_of("x"), 2}, now);
  auto all = recovered();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].failures, 1u);
  EXPECT_EQ(all[0].losses, 1u);
  EXPECT_EQ(all[0].task.attempts, 2u);
  EXPECT_EQ(all[0].not_before, never);
}

TEST_F(task_registry_recovery_test, a_backoff_goes_on) {
  add("x");
  start("x");
  retry("x", now + 5s);
  auto all = recovered();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].not_before, now + 5s);
}

TEST_F(task_registry_recovery_test, results_are_there_until_nobody_needs_them) {
  use({.age = 1s, .count = 0});
  add("ingest");
  auto spec = make("count", {on("ingest")});
  spec.parameters = payload{{"path", "${ingest.result.path}"}};
  ASSERT_TRUE(submit({spec}));
  complete("ingest", payload{{"path", "/tmp/in"}});
  now += 1h;
  registry->clean_up(now);
  auto all = recovered();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].task.parameters.value(), (json{{"path", "/tmp/in"}}));
  ASSERT_TRUE(all[0].task.dependencies);
  EXPECT_EQ(all[0].task.dependencies->at(0).alias, "ingest");
  complete("count");
  registry->clean_up(now);
  EXPECT_EQ(registry->get(id_of("ingest")).error().code, ec::unknown_task);
}

TEST_F(task_registry_recovery_test, an_attempt_is_lost_when_another_runs) {
  add("x");
  start("x");
  registry->ask({id_of("x"), 1}, {.number = 0, .prompt = "Who?"}, now);
  start("x", 2);
  EXPECT_EQ(get("x").status, task_status::running);
  EXPECT_EQ(get("x").attempt, 2u);
  EXPECT_EQ(recovered().at(0).losses, 1u);
  // Its question is not that of the other one, which asks itself.
  EXPECT_FALSE(registry->is_asking(id_of("x")));
  registry->ask({id_of("x"), 2}, {.number = 0, .prompt = "Who?"}, now);
  EXPECT_TRUE(registry->is_asking(id_of("x")));
}

TEST_F(task_registry_recovery_test, priorities_are_those_of_now) {
  add("x");
  ASSERT_TRUE(registry->set_priority(id_of("x"), 90, now));
  EXPECT_EQ(recovered().at(0).task.priority, task_priority{90});
}

} // namespace troupe::core
