// A whole Troupe with a journal on a real disk is killed again and again, and
// another one goes on. What it was told is there afterwards, what has ended
// does not run again, and at last all has ended.

#include "storage/sqlite_journal.hpp"
#include "tests/support/temporary_directory.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>

namespace troupe::test {

namespace {

constexpr int kills = 30;

class journal_kill_test : public ::testing::Test {
protected:
  void start(std::string count) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    std::string program = TROUPE_JOURNAL_VICTIM;
    auto path = place_.path("journal");
    char* arguments[] = {program.data(), path.data(), count.data(), nullptr};
    ASSERT_EQ(::posix_spawn(&child_, program.c_str(), &actions, nullptr,
                            arguments, environ),
              0);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    from_ = ::fdopen(ends[0], "r");
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
        EXPECT_FALSE(ended_.contains(id)) << id << " runs after its end";
    }
    return true;
  }

  int wait_for_end() {
    // What it said before it died counts, too.
    while (listen(1000))
      continue;
    std::fclose(from_);
    int status = 0;
    ::waitpid(child_, &status, 0);
    return status;
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
  pid_t child_ = 0;
  std::FILE* from_ = nullptr;
  std::set<std::string> accepted_;
  std::map<std::string, std::string> told_;
  /// In the journal when nobody had it open.
  std::set<std::string> ended_;
};

} // namespace

TEST_F(journal_kill_test, loses_nothing_that_was_accepted) {
  std::mt19937 random{20};
  for (int i = 0; i < kills; ++i) {
    ASSERT_NO_FATAL_FAILURE(start("1000"));
    ASSERT_TRUE(listen(static_cast<int>(random() % 120)));
    ::kill(child_, SIGKILL);
    EXPECT_TRUE(WIFSIGNALED(wait_for_end()));
    ASSERT_NO_FATAL_FAILURE(check(false));
  }
  EXPECT_FALSE(ended_.empty());
  ASSERT_NO_FATAL_FAILURE(start("0"));
  auto status = wait_for_end();
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  check(true);
}

} // namespace troupe::test
