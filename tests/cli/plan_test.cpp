#include "cli/plan.hpp"

#include "tests/cli/loading.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

plan plan_of(const char* text) {
  auto loaded = testing::load(text);
  if (!loaded.value)
    throw std::invalid_argument{loaded.messages.at(0)};
  return testing::plan_of(*loaded.value);
}

} // namespace

TEST(plan_test, what_is_needed_stands_before_what_needs_it) {
  auto p = plan_of(R"(tasks:
  last: {argv: [x], needs: [mid, first]}
  mid: {argv: [x], needs: first}
  first: {argv: [x]}
  alone: {argv: [x]}
)");
  ASSERT_EQ(p.tasks.size(), 4u);
  EXPECT_EQ(p.stages, 3u);
  EXPECT_EQ(p.tasks[0].spec.name, "first");
  EXPECT_EQ(p.tasks[1].spec.name, "alone");
  EXPECT_EQ(p.tasks[2].spec.name, "mid");
  EXPECT_EQ(p.tasks[3].spec.name, "last");
  EXPECT_EQ(p.tasks[3].stage, 2u);
  EXPECT_EQ(p.tasks[3].needs, (std::vector<size_t>{0, 2}));
}

TEST(plan_test, a_fan_out_is_needed_whole_or_in_pairs) {
  auto p = plan_of(R"(tasks:
  a: {argv: [x], foreach: [1, 2]}
  b: {argv: [x], foreach: [1, 2], needs: [{task: a, each: same, as: one}]}
  c: {argv: [x], needs: [{task: b, on_failure: run}]}
)");
  ASSERT_EQ(p.tasks.size(), 5u);
  EXPECT_EQ(p.tasks[2].needs, std::vector<size_t>{0});
  EXPECT_EQ(p.tasks[3].needs, std::vector<size_t>{1});
  auto& pair = p.tasks[3].spec.dependencies;
  ASSERT_EQ(pair.size(), 1u);
  EXPECT_EQ(pair[0].task, p.tasks[1].spec.id);
  EXPECT_EQ(pair[0].alias, "one");
  auto& all = p.tasks[4].spec.dependencies;
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].alias, "b");
  EXPECT_EQ(all[1].task, p.tasks[3].spec.id);
  EXPECT_EQ(all[1].policy, core::on_failure::run);
}

TEST(plan_test, specs_are_those_of_the_tasks) {
  auto p = plan_of("tasks: {a: {argv: [x]}, b: {argv: [x], needs: a}}");
  auto specs = p.specs();
  ASSERT_EQ(specs.size(), 2u);
  EXPECT_EQ(specs[1].id, p.tasks[1].spec.id);
  EXPECT_NE(specs[0].id, specs[1].id);
}

} // namespace troupe::cli
