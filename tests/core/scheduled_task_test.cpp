#include "core/scheduled_task.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace troupe::core {

namespace {

using namespace std::chrono_literals;

constexpr time_point run_time{1'790'000'000'123'456'789ns};

} // namespace

TEST(scheduled_task_test, a_run_has_one_id_for_ever) {
  run_key run{3, run_time};
  auto id = id_of_run("nightly", run_time - 24h, run);
  EXPECT_EQ(id_of_run("nightly", run_time - 24h, run), id);
  // What is in a journal has been made by some version before this one.
  EXPECT_EQ(to_string(id), "01a0c450-6c7b-73d8-af9c-773c61739eb8");
}

TEST(scheduled_task_test, ids_tell_the_time_of_the_run) {
  auto id = id_of_run("nightly", run_time - 24h, {3, run_time});
  EXPECT_EQ(time_of(id),
            std::chrono::floor<std::chrono::milliseconds>(run_time));
  EXPECT_EQ(id.low >> 62, 2u);
}

TEST(scheduled_task_test, no_two_runs_have_the_same_id) {
  std::set<task_id> ids;
  for (auto* name : {"a", "b", "ab", "ba"})
    for (auto added : {run_time - 2ns, run_time - 1ns})
      for (uint64_t number = 1; number <= 20; ++number)
        for (auto nominal : {run_time, run_time + 1ns, run_time + 1h})
          ids.insert(id_of_run(name, added, {number, nominal}));
  EXPECT_EQ(ids.size(), 4u * 2u * 20u * 3u);
}

TEST(scheduled_task_test, the_task_says_which_run_it_is) {
  schedule_spec schedule;
  schedule.name = "nightly";
  schedule.task.name = "back up";
  schedule.task.metadata = {{"schedule_run", "mine"}, {"other", "kept"}};
  run_key run{3, run_time};
  auto task = task_of_run(schedule, run_time - 24h, run);
  EXPECT_EQ(task.id, id_of_run("nightly", run_time - 24h, run));
  EXPECT_EQ(task.name, "back up");
  EXPECT_EQ(task.metadata, (std::map<std::string, std::string>{
                             {"schedule", "nightly"},
                             {"schedule_time", to_string(run_time)},
                             {"schedule_run", "mine"},
                             {"other", "kept"}}));
}

} // namespace troupe::core
