#include "agents/glob.hpp"

#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

using namespace troupe::agents;
using troupe::core::ec;
using troupe::test::temporary_directory;

namespace {

using list = std::vector<std::string>;

/// A small tree, and what is found in it, without the root.
class glob_test : public testing::Test {
protected:
  glob_test() {
    for (const auto* name :
         {"a.txt", "b.txt", "c.md", ".hidden.txt", "sub/d.txt",
          "sub/deep/e.txt", "sub/.secret/f.txt", "od[d]/g.txt"})
      dir_.add(name, name);
    std::filesystem::create_symlink("a.txt", dir_.path("link.txt"));
    std::filesystem::create_directory_symlink("..", dir_.path("sub/up"));
    std::filesystem::create_symlink("nowhere", dir_.path("broken.txt"));
  }

  list find(list patterns, list exclude = {}) const {
    auto found
      = find_files({std::move(patterns), std::move(exclude), dir_.path()});
    list result;
    if (!found) {
      ADD_FAILURE() << found.error().message;
      return result;
    }
    for (const auto& file : *found) {
      EXPECT_TRUE(file.path.starts_with(dir_.path() + "/")) << file.path;
      result.push_back(file.path.substr(dir_.path().size() + 1));
    }
    return result;
  }

  temporary_directory dir_;
};

} // namespace

TEST_F(glob_test, star_stays_within_a_directory) {
  EXPECT_EQ(find({"*.txt"}), (list{"a.txt", "b.txt", "link.txt"}));
  EXPECT_EQ(find({"*/*.txt"}), (list{"od[d]/g.txt", "sub/d.txt"}));
  EXPECT_EQ(find({"?.md"}), list{"c.md"});
  EXPECT_EQ(find({"[!a].txt"}), list{"b.txt"});
}

TEST_F(glob_test, two_stars_are_any_depth) {
  list all{"a.txt",       "b.txt",     "link.txt",
           "od[d]/g.txt", "sub/d.txt", "sub/deep/e.txt"};
  EXPECT_EQ(find({"**/*.txt"}), all);
  EXPECT_EQ(find({"sub/**"}), (list{"sub/d.txt", "sub/deep/e.txt"}));
  EXPECT_EQ(find({"**/deep/**/*.txt"}), list{"sub/deep/e.txt"});
}

TEST_F(glob_test, each_file_comes_once) {
  EXPECT_EQ(find({"a.*", "*.txt", "**/a.txt"}),
            (list{"a.txt", "b.txt", "link.txt"}));
}

TEST_F(glob_test, leading_dots_must_be_spelled_out) {
  EXPECT_EQ(find({".*.txt"}), list{".hidden.txt"});
  EXPECT_EQ(find({"sub/.secret/*"}), list{"sub/.secret/f.txt"});
}

TEST_F(glob_test, plain_names_are_looked_up) {
  EXPECT_EQ(find({"sub/d.txt"}), list{"sub/d.txt"});
  EXPECT_EQ(find({"./sub//d.txt"}), list{"sub/d.txt"});
  EXPECT_EQ(find({"sub"}), list{}) << "a directory is no file";
  EXPECT_EQ(find({"nothing", "no/where/*.txt", "a.txt/*"}), list{});
  EXPECT_EQ(find({"od\\[d\\]/*"}), list{"od[d]/g.txt"});
}

TEST_F(glob_test, leaves_out_what_is_excluded) {
  EXPECT_EQ(find({"**/*.txt"}, {"sub/**", "link*"}),
            (list{"a.txt", "b.txt", "od[d]/g.txt"}));
  EXPECT_EQ(find({"**/*.txt"}, {"**/?.txt"}), list{"link.txt"});
}

TEST_F(glob_test, tells_name_and_size) {
  auto found = find_files({{"sub/d.*"}, {}, dir_.path()});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().name, "d.txt");
  EXPECT_EQ(found->front().size, 9U);
}

TEST_F(glob_test, absolute_patterns_ignore_the_root) {
  auto found = find_files({{dir_.path("*.md")}, {}, "/usr"});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().path, dir_.path("c.md"));
  auto without = find_files({{dir_.path("*.md")}, {dir_.path("c*")}, ""});
  ASSERT_TRUE(without);
  EXPECT_TRUE(without->empty());
}

TEST_F(glob_test, relative_to_the_working_directory_by_default) {
  auto before = std::filesystem::current_path();
  std::filesystem::current_path(dir_.path());
  auto found = find_files({{"sub/*.txt"}, {}, ""});
  auto dot = find_files({{"*.md"}, {}, "."});
  std::filesystem::current_path(before);
  ASSERT_TRUE(found && dot);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().path, "sub/d.txt");
  ASSERT_EQ(dot->size(), 1U);
  EXPECT_EQ(dot->front().path, "c.md");
}

TEST_F(glob_test, refuses_what_cannot_be_meant) {
  auto slash = find_files({{"sub/"}, {}, dir_.path()});
  ASSERT_FALSE(slash);
  EXPECT_EQ(slash.error().code, ec::invalid_argument);
  auto empty = find_files({{""}, {}, dir_.path()});
  ASSERT_FALSE(empty);
  auto root = find_files({{"*"}, {}, dir_.path("nowhere")});
  ASSERT_FALSE(root);
  EXPECT_EQ(root.error().code, ec::system_error);
  EXPECT_EQ(root.error().message, "the root '" + dir_.path("nowhere")
                                    + "': No such file or directory");
}

TEST(glob_matches_test, compares_whole_paths) {
  EXPECT_TRUE(glob_matches("src/*.cpp", "src/a.cpp"));
  EXPECT_FALSE(glob_matches("src/*.cpp", "src/x/a.cpp"));
  EXPECT_TRUE(glob_matches("**/*.cpp", "a.cpp"));
  EXPECT_TRUE(glob_matches("**/*.cpp", "x/y/.z/a.cpp"));
  EXPECT_TRUE(glob_matches("build/**", "build/x/y"));
  EXPECT_FALSE(glob_matches("build/**", "rebuild/x"));
  EXPECT_FALSE(glob_matches("/a/*", "a/b"));
  EXPECT_TRUE(glob_matches("./a/*", "a/b"));
}
