#include "tests/cli/serve_loading.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

using testing::load_serve;
using mistake_list = std::vector<std::string>;

} // namespace

TEST(read_journal_test, reads_a_path) {
  auto x = load_serve("journal: j.db");
  ASSERT_TRUE(x.value);
  EXPECT_EQ(x.value->journal->path, "j.db");
}

TEST(read_journal_test, reads_how_it_is_used) {
  auto x = load_serve(R"(
queues: {q: }
journal:
  path: j.db
  relaxed_delay: 5ms
  retention: {age: 1h, count: 10}
  queues: {q: {age: 2h}}
  audit: {age: 0s, count: 7}
  sweep_interval: 10s
  archive: old.jsonl
)");
  ASSERT_TRUE(x.value) << x.messages.at(0);
  auto& s = x.value->journal->settings;
  EXPECT_EQ(s.relaxed_delay, std::chrono::milliseconds{5});
  EXPECT_EQ(s.retention.age, std::chrono::hours{1});
  EXPECT_EQ(s.retention.count, 10u);
  ASSERT_EQ(s.queues.size(), 1u);
  EXPECT_EQ(s.queues[0].queue, "q");
  EXPECT_EQ(s.queues[0].keep.age, std::chrono::hours{2});
  EXPECT_EQ(s.queues[0].keep.count, 10u);
  EXPECT_EQ(s.audit.age, core::duration::zero());
  EXPECT_EQ(s.audit.count, 7u);
  EXPECT_EQ(s.sweep_interval, std::chrono::seconds{10});
  EXPECT_EQ(s.archive, "old.jsonl");
}

TEST(read_journal_test, says_what_is_wrong) {
  EXPECT_EQ(load_serve("journal: {archive: a}").messages,
            mistake_list{"f:1:10: error: 'journal' needs 'path'"});
  EXPECT_EQ(load_serve("journal: {path: j, retention: {days: 1}}").messages,
            mistake_list{"f:1:32: error: unknown key 'days' in 'retention' of "
                         "'journal'; valid are 'age' and 'count'"});
  EXPECT_EQ(load_serve("journal: {path: j, queues: [q]}").messages.size(), 1u);
  EXPECT_EQ(load_serve("journal: [j]").messages.size(), 1u);
  auto zero = load_serve("journal: {path: j, sweep_interval: 0s}").messages;
  ASSERT_EQ(zero.size(), 1u);
  EXPECT_TRUE(zero[0].starts_with("f:1:10: error: 'journal': ")) << zero[0];
}

} // namespace troupe::cli
