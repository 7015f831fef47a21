#include "cli/pipeline_source.hpp"

#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace troupe::cli {

TEST(pipeline_source_test, reads_a_whole_file) {
  test::temporary_directory directory;
  auto path = directory.path("p.yaml");
  std::string text(200'000, 'x');
  std::ofstream{path} << text;
  EXPECT_EQ(read_source(path), text);
  auto missing = read_source(directory.path("missing"));
  ASSERT_FALSE(missing);
  EXPECT_TRUE(missing.error().message.starts_with("cannot read '"));
}

TEST(pipeline_source_test, takes_names_from_the_path) {
  auto options = make_load_options("/a/b/../build.yaml", {{"x", "y"}}, 7);
  EXPECT_EQ(options.name, "build");
  EXPECT_EQ(options.directory, "/a");
  EXPECT_EQ(options.settings, (variable_settings{{"x", "y"}}));
  EXPECT_EQ(options.default_slots, 7u);
  EXPECT_EQ(make_load_options(standard_input, {}).name, "pipeline");
  EXPECT_GT(make_load_options(standard_input, {}).default_slots, 0u);
}

TEST(pipeline_source_test, looks_into_the_environment) {
  ::setenv("TROUPE_TEST_X", "1", 1);
  EXPECT_EQ(look_up_environment("TROUPE_TEST_X"), "1");
  ::unsetenv("TROUPE_TEST_X");
  EXPECT_EQ(look_up_environment("TROUPE_TEST_X"), std::nullopt);
}

TEST(pipeline_source_test, shows_no_more_than_a_hundred_mistakes) {
  mistakes found;
  for (auto i = 1; i <= 102; ++i)
    found.add({i, 1}, "no");
  auto text = render_mistakes(standard_input, found);
  EXPECT_TRUE(text.starts_with("<stdin>:1:1: error: no\n")) << text;
  EXPECT_TRUE(text.ends_with("<stdin>: and 2 more\n")) << text;
}

} // namespace troupe::cli
