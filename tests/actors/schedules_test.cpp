// Schedules in a whole Troupe, in virtual time.

#include "storage/memory_journal.hpp"
#include "tests/support/virtual_troupe.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;
using core::ec;
using messages::done;

using content_ptr = std::shared_ptr<storage::memory_content>;

class schedules_test : public ::testing::Test {
protected:
  using list = std::vector<std::string>;

  /// A process that goes on from what is in the journal, so much later than
  /// the first one began.
  void open(core::duration later = 0s, bool has_agent = true) {
    troupe_.emplace(
      1, 0, circuits_, limits_,
      content_ ? std::make_shared<storage::memory_journal>(content_) : nullptr,
      later);
    core::queue_spec queue;
    queue.name = "default";
    troupe_->add_queue(queue);
    if (has_agent)
      employ();
    order(messages::begin_schedules{});
  }

  void open_durable() {
    content_ = std::make_shared<storage::memory_content>();
    open();
  }

  void employ() {
    actors::agent_definition agent{"agent"};
    agent.slots(4);
    agent.on("work", actors::cooperative([this](actors::task_context& ctx) {
               ran_.push_back(ctx.task().metadata.at("schedule_run"));
               if (fails_)
                 throw core::failure{{ec::handler_failed, "as asked"}};
             }));
    agent.on("sleep", [this](actors::task_context& ctx) { return sleep(ctx); });
    EXPECT_EQ(troupe_->add_agent(std::move(agent)), core::error{});
  }

  core::async<core::payload> sleep(actors::task_context& ctx) {
    auto number = ctx.task().metadata.at("schedule_run");
    co_await ctx.sleep(1500ms);
    ran_.push_back(number);
    co_return core::payload{};
  }

  /// The process is killed, and the next one finds what was written until then.
  void crash(core::duration later, bool has_agent = true) {
    auto written = std::make_shared<storage::memory_content>(*content_);
    troupe_.reset();
    content_ = written;
    open(later, has_agent);
  }

  /// The process ends as it should, but does not end its tasks.
  void suspend(core::duration later) {
    order(messages::stop_schedules{});
    order_manager(messages::stop_accepting{messages::stop_order::suspend});
    troupe_->settle();
    crash(later);
  }

  template <class Request>
  core::error order(Request x) {
    return troupe_->ask<done>(troupe_->parts().schedules, std::move(x)).failure;
  }

  template <class Request>
  core::error order_manager(Request x) {
    return troupe_->ask<done>(troupe_->parts().manager, std::move(x)).failure;
  }

  static core::schedule_spec
  every_second(const std::string& capability = "work") {
    core::schedule_spec spec;
    spec.name = "tick";
    spec.task.name = "tick";
    spec.task.capabilities = {capability};
    spec.when = core::run_every{1s};
    return spec;
  }

  void add(core::schedule_spec spec) {
    EXPECT_EQ(order(messages::add_schedule{std::move(spec)}), core::error{});
  }

  core::schedule_info info() {
    auto found = troupe_->ask<messages::schedule_found>(
      troupe_->parts().schedules, messages::get_schedule{"tick", 2});
    EXPECT_EQ(found.failure, core::error{});
    return found.info;
  }

  template <class Handle>
  void kill(const Handle& who) {
    caf::anon_send_exit(who, caf::exit_reason::kill);
    troupe_->settle();
  }

  void advance(core::duration time) {
    troupe_->advance(time);
  }

  list ran() {
    return std::exchange(ran_, {});
  }

  /// How many tasks the journal has of each run.
  std::map<std::string, int> written_runs() const {
    std::map<std::string, int> counts;
    for (auto& [number, image] : content_->tasks)
      ++counts[image.spec->metadata.at("schedule_run")];
    return counts;
  }

  std::optional<core::circuit_options> circuits_;
  core::rate_limit_options limits_;
  content_ptr content_;
  std::optional<virtual_troupe> troupe_;
  bool fails_ = false;
  list ran_;
};

} // namespace

TEST_F(schedules_test, runs_what_is_due) {
  open();
  add(every_second());
  advance(3s);
  EXPECT_EQ(ran(), (list{"1", "2", "3"}));
  EXPECT_EQ(troupe_->stats().completed, 3u);
  EXPECT_EQ(info().state.running, std::nullopt);
}

TEST_F(schedules_test, there_are_never_two_at_once) {
  open();
  auto spec = every_second("sleep");
  spec.overlap = core::overlap_policy::queue;
  add(spec);
  // Each takes half as long again as there is between two.
  advance(6s);
  EXPECT_EQ(ran(), (list{"1", "2", "3"}));
  EXPECT_EQ(troupe_->stats().running, 1u);
  EXPECT_EQ(info().state.waiting.size(), 2u);
}

TEST_F(schedules_test, the_previous_one_is_cancelled) {
  open();
  auto spec = every_second("sleep");
  spec.overlap = core::overlap_policy::cancel_previous;
  add(spec);
  advance(3s);
  EXPECT_EQ(ran(), list{});
  EXPECT_EQ(troupe_->stats().cancelled, 2u);
  EXPECT_EQ(troupe_->stats().running, 1u);
}

TEST_F(schedules_test, an_open_circuit_counts_for_runs) {
  circuits_.emplace();
  circuits_->settings.failures_max = 2;
  circuits_->settings.cool_down = 10s;
  open();
  fails_ = true;
  auto spec = every_second();
  spec.task.retry.max_retries = 0;
  add(spec);
  advance(5s);
  EXPECT_EQ(ran(), (list{"1", "2"}));
  // The third waits until it is let through, and the others are left out.
  fails_ = false;
  advance(8s);
  EXPECT_EQ(ran().front(), "3");
  EXPECT_GE(info().state.skipped, 7u);
}

TEST_F(schedules_test, a_rate_limit_counts_for_runs) {
  auto& limit = limits_.limits.emplace_back();
  limit.name = "all";
  limit.rate = {1, 4s, 1};
  limit.when_exceeded = core::rate_policy::wait;
  open();
  add(every_second());
  advance(9500ms);
  EXPECT_EQ(ran(), (list{"1", "2", "3"}));
}

TEST_F(schedules_test, go_on_whoever_dies) {
  open();
  add(every_second("sleep"));
  for (int i = 0; i < 20; ++i) {
    advance(330ms);
    auto parts = troupe_->parts();
    switch (i % 3) {
      case 0:
        kill(parts.schedules);
        break;
      case 1:
        kill(parts.manager);
        break;
      default:
        kill(parts.queues.at("default"));
    }
  }
  advance(3s);
  auto done = ran();
  EXPECT_EQ(done.size(), info().state.runs - (info().state.running ? 1 : 0));
  for (size_t i = 0; i < done.size(); ++i)
    EXPECT_EQ(done[i], std::to_string(i + 1));
  EXPECT_EQ(troupe_->stats().total, info().state.runs);
}

// -- the next process ---------------------------------------------------------

TEST_F(schedules_test, survive_the_process) {
  open_durable();
  add(every_second());
  advance(2500ms);
  EXPECT_EQ(ran(), (list{"1", "2"}));
  auto added = info().state.added;
  crash(2700ms);
  EXPECT_EQ(info().state.runs, 2u);
  advance(300ms);
  EXPECT_EQ(ran(), list{"3"});
  EXPECT_EQ(info().state.last_nominal, added + 3s) << "nothing has drifted";
}

TEST_F(schedules_test, what_passed_meanwhile_is_caught_up_with) {
  open_durable();
  auto spec = every_second();
  spec.overlap = core::overlap_policy::queue;
  spec.catch_up.policy = core::catch_up_policy::all;
  spec.catch_up.runs_max = 3;
  add(spec);
  advance(1500ms);
  crash(1h);
  advance(10ms);
  EXPECT_EQ(ran(), (list{"1", "2", "3", "4", "5"}));
  EXPECT_GT(info().state.missed, 3500u);
}

TEST_F(schedules_test, a_pause_survives_the_process) {
  open_durable();
  add(every_second());
  EXPECT_EQ(order(messages::pause_schedule{"tick"}), core::error{});
  crash(1h);
  advance(5s);
  EXPECT_EQ(ran(), list{});
  EXPECT_TRUE(info().state.is_paused);
  EXPECT_EQ(order(messages::resume_schedule{"tick"}), core::error{});
  advance(10ms);
  EXPECT_EQ(ran(), list{"1"});
}

TEST_F(schedules_test, what_was_removed_stays_removed) {
  open_durable();
  add(every_second());
  EXPECT_EQ(order(messages::remove_schedule{"tick"}), core::error{});
  crash(1h);
  advance(5s);
  EXPECT_EQ(ran(), list{});
}

TEST_F(schedules_test, the_next_process_waits_for_the_run_of_the_last) {
  open_durable();
  add(every_second("sleep"));
  advance(1200ms);
  auto task = info().task;
  suspend(1500ms);
  EXPECT_EQ(info().task, task);
  // It runs once more, from the beginning; another begins after its end.
  advance(1600ms);
  EXPECT_EQ(ran(), list{"1"});
  EXPECT_EQ(troupe_->get(task).status, core::task_status::completed);
  EXPECT_EQ(written_runs().at("1"), 1);
}

TEST_F(schedules_test, jitter_is_the_same_in_the_next_process) {
  open_durable();
  auto spec = every_second();
  spec.when = core::run_every{1min};
  spec.jitter = 50s;
  add(spec);
  auto due = info().due;
  crash(1s);
  EXPECT_EQ(info().due, due);
  crash(2s);
  EXPECT_EQ(info().due, due);
}

// At any step of it: what has been written by then says all.
TEST_F(schedules_test, a_crash_neither_loses_nor_doubles_a_run) {
  for (int steps = 0; steps < 60; ++steps) {
    content_ = std::make_shared<storage::memory_content>();
    open(0s, false);
    auto spec = every_second();
    spec.when = core::run_after{10ms};
    add(spec);
    // Up to when it is due, and so many steps on.
    troupe_->advance(9ms, 1ms);
    troupe_->pass(1ms);
    for (int i = 0; i < steps; ++i)
      troupe_->step();
    crash(1s);
    advance(2s);
    EXPECT_EQ(ran(), list{"1"}) << "after " << steps << " steps";
    EXPECT_EQ(written_runs(), (std::map<std::string, int>{{"1", 1}}));
    EXPECT_EQ(info().state.runs, 1u);
    EXPECT_EQ(info().state.running, std::nullopt);
    troupe_.reset();
  }
}

} // namespace troupe::test
