#include "agents/files.hpp"

#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <iterator>
#include <string>

using namespace troupe::agents;
using troupe::core::ec;
using troupe::core::json;
using troupe::test::temporary_directory;

namespace {

namespace fs = std::filesystem;

class files_test : public testing::Test {
protected:
  static json value_of(const troupe::core::result<troupe::core::payload>& x) {
    EXPECT_TRUE(x) << x.error().message;
    return x ? x->value() : json{};
  }

  static std::string
  failure_of(const troupe::core::result<troupe::core::payload>& x) {
    EXPECT_FALSE(x) << x->dump();
    return x ? "" : x.error().message;
  }

  ptrdiff_t files_in(const std::string& name) const {
    return std::distance(fs::directory_iterator{dir_.path(name)}, {});
  }

  temporary_directory dir_;
};

} // namespace

TEST_F(files_test, reads_text) {
  auto path = dir_.add("x", "one\ntwo\n");
  EXPECT_EQ(value_of(read_file({{"path", path}})),
            json({{"path", path},
                  {"size", 8},
                  {"is_text", true},
                  {"text", "one\ntwo\n"}}));
}

TEST_F(files_test, reads_lines) {
  auto path = dir_.add("x", "one\ntwo");
  EXPECT_EQ(value_of(read_file({{"path", path}, {"parse", "lines"}}))["lines"],
            json({"one", "two"}));
}

TEST_F(files_test, reads_json) {
  auto path = dir_.add("x", R"({"a": [1, 2]})");
  auto result = value_of(read_file({{"path", path}, {"parse", "json"}}));
  EXPECT_EQ(result["json"]["a"], json({1, 2}));
  dir_.add("x", "{");
  EXPECT_TRUE(failure_of(read_file({{"path", path}, {"parse", "json"}}))
                .starts_with("'" + path + "' is not JSON"));
}

TEST_F(files_test, says_if_it_is_no_text) {
  auto path = dir_.add("x", "a\xFF");
  auto result = value_of(read_file({{"path", path}}));
  EXPECT_EQ(result["is_text"], false);
  EXPECT_EQ(result["text"], "a\xEF\xBF\xBD");
  EXPECT_EQ(result["size"], 2);
}

TEST_F(files_test, refuses_files_that_are_too_large) {
  auto path = dir_.add("x", "12345");
  EXPECT_EQ(value_of(read_file({{"path", path}, {"max_bytes", 5}}))["size"], 5);
  EXPECT_EQ(failure_of(read_file({{"path", path}, {"max_bytes", 4}})),
            "cannot read '" + path
              + "': it has more than 4 bytes; raise 'max_bytes'");
}

TEST_F(files_test, says_why_a_file_cannot_be_read) {
  auto path = dir_.path("nothing");
  EXPECT_EQ(failure_of(read_file({{"path", path}})),
            "cannot read '" + path + "': No such file or directory");
  EXPECT_EQ(failure_of(read_file({{"path", dir_.path()}})),
            "cannot read '" + dir_.path() + "': Is a directory");
}

TEST_F(files_test, does_not_wait_at_a_named_pipe) {
  auto path = dir_.path("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(failure_of(read_file({{"path", path}})),
            "cannot read '" + path + "': Not a regular file");
}

TEST_F(files_test, parameters_are_checked) {
  for (auto* function : {read_file, write_file, glob_files}) {
    auto result = function({{"pth", "x"}});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ec::invalid_argument);
  }
}

TEST_F(files_test, writes_text_and_json) {
  auto path = dir_.path("x");
  EXPECT_EQ(value_of(write_file({{"path", path}, {"text", "hello"}})),
            json({{"path", path}, {"bytes", 5}}));
  EXPECT_EQ(dir_.read("x"), "hello");
  value_of(write_file({{"path", path}, {"json", {{"a", 1}}}}));
  EXPECT_EQ(dir_.read("x"), "{\n  \"a\": 1\n}\n");
  value_of(write_file({{"path", path}, {"json", nullptr}}));
  EXPECT_EQ(dir_.read("x"), "null\n");
}

TEST_F(files_test, appends) {
  auto path = dir_.path("x");
  value_of(write_file({{"path", path}, {"text", "a"}, {"append", true}}));
  value_of(write_file({{"path", path}, {"text", "b"}, {"append", true}}));
  EXPECT_EQ(dir_.read("x"), "ab");
}

TEST_F(files_test, makes_directories_only_if_asked) {
  auto path = dir_.path("deep/er/x");
  EXPECT_EQ(failure_of(write_file({{"path", path}, {"text", ""}})),
            "cannot write '" + path + "': No such file or directory");
  value_of(write_file({{"path", path}, {"text", "here"}, {"make_dirs", true}}));
  EXPECT_EQ(dir_.read("deep/er/x"), "here");
}

TEST_F(files_test, leaves_no_temporary_files) {
  dir_.add("full/x", "old");
  value_of(write_file({{"path", dir_.path("full/x")}, {"text", "new"}}));
  EXPECT_EQ(files_in("full"), 1);
  fs::create_directories(dir_.path("full/y/z"));
  EXPECT_EQ(
    failure_of(write_file({{"path", dir_.path("full/y")}, {"text", ""}})),
    "cannot write '" + dir_.path("full/y") + "': Is a directory");
  EXPECT_EQ(files_in("full"), 2);
}

TEST_F(files_test, replaces_the_file_and_not_its_content) {
  auto path = dir_.add("x", "old");
  fs::create_hard_link(path, dir_.path("other"));
  value_of(write_file({{"path", path}, {"text", "new"}}));
  EXPECT_EQ(dir_.read("x"), "new");
  EXPECT_EQ(dir_.read("other"), "old");
}

TEST_F(files_test, keeps_permissions_and_links) {
  auto path = dir_.add("x", "old");
  fs::permissions(path, fs::perms::owner_all);
  fs::create_symlink("x", dir_.path("link"));
  value_of(write_file({{"path", dir_.path("link")}, {"text", "new"}}));
  EXPECT_TRUE(fs::is_symlink(dir_.path("link")));
  EXPECT_EQ(dir_.read("x"), "new");
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
}

TEST_F(files_test, writes_to_devices) {
  EXPECT_EQ(value_of(write_file({{"path", "/dev/null"}, {"text", "x"}})),
            json({{"path", "/dev/null"}, {"bytes", 1}}));
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(files_test, globs) {
  dir_.add("b", "12");
  dir_.add("a", "1");
  dir_.add("c", "");
  auto found = value_of(glob_files(
    {{"pattern", {"a", "*"}}, {"root", dir_.path()}, {"exclude", "c"}}));
  EXPECT_EQ(found["count"], 2);
  EXPECT_EQ(found["paths"], json({dir_.path("a"), dir_.path("b")}));
  EXPECT_EQ(found["files"][1],
            json({{"path", dir_.path("b")}, {"name", "b"}, {"size", 2}}));
  EXPECT_EQ(failure_of(glob_files({{"pattern", "x"}, {"root", "/no/where"}})),
            "the root '/no/where': No such file or directory");
}
