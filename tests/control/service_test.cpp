#include "control/service.hpp"

#include "tests/control/served.hpp"

#include <future>
#include <vector>

namespace troupe::test {

namespace {

using service_test = served;

} // namespace

TEST_F(service_test, names_the_method_that_was_probably_meant) {
  EXPECT_EQ(refusal("task.list"),
            "invalid_argument: there is no method 'task.list' (did you mean "
            "'tasks.list'?)");
  EXPECT_EQ(refusal("dance"), "invalid_argument: there is no method 'dance'");
}

TEST_F(service_test, names_the_argument_that_was_probably_meant) {
  EXPECT_EQ(refusal("tasks.list", {{"stauts", "failed"}}),
            "invalid_argument: 'stauts' is not known here (did you mean "
            "'status'?)");
  EXPECT_EQ(refusal("queues.list", {{"by", 3}}),
            "invalid_argument: 'by' is a number, not a string");
  EXPECT_EQ(refusal("queues.list", json::array()),
            "invalid_argument: what was given is a list, not an object");
}

TEST_F(service_test, every_method_takes_by_and_refuses_what_it_does_not_know) {
  auto about = call("control.describe");
  ASSERT_GT(about.at("methods").size(), 30u);
  for (std::string name : about.at("methods")) {
    auto error = refusal(name, {{"by", "ann"}, {"zzz", 1}});
    EXPECT_TRUE(error.starts_with("invalid_argument: ")) << name;
    EXPECT_NE(error.find("'zzz' is not known here"), error.npos) << error;
    EXPECT_EQ(error.find("'by'"), error.npos) << error;
  }
}

TEST_F(service_test, answers_several_threads_at_once) {
  std::vector<std::future<json>> answers;
  for (auto i = 0; i < 4; ++i)
    answers.push_back(
      std::async(std::launch::async, [this] { return wait(submit("work")); }));
  for (auto& x : answers)
    EXPECT_EQ(x.get().at("status"), "completed");
}

TEST_F(service_test, says_when_the_runtime_has_been_stopped) {
  ASSERT_TRUE(troupe_.stop());
  for (auto* method : {"queues.list", "tasks.list", "stats.get", "events.read",
                       "circuits.list"})
    EXPECT_TRUE(refusal(method).starts_with("unavailable: ")) << method;
}

} // namespace troupe::test
