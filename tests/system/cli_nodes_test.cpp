#include "core/payload.hpp"
#include "tests/support/background_program.hpp"
#include "tests/system/program_directory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace troupe {

namespace {

using test::background_program;

constexpr auto sleepers = R"(
tasks:
  first:
    foreach: [1, 2, 3, 4, 5, 6, 7, 8]
    argv: [sleep, "0.3"]
  last:
    needs: first
    argv: [echo, done]
)";

/// A manager, workers and clients, each a process of its own.
class cli_nodes_test : public ::testing::Test {
protected:
  /// The words with which TLS and the like are said to all of them.
  std::vector<std::string> common;

  void serve(std::vector<std::string> more = {}) {
    std::vector<std::string> all{TROUPE_PROGRAM, "serve",
                                 "--listen",     "127.0.0.1:" + port_,
                                 "--journal",    where_.path("work.db")};
    all.insert(all.end(), more.begin(), more.end());
    manager_ = std::make_unique<background_program>(all);
    auto line = manager_->line_with("listens on");
    ASSERT_FALSE(line.empty());
    port_ = line.substr(line.rfind(':') + 1);
  }

  std::unique_ptr<background_program> work(const std::string& name) {
    std::vector<std::string> all{TROUPE_PROGRAM,       "worker", "--join",
                                 "127.0.0.1:" + port_, "--name", name};
    all.insert(all.end(), common.begin(), common.end());
    return std::make_unique<background_program>(all);
  }

  agents::subprocess_outcome ask(std::vector<std::string> all) {
    all.insert(all.end(), {"--at", "127.0.0.1:" + port_});
    all.insert(all.end(), common.begin(), common.end());
    return where_.run(all);
  }

  core::json json_of(std::vector<std::string> all) {
    all.emplace_back("--json");
    auto x = ask(std::move(all));
    EXPECT_EQ(x.exit_code, 0) << x.out.bytes << x.err.bytes;
    return core::json::parse(x.out.bytes, nullptr, false);
  }

  std::unique_ptr<background_program> submit_sleepers() {
    where_.write("p.yaml", sleepers);
    return std::make_unique<background_program>(
      std::vector<std::string>{TROUPE_PROGRAM, "submit", where_.path("p.yaml"),
                               "--wait", "--at", "127.0.0.1:" + port_});
  }

  void wait_for_running() {
    for (;;) {
      auto tasks = json_of({"stats"})["tasks"];
      ASSERT_TRUE(tasks.is_object()) << tasks.dump();
      if (tasks.value("running", 0) > 0)
        return;
    }
  }

  /// Each leaves a line.
  std::unique_ptr<background_program> submit_many() {
    auto numbers = core::json::array();
    for (size_t i = 0; i < many; ++i)
      numbers.push_back(i);
    core::json one{{"foreach", numbers},
                   {"argv",
                    {"sh", "-c", "sleep 0.1; echo ${item} >> \"$0\"",
                     where_.path("effects")}}};
    core::json last{{"needs", "one"}, {"argv", {"true"}}};
    core::json all{{"tasks", {{"one", one}, {"last", last}}}};
    where_.write("p.json", all.dump());
    return std::make_unique<background_program>(
      std::vector<std::string>{TROUPE_PROGRAM, "submit", where_.path("p.json"),
                               "--wait", "--at", "127.0.0.1:" + port_});
  }

  /// So many more than there are now, or all.
  void wait_for_completed(size_t more) {
    std::optional<size_t> enough;
    for (;;) {
      auto tasks = json_of({"stats"})["tasks"];
      ASSERT_TRUE(tasks.is_object()) << tasks.dump();
      auto done = tasks.value("completed", size_t{0});
      if (!enough)
        enough = std::min(done + more, many);
      if (done >= *enough)
        return;
    }
  }

  static constexpr size_t many = 100;

  testing::program_directory where_;
  /// Any at first; a manager that is started again takes the same.
  std::string port_ = "0";
  std::unique_ptr<background_program> manager_;
};

} // namespace

TEST_F(cli_nodes_test, runs_a_pipeline_on_a_worker) {
  serve();
  auto east = work("east");
  ASSERT_FALSE(east->line_with("joined").empty());
  where_.write("p.yaml", "tasks:\n  a: {argv: [echo, hello]}\n");
  auto done = ask({"submit", where_.path("p.yaml"), "--wait"});
  EXPECT_EQ(done.exit_code, 0) << done.out.bytes << done.err.bytes;
  auto nodes = json_of({"nodes"})["nodes"];
  ASSERT_EQ(nodes.size(), 1u) << nodes.dump();
  EXPECT_EQ(nodes[0]["name"], "east");
  EXPECT_EQ(nodes[0]["state"], "alive");
}

TEST_F(cli_nodes_test, takes_workers_with_the_same_agents) {
  serve();
  auto east = work("east");
  auto west = work("west");
  ASSERT_FALSE(east->line_with("joined").empty());
  ASSERT_FALSE(west->line_with("joined").empty());
  std::set<std::string> names;
  // They are made known after the node has been let in.
  while (names.size() < 8) {
    auto agents = json_of({"agents"})["agents"];
    ASSERT_TRUE(agents.is_array()) << agents.dump();
    for (auto& x : agents)
      names.insert(x.value("id", ""));
  }
  EXPECT_TRUE(names.contains("east/process"));
  EXPECT_TRUE(names.contains("west/process"));
}

TEST_F(cli_nodes_test, goes_on_when_a_worker_is_killed) {
  serve();
  auto east = work("east");
  ASSERT_FALSE(east->line_with("joined").empty());
  auto client = submit_sleepers();
  wait_for_running();
  east->signal(SIGKILL);
  east->wait();
  auto again = work("east");
  EXPECT_EQ(client->wait(), 0);
  EXPECT_EQ(json_of({"stats"})["tasks"]["completed"], 9);
}

TEST_F(cli_nodes_test, goes_on_when_the_manager_is_killed) {
  serve();
  auto east = work("east");
  ASSERT_FALSE(east->line_with("joined").empty());
  auto client = submit_sleepers();
  wait_for_running();
  manager_->signal(SIGKILL);
  manager_->wait();
  serve();
  EXPECT_EQ(client->wait(), 0);
  auto tasks = json_of({"stats"})["tasks"];
  EXPECT_EQ(tasks["completed"], 9) << tasks.dump();
}

TEST_F(cli_nodes_test, loses_nothing_when_all_are_started_anew_in_turn) {
  serve();
  auto east = work("east");
  auto west = work("west");
  ASSERT_FALSE(east->line_with("joined").empty());
  ASSERT_FALSE(west->line_with("joined").empty());
  auto client = submit_many();
  wait_for_completed(10);
  for (auto* node : {&east, &west}) {
    (*node)->signal(SIGTERM);
    EXPECT_EQ((*node)->wait(), 0);
    *node = work(node == &east ? "east" : "west");
    ASSERT_FALSE((*node)->line_with("joined").empty());
    wait_for_completed(10);
  }
  manager_->signal(SIGTERM);
  EXPECT_EQ(manager_->wait(), 0);
  serve();
  wait_for_completed(10);
  EXPECT_EQ(client->wait(), 0);
  auto tasks = json_of({"list", "--limit", "0"})["tasks"];
  ASSERT_EQ(tasks.size(), many + 1) << tasks.dump();
  for (auto& x : tasks) {
    EXPECT_EQ(x["status"], "completed") << x.dump();
    EXPECT_EQ(x["attempt"], 1) << x.dump();
    for (auto& event : x["history"])
      EXPECT_NE(event["kind"], "attempt_lost") << x.dump();
  }
  auto effects = where_.read("effects");
  EXPECT_EQ(std::ranges::count(effects, '\n'), many) << effects;
}

TEST_F(cli_nodes_test, lets_a_worker_leave) {
  serve();
  auto east = work("east");
  ASSERT_FALSE(east->line_with("joined").empty());
  east->signal(SIGTERM);
  EXPECT_EQ(east->wait(), 0);
  // What it said last may still be on its way.
  for (auto nodes = json_of({"nodes"})["nodes"]; !nodes.empty();
       nodes = json_of({"nodes"})["nodes"])
    ASSERT_EQ(nodes.size(), 1u) << nodes.dump();
}

TEST_F(cli_nodes_test, stops_when_it_is_told_to) {
  serve();
  manager_->signal(SIGTERM);
  EXPECT_EQ(manager_->wait(), 0);
}

} // namespace troupe
