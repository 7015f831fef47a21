#include "cli/plain_log.hpp"

#include "tests/cli/runs.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace troupe::cli {

namespace {

using core::event_kind;
using testing::fake_run;

class plain_log_test : public ::testing::Test {
protected:
  plain_log_test() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }

  std::string tell(event_kind kind, int at, std::string subject = {},
                   std::string text = {}, uint32_t attempt = 1) {
    auto x = run_.tell(kind, "a", at, std::move(subject), std::move(text),
                       attempt);
    return describe_event(x, run_.model, palette{}).value_or("");
  }

  fake_run run_{"tasks: {a: {argv: [x]}}"};
};

} // namespace

TEST_F(plain_log_test, tells_of_starts_and_ends) {
  EXPECT_EQ(tell(event_kind::task_ready, 0), "");
  EXPECT_EQ(tell(event_kind::task_started, 1000, "shell"),
            "[00:00:01] started   a (agent shell)");
  EXPECT_EQ(tell(event_kind::task_completed, 1120),
            "[00:00:01] completed a 0.12s");
}

TEST_F(plain_log_test, tells_why_in_one_line) {
  tell(event_kind::task_started, 0, "shell");
  EXPECT_EQ(tell(event_kind::task_retrying, 500, "", "oh\nmore"),
            "[00:00:00] retrying  a 0.50s: oh");
  EXPECT_EQ(tell(event_kind::task_started, 1000, "shell", "", 2),
            "[00:00:01] started   a (agent shell, attempt 2)");
  EXPECT_EQ(tell(event_kind::task_failed, 2000, "", "bad \x1b[2J", 2),
            "[00:00:02] failed    a 1.00s: bad ?[2J");
}

TEST_F(plain_log_test, tells_skipped_from_cancelled) {
  EXPECT_EQ(tell(event_kind::task_cancelled, 0, "", "skipped: false"),
            "[00:00:00] skipped   a: skipped: false");
}

TEST_F(plain_log_test, says_nothing_of_strangers) {
  core::event x;
  x.kind = event_kind::task_failed;
  x.task = {7, 7};
  EXPECT_EQ(describe_event(x, run_.model, palette{}), std::nullopt);
}

} // namespace troupe::cli
