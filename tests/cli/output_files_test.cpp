#include "cli/output_files.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace troupe::cli {

namespace {

namespace fs = std::filesystem;

class output_files_test : public ::testing::Test {
protected:
  output_files_test() {
    auto name = (fs::temp_directory_path() / "troupe-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
  }

  ~output_files_test() override {
    fs::remove_all(directory_);
  }

  std::string path(const char* name) const {
    return (directory_ / name).string();
  }

  std::string read(const char* name) const {
    std::ifstream in{path(name)};
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }

  fs::path directory_;
};

} // namespace

TEST_F(output_files_test, replaces_whole_files_and_leaves_nothing_else) {
  ASSERT_TRUE(write_file(path("a"), "old and long"));
  ASSERT_TRUE(write_file(path("a"), "new"));
  EXPECT_EQ(read("a"), "new");
  EXPECT_EQ(std::distance(fs::directory_iterator{directory_}, {}), 1);
  fs::create_symlink("a", directory_ / "link");
  ASSERT_TRUE(write_file(path("link"), "linked"));
  EXPECT_EQ(read("a"), "linked");
  EXPECT_TRUE(fs::is_symlink(directory_ / "link"));
  EXPECT_TRUE(write_file("/dev/null", "x"));
}

TEST_F(output_files_test, says_what_cannot_be_written) {
  EXPECT_TRUE(check_writable(path("a")));
  EXPECT_TRUE(check_writable("/dev/null"));
  auto missing = check_writable(path("no/a"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message, "cannot write '" + path("no/a")
                                       + "': there is no directory '"
                                       + path("no") + "'");
  EXPECT_FALSE(check_writable(directory_.string()));
  EXPECT_FALSE(write_file(path("no/a"), "x"));
  EXPECT_FALSE(write_file("/dev/full", std::string(100'000, 'x')));
}

TEST_F(output_files_test, graphs_are_written_or_drawn) {
  ASSERT_TRUE(write_graph(path("g.dot"), "digraph {}"));
  EXPECT_EQ(read("g.dot"), "digraph {}");
  ::setenv("PATH", "/nowhere", 1);
  auto drawn = write_graph(path("g.svg"), "digraph {}");
  ASSERT_FALSE(drawn);
  EXPECT_NE(drawn.error().message.find("install Graphviz"), std::string::npos)
    << drawn.error().message;
  EXPECT_FALSE(fs::exists(path("g.svg")));
}

TEST_F(output_files_test, events_are_one_object_per_line) {
  event_log log;
  ASSERT_TRUE(log.open(path("e.jsonl")));
  core::event x;
  x.sequence = 7;
  x.kind = core::event_kind::task_logged;
  x.text = "a\nb";
  log.write(x);
  log.write(x);
  ASSERT_TRUE(log.close());
  auto text = read("e.jsonl");
  auto line = text.substr(0, text.find('\n'));
  EXPECT_EQ(text, line + "\n" + line + "\n");
  EXPECT_EQ(core::json::parse(line)["sequence"], 7);
}

TEST_F(output_files_test, lost_events_are_reported) {
  event_log log;
  ASSERT_TRUE(log.open("/dev/full"));
  log.write({});
  EXPECT_FALSE(log.close());
  event_log none;
  ASSERT_TRUE(none.open(""));
  none.write({});
  EXPECT_TRUE(none.close());
}

} // namespace troupe::cli
