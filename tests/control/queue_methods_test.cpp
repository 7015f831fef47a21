#include "tests/control/served.hpp"

namespace troupe::test {

namespace {

class queue_methods_test : public served {
protected:
  json queue(const std::string& name) {
    for (auto& x : list("queues", "queues.list"))
      if (x.at("name") == name)
        return x;
    return json::object();
  }
};

} // namespace

TEST_F(queue_methods_test, lists_queues) {
  auto slow = queue("slow");
  EXPECT_EQ(slow.at("description"), "for the night");
  EXPECT_EQ(slow.at("is_paused"), false);
  EXPECT_EQ(slow.at("max_concurrent"), 5);
  EXPECT_EQ(queue("manual").at("auto_start"), false);
  EXPECT_TRUE(queue("default").contains("ready"));
}

TEST_F(queue_methods_test, pauses_and_resumes) {
  call("queues.pause", {{"queue", "slow"}, {"by", "ann"}});
  EXPECT_EQ(queue("slow").at("is_paused"), true);
  call("queues.resume", {{"queue", "slow"}});
  EXPECT_EQ(queue("slow").at("is_paused"), false);
  for (auto* method : {"queues.pause", "queues.resume", "queues.process"}) {
    EXPECT_TRUE(
      refusal(method, {{"queue", "fast"}}).starts_with("unknown_queue: "));
    EXPECT_EQ(refusal(method), "invalid_argument: 'queue' is missing");
  }
}

TEST_F(queue_methods_test, starts_what_waits_for_a_start) {
  auto id = submit("work", {{"queue", "manual"}});
  EXPECT_EQ(call("queues.process", {{"queue", "manual"}}),
            (json{{"started", 1}}));
  EXPECT_EQ(wait(id).at("status"), "completed");
}

TEST_F(queue_methods_test, lists_rate_limits_in_use) {
  EXPECT_TRUE(call("rate_limits.list").at("rate_limits").empty());
  submit("work", {{"queue", "slow"}});
  auto limits = call("rate_limits.list").at("rate_limits");
  ASSERT_EQ(limits.size(), 1u);
  EXPECT_EQ(limits[0].at("limit"), "tight");
  EXPECT_EQ(limits[0].at("key"), "slow");
  EXPECT_EQ(limits[0].at("tokens"), 0);
}

} // namespace troupe::test
