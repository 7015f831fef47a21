#include "cli/pipeline_file.hpp"

#include "tests/cli/loading.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace troupe::cli {

namespace {

using testing::load;
using testing::mistake_list;

/// The first example in the reference.
std::string worked_example() {
  std::ifstream in{TROUPE_SOURCE_DIR "/docs/pipeline-file.md"};
  std::stringstream text;
  text << in.rdbuf();
  auto document = text.str();
  auto begin = document.find("```yaml\n") + 8;
  return document.substr(begin, document.find("```", begin) - begin);
}

} // namespace

TEST(pipeline_file_test, the_example_of_the_reference_is_one) {
  auto result = load(worked_example());
  EXPECT_EQ(result.messages, mistake_list{});
  ASSERT_TRUE(result.value);
  EXPECT_EQ(result.value->name, "licenses");
  EXPECT_EQ(result.value->groups.size(), 4u);
}

TEST(pipeline_file_test, lists_five_different_mistakes_with_their_places) {
  EXPECT_EQ(load(R"(name: five
queues:
  fast: {max_concurrent: many}
tasks:
  build:
    argv: [make]
    prioritty: high
  test:
    argv: [make, test]
    needs: [biuld]
    timeout: soon
  ship:
    run: process.run
    with: {agrv: [scp]}
)")
              .messages,
            (mistake_list{
              "f:3:26: error: 'max_concurrent' of queue 'fast' must be a whole "
              "number, 0 or more, not 'many'",
              "f:7:5: error: unknown key 'prioritty' in task 'build'; did you "
              "mean 'priority'?",
              "f:10:13: error: unknown task 'biuld' in 'needs' of task 'test'; "
              "did you mean 'build'?",
              "f:11:14: error: 'timeout' of task 'test' must be a duration "
              "such as '250ms', '1.5s' or '2m', not 'soon'",
              "f:12:3: error: task 'ship': process.run needs 'argv' or "
              "'shell'",
              "f:14:12: error: task 'ship': process.run has no parameter "
              "'agrv' (did you mean 'argv'?)",
            }));
}

TEST(pipeline_file_test, knows_its_name_and_directory) {
  auto result = load("tasks: {t: {argv: ['${pipeline.name}', "
                     "'${pipeline.dir}', '${env.HOME}']}}");
  ASSERT_TRUE(result.value) << result.messages.at(0);
  EXPECT_EQ(result.value->name, "unnamed");
  auto& spec = result.value->groups[0].instances[0].spec;
  EXPECT_EQ(spec.parameters.value()["argv"],
            (core::json{"unnamed", "/pipelines", "/home/me"}));
}

TEST(pipeline_file_test, a_file_is_a_mapping_of_known_keys) {
  EXPECT_EQ(load("").messages, mistake_list{"f: error: the file is empty"});
  EXPECT_EQ(
    load("- a").messages,
    mistake_list{"f:1:1: error: the file must be a mapping, not a list"});
  EXPECT_EQ(load("taks: {}\ntasks: {t: {argv: [x]}}").messages,
            mistake_list{
              "f:1:1: error: unknown key 'taks' in the file; did you "
              "mean 'tasks'?"});
}

TEST(pipeline_file_test, json_is_fine) {
  EXPECT_TRUE(load(R"({"tasks": {"t": {"argv": ["x", 1]}}})").value);
}

} // namespace troupe::cli
