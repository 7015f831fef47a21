#include "tests/cli/loading.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

using testing::load;
using testing::mistake_list;

testing::loaded load_agent(const std::string& fields) {
  return load("agents: {a: {capabilities: process.run, " + fields + "}}"
              + testing::one_task);
}

} // namespace

TEST(read_bounds_test, reads_what_programs_may) {
  auto x = load_agent("directories: [/a, b], limits: {cpu_max: 1.5s, "
                      "memory_max: 1, open_files_max: 2, file_size_max: 3, "
                      "processes_max: 4, output_max: 5000000000}");
  ASSERT_TRUE(x.value) << x.messages.at(0);
  auto& bounds = x.value->agents.at(0).bounds;
  EXPECT_EQ(bounds.directories, (mistake_list{"/a", "b"}));
  EXPECT_EQ(bounds.limits.cpu_time, std::chrono::milliseconds{1500});
  EXPECT_EQ(bounds.limits.memory, 1u);
  EXPECT_EQ(bounds.limits.open_files, 2u);
  EXPECT_EQ(bounds.limits.file_size, 3u);
  EXPECT_EQ(bounds.limits.processes, 4u);
  EXPECT_EQ(bounds.limits.output, 5'000'000'000u);
}

TEST(read_bounds_test, there_are_none_if_none_are_given) {
  auto x = load_agent("directories: /a");
  ASSERT_TRUE(x.value);
  EXPECT_EQ(x.value->agents.at(0).bounds.directories, mistake_list{"/a"});
  x = load_agent("slots: 1");
  ASSERT_TRUE(x.value);
  EXPECT_TRUE(x.value->agents.at(0).bounds.are_none());
}

TEST(read_bounds_test, says_what_is_wrong) {
  EXPECT_EQ(load_agent("limits: {memory_mx: 1}").messages,
            mistake_list{
              "f:1:50: error: unknown key 'memory_mx' in 'limits' of "
              "agent 'a'; did you mean 'memory_max'?"});
  EXPECT_EQ(load_agent("limits: 3").messages.size(), 1u);
  EXPECT_EQ(load_agent("directories: ['']").messages,
            mistake_list{"f:1:54: error: 'directories' of agent 'a' has one "
                         "without a name"});
}

} // namespace troupe::cli
