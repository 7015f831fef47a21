#include "tests/cli/managed.hpp"

namespace troupe::cli {

namespace {

class client_parts_test : public testing::managed {
protected:
  int change(client_action action, std::string verb, std::string subject,
             core::json arguments = core::json::object()) {
    client_options options;
    options.action = action;
    options.verb = std::move(verb);
    options.subject = std::move(subject);
    options.arguments = std::move(arguments);
    return run(std::move(options));
  }
};

} // namespace

TEST_F(client_parts_test, queues_are_listed_and_changed) {
  EXPECT_EQ(change(client_action::queues, "pause", "slow"), 0);
  EXPECT_EQ(out, "queue slow: pause done\n");
  EXPECT_EQ(run(client_action::queues), 0);
  EXPECT_EQ(out, "queue    state   ready  delayed  running  at most  ended\n"
                 "default  open        0        0        0        -      0\n"
                 "manual   manual      0        0        0        5      0\n"
                 "slow     paused      0        0        0        5      0\n");
  EXPECT_EQ(change(client_action::queues, "resume", "slow"), 0);
  submit("work", {{"queue", "manual"}});
  EXPECT_EQ(change(client_action::queues, "process", "manual"), 0);
  EXPECT_EQ(out, "queue manual: 1 started\n");
  EXPECT_EQ(change(client_action::queues, "pause", "fast"), 1);
  EXPECT_TRUE(err.starts_with("troupe: unknown_queue: ")) << err;
  EXPECT_EQ(run_json(client_action::queues).at("queues").size(), 3u);
}

TEST_F(client_parts_test, agents_are_listed_and_changed) {
  EXPECT_EQ(run(client_action::agents), 0);
  EXPECT_EQ(out,
            "agent   status  running  slots  capabilities           labels "
            " note\n"
            "worker  idle          0      4  work, echo, fail, ask  "
            "zone=a\n");
  EXPECT_EQ(change(client_action::agents, "pause", "worker"), 0);
  EXPECT_EQ(run(client_action::agents), 0);
  EXPECT_NE(out.find("worker  paused"), out.npos) << out;
  EXPECT_EQ(change(client_action::agents, "resume", "worker"), 0);
  EXPECT_EQ(
    change(client_action::agents, "remove", "worker", {{"at_once", true}}), 0);
  EXPECT_EQ(run(client_action::agents), 0);
  EXPECT_EQ(out, "no agents\n");
}

TEST_F(client_parts_test, nodes_are_listed_and_drained) {
  EXPECT_EQ(run(client_action::nodes), 0);
  EXPECT_EQ(out, "node  state  agents  running  address  labels\n"
                 "east  alive\n");
  EXPECT_EQ(change(client_action::nodes, "drain", "east",
                   {{"timeout_seconds", "5s"}}),
            0);
  EXPECT_EQ(out, "node east: drain done\n");
  EXPECT_EQ(fleet_.told, std::vector<std::string>{"ann drains east in 5s"});
  EXPECT_EQ(change(client_action::nodes, "drain", "west"), 1);
}

TEST_F(client_parts_test, circuits_are_listed_and_changed) {
  EXPECT_EQ(run(client_action::circuits), 0);
  EXPECT_EQ(out, "no circuits\n");
  EXPECT_EQ(change(client_action::circuits, "open", "work"), 0);
  EXPECT_EQ(out, "circuit work: open done\n");
  EXPECT_EQ(run(client_action::circuits), 0);
  EXPECT_NE(out.find("work     forced open"), out.npos) << out;
  EXPECT_EQ(change(client_action::circuits, "reset", "work"), 0);
  EXPECT_EQ(change(client_action::circuits, "reset", "wrok"), 2);
}

TEST_F(client_parts_test, schedules_are_listed_and_changed) {
  EXPECT_EQ(run(client_action::schedules), 0);
  EXPECT_EQ(out, "no schedules\n");
  call("schedules.add",
       {{"schedule",
         {{"name", "nightly"},
          {"task", {{"name", "tidy"}, {"capabilities", "work"}}},
          {"cron", "0 3 * * *"}}}});
  EXPECT_EQ(change(client_action::schedules, "pause", "nightly"), 0);
  EXPECT_EQ(run(client_action::schedules), 0);
  EXPECT_NE(out.find("nightly   0 3 * * * UTC  paused"), out.npos) << out;
  EXPECT_EQ(change(client_action::schedules, "remove", "nightly"), 0);
  EXPECT_EQ(run(client_action::schedules), 0);
  EXPECT_EQ(out, "no schedules\n");
}

TEST_F(client_parts_test, stats_count) {
  wait(submit("work"));
  EXPECT_EQ(run(client_action::stats), 0);
  EXPECT_TRUE(out.starts_with("tasks         1\n  pending     0\n")) << out;
  EXPECT_NE(out.find("  completed   1\n"), out.npos) << out;
  EXPECT_NE(out.find("agents        1\n  offline     0\n  slots       4\n"
                     "journal       writes\n"),
            out.npos)
    << out;
  EXPECT_EQ(run_json(client_action::stats).at("tasks").at("total"), 1);
}

TEST_F(client_parts_test, drain_tells_the_manager) {
  EXPECT_EQ(run(client_action::drain), 0);
  EXPECT_EQ(fleet_.told, std::vector<std::string>{"ann drains all in 30s"});
  EXPECT_TRUE(out.starts_with("The manager accepts nothing more")) << out;
}

} // namespace troupe::cli
