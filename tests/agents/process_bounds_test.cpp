#include "agents/process_bounds.hpp"

#include "agents/process.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace troupe::agents {

namespace {

namespace fs = std::filesystem;
using core::json;

class process_bounds_test : public ::testing::Test {
protected:
  process_bounds_test() {
    fs::create_directories(inside_ / "deep");
    fs::create_directories(outside_);
    fs::create_directory_symlink(outside_, inside_ / "link");
  }

  core::result<json> with_cwd(json cwd) const {
    json given{{"argv", {"pwd"}}};
    if (!cwd.is_null())
      given["cwd"] = std::move(cwd);
    return within(bounds_, std::move(given));
  }

  std::string chosen(json cwd) const {
    auto result = with_cwd(std::move(cwd));
    EXPECT_TRUE(result);
    return result ? result->at("cwd").get<std::string>() : "";
  }

  test::temporary_directory directory_;
  fs::path root_ = fs::canonical(directory_.path());
  fs::path inside_ = root_ / "inside";
  fs::path outside_ = root_ / "outside";
  process_bounds bounds_{{inside_.string()}, {}};
};

} // namespace

TEST_F(process_bounds_test, programs_start_in_the_first_directory) {
  EXPECT_EQ(chosen(nullptr), inside_);
  auto output = run_process(*with_cwd(nullptr));
  ASSERT_TRUE(output);
  EXPECT_EQ(output->value().at("stdout"), inside_.string() + "\n");
}

TEST_F(process_bounds_test, programs_start_below_if_the_task_says_so) {
  EXPECT_EQ(chosen("deep"), inside_ / "deep");
  EXPECT_EQ(chosen((inside_ / "deep").string()), inside_ / "deep");
  EXPECT_EQ(chosen("deep/.."), inside_);
  EXPECT_EQ(chosen("not/there"), inside_ / "not/there");
}

TEST_F(process_bounds_test, no_way_leads_out) {
  for (auto& cwd :
       {outside_.string(), std::string{".."}, std::string{"deep/../.."},
        std::string{"link"}, std::string{"/"}, inside_.string() + "side"}) {
    auto result = with_cwd(cwd);
    ASSERT_FALSE(result) << cwd;
    EXPECT_EQ(result.error().code, core::ec::invalid_argument);
    EXPECT_TRUE(result.error().is_permanent);
  }
  EXPECT_EQ(with_cwd("..").error().message,
            "this agent runs no programs in '..'; it does in "
              + inside_.string());
}

TEST_F(process_bounds_test, one_of_several_directories_is_enough) {
  bounds_.directories.push_back(outside_.string());
  EXPECT_EQ(chosen("link"), outside_);
}

TEST(process_limits_test, are_those_of_the_agent_at_most) {
  process_bounds bounds;
  bounds.limits = {std::chrono::seconds{2}, 1000, 10, 20, 30, 40};
  auto given = within(bounds, {{"argv", {"x"}},
                               {"cpu_max", "1m"},
                               {"memory_max", 999},
                               {"open_files_max", 11}});
  ASSERT_TRUE(given);
  EXPECT_EQ(*given, (json{{"argv", {"x"}},
                          {"cpu_max", 2.0},
                          {"memory_max", 999},
                          {"open_files_max", 10},
                          {"file_size_max", 20},
                          {"processes_max", 30},
                          {"output_max", 40}}));
}

TEST(process_limits_test, stop_a_program_that_asks_for_none) {
  process_bounds bounds;
  bounds.limits.output = 10;
  auto given = within(bounds, {{"shell", "while echo flood; do :; done"}});
  ASSERT_TRUE(given);
  auto result = run_process(*given);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, core::ec::limit_exceeded);
}

TEST(process_limits_test, leave_alone_what_is_wrong_anyway) {
  process_bounds bounds{{"/"}, {}};
  for (json given :
       {json(3), json{{"cwd", "x"}}, json{{"argv", {"x"}}, {"cwd", 3}}})
    EXPECT_EQ(within(bounds, given).value(), given);
}

TEST(process_limits_test, change_nothing_if_there_are_none) {
  EXPECT_TRUE(process_bounds{}.are_none());
  json given{{"argv", {"x"}}};
  EXPECT_EQ(within({}, given).value(), given);
}

} // namespace troupe::agents
