#include "bench/runner.hpp"

#include "bench/report.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <stdexcept>

namespace troupe::bench {

namespace {

benchmark make(std::string name, double rate,
               std::vector<std::string> needs = {}) {
  benchmark x;
  x.name = std::move(name);
  x.needs = std::move(needs);
  x.run = [rate](const context&) {
    return sample{{"tasks_per_second", rate, "tasks/s"}};
  };
  return x;
}

std::vector<outcome> run(const std::vector<benchmark>& all,
                         run_options options = {}) {
  return run_all(all, options, [](size_t, const benchmark&) {});
}

} // namespace

TEST(runner_test, runs_what_is_needed_first) {
  std::vector<benchmark> all{make("a/one", 1), make("b/two", 2),
                             make("c/three", 3, {"a/one"})};
  auto chosen = selected(all, {"three"});
  ASSERT_EQ(chosen.size(), 2u);
  EXPECT_EQ(chosen[0]->name, "a/one");
  EXPECT_EQ(chosen[1]->name, "c/three");
}

TEST(runner_test, runs_the_bound_unless_told_otherwise) {
  std::vector<benchmark> all{make("bare", 1000), make("ours", 500)};
  all[1].bound = "bare";
  EXPECT_EQ(selected(all, {"ours"}).size(), 2u);
  EXPECT_EQ(selected(all, {"ours"}, false).size(), 1u);
}

TEST(runner_test, runs_each_once_per_round) {
  std::vector<benchmark> all{make("a", 1), make("b", 2)};
  all[1].rounds_max = 1;
  auto results = run(all, {.rounds = 3});
  EXPECT_EQ(results[0].figures[0].values.size(), 3u);
  EXPECT_EQ(results[1].figures[0].values.size(), 1u);
}

TEST(runner_test, relates_a_rate_to_its_bound) {
  std::vector<benchmark> all{make("bare", 1000), make("ours", 500)};
  all[1].bound = "bare";
  all[1].target = goal{"of_bound", goal::side::at_least, 0.4};
  auto results = run(all);
  EXPECT_EQ(to_line(results[1]), "ours                    500 tasks/s   "
                                 "0.500 of bare (target >= 0.400: met)");
  EXPECT_EQ(results[1].meets_target(), true);
}

TEST(runner_test, says_that_a_target_is_missed) {
  std::vector<benchmark> all{make("ours", 500)};
  all[0].target = goal{"tasks_per_second", goal::side::below, 500};
  auto results = run(all);
  EXPECT_EQ(results[0].meets_target(), false);
  EXPECT_EQ(to_json(results, {})["figures"][0]["target"]["met"], false);
}

TEST(runner_test, reports_what_a_run_threw) {
  std::vector<benchmark> all{make("bad", 0), make("dependent", 1, {"bad"})};
  all[0].run = [](const context&) -> sample {
    throw std::runtime_error{"no luck"};
  };
  auto results = run(all, {.rounds = 1});
  EXPECT_EQ(results[0].errors, std::vector<std::string>{"no luck"});
  EXPECT_EQ(results[1].errors.size(), 1u);
  EXPECT_TRUE(results[1].figures.empty());
}

TEST(runner_test, survives_a_run_that_dies) {
  std::vector<benchmark> all{make("dead", 0)};
  all[0].run = [](const context&) -> sample {
    std::raise(SIGKILL);
    return {};
  };
  auto results = run(all, {.rounds = 1});
  ASSERT_EQ(results[0].errors.size(), 1u);
  EXPECT_NE(results[0].errors[0].find("signal 9"), std::string::npos);
}

TEST(report_test, writes_numbers_for_people) {
  EXPECT_EQ(to_text(612345.4), "612345");
  EXPECT_EQ(to_text(99.94), "99.9");
  EXPECT_EQ(to_text(1.634), "1.63");
  EXPECT_EQ(to_text(0.0516), "0.0516");
  EXPECT_EQ(to_text(0), "0");
}

} // namespace troupe::bench
