#include "tests/control/served.hpp"

namespace troupe::test {

namespace {

using journal_methods_test = served;

} // namespace

TEST_F(journal_methods_test, counts_what_there_is) {
  wait(submit("work"));
  auto stats = call("stats.get");
  EXPECT_EQ(stats.at("tasks").at("completed"), 1);
  EXPECT_EQ(stats.at("tasks").at("submitted"), 1);
  EXPECT_EQ(stats.at("agents"),
            (json{{"total", 1}, {"offline", 0}, {"slots", 4}}));
  EXPECT_EQ(stats.at("queues").size(), 3u);
  EXPECT_TRUE(stats.contains("journal"));
}

TEST_F(journal_methods_test, says_how_the_journal_is) {
  wait(submit("work"));
  auto journal = call("journal.status");
  EXPECT_GT(journal.at("commits"), 0);
  EXPECT_FALSE(journal.contains("trouble"));
}

TEST_F(journal_methods_test, lists_who_did_what) {
  // A journal in memory does not write down submissions.
  auto id = submit("wait");
  call("tasks.pause", {{"task", id}, {"by", "ann"}});
  call("tasks.cancel", {{"task", id}, {"by", "cem"}});
  auto only = [&](json filter) {
    std::vector<std::string> all;
    for (auto& x : list("entries", "audit.list", std::move(filter)))
      all.push_back(x.value("by", "") + " "
                    + x.at("action").get<std::string>());
    return all;
  };
  using entries = std::vector<std::string>;
  EXPECT_EQ(only({{"task", id}}), (entries{"ann pause", "cem cancel"}));
  EXPECT_EQ(only({{"who", "ann"}}), entries{"ann pause"});
  EXPECT_EQ(only({{"action", "cancel"}}), entries{"cem cancel"});
  EXPECT_EQ(only({{"until", "2020-01-01T00:00:00Z"}}), entries{});
  EXPECT_EQ(only({{"since", "2020-01-01T00:00:00Z"}}).size(), 2u);
  auto first = call("audit.list", {{"limit", 1}});
  ASSERT_EQ(first.at("entries").size(), 1u);
  EXPECT_EQ(only({{"after", first.at("next")}}), entries{"cem cancel"});
}

TEST_F(journal_methods_test, says_what_is_wrong) {
  EXPECT_TRUE(refusal("audit.list", {{"since", "yesterday"}})
                .starts_with("invalid_argument: 'since': 'yesterday' is not a "
                             "time"));
  actors::runtime plain;
  control::service service{plain};
  for (auto* method : {"journal.status", "audit.list"}) {
    auto answer = service.call(method, json::object());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, core::ec::invalid_argument) << method;
  }
  EXPECT_FALSE(service.call("stats.get", {}).value().contains("journal"));
}

} // namespace troupe::test
