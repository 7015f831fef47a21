#include "tests/cli/serve_loading.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

using testing::load_serve;
using testing::load_worker;
using mistake_list = std::vector<std::string>;

} // namespace

TEST(serve_file_test, reads_all_there_is) {
  auto x = load_serve(R"(
name: house.example.org
journal: ${env.HOME}/journal.db
queues:
  slow: {max_concurrent: 2, paused: true}
rate_limits:
  all: {tokens: 10, per: 1s}
circuits: {failures_max: 3}
defaults: {queue: slow}
schedules:
  nightly: {cron: 0 3 * * *, task: {argv: [tidy]}}
retention: {age: 2h, count: 10, dead_letters_max: 5}
agents:
  own: {capabilities: process.run, slots: 2, directories: /srv,
        limits: {memory_max: 1000}}
listen: {port: 7700}
liveness: {dead_after: 20s}
max_parallel: 8
)");
  ASSERT_TRUE(x.value) << x.messages.at(0);
  auto& s = *x.value;
  EXPECT_EQ(s.name, "house.example.org");
  EXPECT_EQ(s.journal->path, "/home/me/journal.db");
  ASSERT_EQ(s.queues.size(), 2u);
  EXPECT_EQ(s.queues[0].spec.name, "slow");
  EXPECT_TRUE(s.queues[0].is_paused);
  EXPECT_EQ(s.queues[1].spec.name, "default");
  EXPECT_EQ(s.rate_limits.at(0).limit.rate.tokens, 10u);
  EXPECT_EQ(s.circuits->settings.failures_max, 3u);
  EXPECT_EQ(s.schedules.at(0).name, "nightly");
  EXPECT_EQ(s.schedules[0].task.queue, "slow");
  EXPECT_EQ(s.retention.age, std::chrono::hours{2});
  EXPECT_EQ(s.retention.count, 10u);
  EXPECT_EQ(s.retention.dead_letters_max, 5u);
  EXPECT_EQ(s.agents.at(0).spec.max_concurrent, 2u);
  EXPECT_EQ(s.agents[0].bounds.directories, mistake_list{"/srv"});
  EXPECT_EQ(s.agents[0].bounds.limits.memory, 1000u);
  EXPECT_EQ(s.listen->port, 7700);
  EXPECT_EQ(s.liveness.dead_after, std::chrono::seconds{20});
  EXPECT_EQ(s.max_parallel, 8u);
}

TEST(serve_file_test, needs_next_to_nothing) {
  auto x = load_serve("name: a");
  ASSERT_TRUE(x.value);
  EXPECT_FALSE(x.value->journal);
  EXPECT_FALSE(x.value->listen);
  EXPECT_TRUE(x.value->agents.empty());
  EXPECT_EQ(x.value->queues.at(0).spec.name, "default");
  EXPECT_EQ(x.value->retention.age, core::retention_settings{}.age);
}

TEST(serve_file_test, names_all_that_is_wrong) {
  EXPECT_EQ(load_serve("nmae: a\nname: 'a b'\nretention: {age: soon}\n"
                       "max_parallel: -1\n")
              .messages,
            (mistake_list{
              "f:1:1: error: unknown key 'nmae' in the file; did you mean "
              "'name'?",
              "f:2:7: error: 'name' of the file must be 1 to 253 letters, "
              "digits, '-', '_' and '.', as certificates have them, not 'a b'",
              "f:3:18: error: 'age' of 'retention' must be a duration such as "
              "'250ms', '1.5s' or '2m', not 'soon'",
              "f:4:15: error: 'max_parallel' of the file must be a whole "
              "number, 0 or more, not '-1'",
            }));
  EXPECT_EQ(load_serve("").messages,
            mistake_list{"f: error: the file is empty"});
  EXPECT_EQ(load_serve("[1]").messages,
            mistake_list{"f:1:1: error: the file must be a mapping, not a "
                         "list"});
  EXPECT_EQ(load_serve("name: ${env.NOBODY}").messages.size(), 1u);
}

TEST(serve_file_test, names_queues_that_are_not_there) {
  EXPECT_EQ(load_serve("queues: {slow: }\n"
                       "schedules: {s: {every: 1m, task: {argv: [x], queue: "
                       "slwo}}}\n"
                       "journal: {path: j, queues: {fast: {age: 1h}}}\n")
              .messages,
            (mistake_list{
              "f:2:16: error: unknown queue 'slwo' in schedule 's'; did you "
              "mean 'slow'?",
              "f:3:10: error: unknown queue 'fast' in 'queues' of 'journal'; "
              "valid are 'slow' and 'default'",
            }));
}

TEST(worker_file_test, reads_all_there_is) {
  auto x = load_worker(R"(
name: east
labels: {zone: a}
resources: {gpu: 2}
agents:
  files: {capabilities: [file.read, file.glob]}
  programs:
    capabilities: process.run
    slots: 3
    labels: {os: linux}
    resources: {cpu: 4}
    directories: [/srv/a, /srv/b]
    limits: {cpu_max: 1m, processes_max: 10}
)");
  ASSERT_TRUE(x.value) << x.messages.at(0);
  auto& w = *x.value;
  EXPECT_EQ(w.name, "east");
  EXPECT_EQ(w.labels.at("zone"), "a");
  EXPECT_EQ(core::amount_of(w.resources, "gpu"), 2);
  ASSERT_EQ(w.agents.size(), 2u);
  EXPECT_EQ(w.agents[0].spec.capabilities,
            (mistake_list{"file.read", "file.glob"}));
  EXPECT_EQ(w.agents[0].spec.max_concurrent, 4u);
  EXPECT_EQ(w.agents[1].bounds.directories.size(), 2u);
  EXPECT_EQ(w.agents[1].bounds.limits.cpu_time, std::chrono::minutes{1});
}

TEST(worker_file_test, names_all_that_is_wrong) {
  EXPECT_EQ(load_worker("name: a").messages,
            mistake_list{"f:1:1: error: the file needs 'agents'"});
  EXPECT_EQ(load_worker("agents: {a: {capabilities: dance}}\nqueues: {}")
              .messages.size(),
            2u);
}

} // namespace troupe::cli
