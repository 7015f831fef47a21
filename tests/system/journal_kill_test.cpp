// A whole Troupe with a journal on a real disk is killed again and again, and
// another one goes on. What it was told is there afterwards, what has ended
// does not run again, and at last all has ended.

#include "storage/sqlite_journal.hpp"
#include "tests/support/killable_program.hpp"
#include "tests/support/numbers.hpp"
#include "tests/support/temporary_directory.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace troupe::test {

namespace {

/// More of them by TROUPE_KILLS.
constexpr uint64_t kills_usual = 30;
/// With one journal, so that what is compared stays small.
constexpr uint64_t kills_of_a_journal = 30;

class journal_kill_test : public ::testing::Test {
protected:
  /// `point` is one of storage/fail_point.hpp, or empty.
  void start(const std::string& count, const std::string& point = {},
             const std::string& how = {}) {
    std::vector<std::string> arguments{TROUPE_JOURNAL_VICTIM,
                                       place_.path("journal"), count};
    if (!how.empty())
      arguments.push_back(how);
    ASSERT_NO_FATAL_FAILURE(test::start(victim_, std::move(arguments), point));
    from_ = ::fdopen(victim_.from, "r");
  }

  /// Hears up to so many lines; false if it says no more.
  bool listen(int lines) {
    char text[256];
    while (lines-- > 0) {
      if (std::fgets(text, sizeof text, from_) == nullptr)
        return false;
      std::istringstream line{text};
      std::string what;
      std::string id;
      std::string status;
      line >> what >> id >> status;
      if (what == "accepted")
        accepted_.insert(id);
      else if (what == "ended")
        told_[id] = status;
      else
        ran(id);
    }
    return true;
  }

  void ran(const std::string& id) {
    EXPECT_FALSE(ended_.contains(id)) << id << " runs after its end";
    ran_.insert(id);
  }

  int wait_for_end() {
    // What it said before it died counts, too.
    while (listen(1000))
      continue;
    std::fclose(from_);
    int status = 0;
    ::waitpid(victim_.child, &status, 0);
    return status;
  }

  void start_over() {
    std::filesystem::remove_all(place_.path());
    std::filesystem::create_directory(place_.path());
    accepted_.clear();
    told_.clear();
    ended_.clear();
  }

  /// Whoever goes on brings all of it to its end.
  void finish() {
    ASSERT_NO_FATAL_FAILURE(start("0"));
    auto status = wait_for_end();
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    check(true);
  }

  /// What is in the journal now.
  void check(bool is_over) {
    auto opened = storage::open_sqlite_journal(place_.path("journal"));
    ASSERT_TRUE(opened) << to_string(opened.error());
    for (auto& id : accepted_) {
      auto found = (*opened)->find(core::parse_task_id(id).value());
      ASSERT_TRUE(found && *found) << id << " was accepted and is lost";
      auto& image = **found;
      auto told = told_.find(id);
      EXPECT_TRUE(told == told_.end()
                  || told->second == to_string(image.status))
        << id;
      EXPECT_TRUE(image.has_ended() || !ended_.contains(id)) << id;
      EXPECT_TRUE(image.has_ended() || !is_over) << id;
      if (image.has_ended())
        ended_.insert(id);
    }
  }

  temporary_directory place_;
  killable_program victim_;
  std::FILE* from_ = nullptr;
  std::set<std::string> accepted_;
  std::map<std::string, std::string> told_;
  /// In the journal when nobody had it open.
  std::set<std::string> ended_;
  std::set<std::string> ran_;
};

class journal_kill_at_test : public journal_kill_test,
                             public ::testing::WithParamInterface<const char*> {
};

} // namespace

TEST_F(journal_kill_test, loses_nothing_that_was_accepted) {
  std::mt19937_64 random{number_of("TROUPE_SEED_FIRST", 20)};
  auto kills = number_of("TROUPE_KILLS", kills_usual);
  for (uint64_t i = 1; i <= kills; ++i) {
    ASSERT_NO_FATAL_FAILURE(start("1000"));
    ASSERT_TRUE(listen(static_cast<int>(random() % 120)));
    ::kill(victim_.child, SIGKILL);
    EXPECT_TRUE(WIFSIGNALED(wait_for_end()));
    ASSERT_NO_FATAL_FAILURE(check(false));
    if (i % kills_of_a_journal != 0 && i != kills)
      continue;
    EXPECT_FALSE(ended_.empty());
    ASSERT_NO_FATAL_FAILURE(finish());
    start_over();
  }
}

TEST_F(journal_kill_test, brings_a_large_graph_to_its_end) {
  constexpr size_t count = 10'000;
  constexpr size_t rounds = 25;
  std::mt19937_64 random{number_of("TROUPE_SEED_FIRST", 20)};
  ASSERT_NO_FATAL_FAILURE(start(std::to_string(count), {}, "graph"));
  while (accepted_.size() < count)
    ASSERT_TRUE(listen(1));
  for (size_t i = 0; i < rounds; ++i) {
    ASSERT_TRUE(listen(static_cast<int>(random() % 300)));
    ::kill(victim_.child, SIGKILL);
    EXPECT_TRUE(WIFSIGNALED(wait_for_end()));
    ASSERT_NO_FATAL_FAILURE(check(false));
    EXPECT_LT(ended_.size(), count) << "it was over before it was killed";
    ASSERT_NO_FATAL_FAILURE(start("0"));
  }
  auto status = wait_for_end();
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  check(true);
  EXPECT_EQ(ended_.size(), count);
  EXPECT_EQ(ran_, accepted_);
}

TEST_P(journal_kill_at_test, loses_nothing_that_was_accepted) {
  for (auto count = 1; count <= 16; ++count) {
    auto point = fmt::format("{}:{}", GetParam(), count);
    SCOPED_TRACE(point);
    ASSERT_NO_FATAL_FAILURE(start("400", point));
    EXPECT_TRUE(WIFSIGNALED(wait_for_end()));
    ASSERT_NO_FATAL_FAILURE(check(false));
  }
  finish();
}

INSTANTIATE_TEST_SUITE_P(points, journal_kill_at_test,
                         ::testing::ValuesIn(commit_points()),
                         [](auto& x) { return std::string{x.param}; });

} // namespace troupe::test
