#include "cli/pipeline.hpp"

#include "tests/cli/loading.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

TEST(pipeline_test, finds_its_parts_by_name) {
  auto p = testing::load("queues: {q: }\ntasks: {t: {argv: [x]}}").value;
  ASSERT_TRUE(p);
  EXPECT_EQ(p->find_group("t"), &p->groups[0]);
  EXPECT_EQ(p->find_queue("q"), &p->queues[0]);
  EXPECT_EQ(p->find_agent("local"), &p->agents[0]);
  EXPECT_EQ(p->find_group("x"), nullptr);
  EXPECT_EQ(p->find_queue("x"), nullptr);
  EXPECT_EQ(p->find_agent("x"), nullptr);
}

} // namespace troupe::cli
