#include "tests/control/served.hpp"

namespace troupe::test {

namespace {

class dead_letter_methods_test : public served {
protected:
  std::string fail(const std::string& name) {
    auto id = submit("fail", {{"name", name}});
    EXPECT_EQ(wait(id).at("status"), "failed");
    return id;
  }
};

} // namespace

TEST_F(dead_letter_methods_test, are_listed_page_by_page) {
  auto a = fail("a");
  auto b = fail("b");
  auto first = call("dead_letters.list", {{"limit", 1}});
  ASSERT_EQ(first.at("tasks").size(), 1u);
  EXPECT_EQ(first["tasks"][0].at("id"), a);
  EXPECT_EQ(first["tasks"][0].at("error").at("code"), "handler_failed");
  auto second = call("dead_letters.list",
                     {{"limit", 1}, {"after", first.at("next")}});
  EXPECT_EQ(second.at("tasks").at(0).at("id"), b);
}

TEST_F(dead_letter_methods_test, are_found_by_what_they_died_of) {
  fail("a");
  EXPECT_EQ(call("dead_letters.list",
                 {{"code", "handler_failed"}, {"capability", "fail"}})
              .at("tasks")
              .size(),
            1u);
  EXPECT_TRUE(
    call("dead_letters.list", {{"code", "timeout"}}).at("tasks").empty());
  EXPECT_TRUE(refusal("dead_letters.list", {{"code", "time_out"}})
                .starts_with("invalid_argument: 'code' cannot be 'time_out' "
                             "(did you mean 'timeout'?)"));
}

TEST_F(dead_letter_methods_test, are_dropped_one_by_one) {
  auto id = fail("a");
  EXPECT_EQ(call("dead_letters.drop", {{"task", id}}), (json{{"dropped", 1}}));
  EXPECT_TRUE(
    refusal("dead_letters.drop", {{"task", id}}).starts_with("unknown_task: "));
}

TEST_F(dead_letter_methods_test, are_dropped_all_that_match) {
  fail("a");
  fail("b");
  fail("a");
  EXPECT_EQ(call("dead_letters.drop", {{"all", true}, {"name", "a"}}),
            (json{{"dropped", 2}}));
  EXPECT_EQ(refusal("dead_letters.drop"),
            "invalid_argument: 'task' or 'all' says which are meant, and not "
            "both");
}

} // namespace troupe::test
