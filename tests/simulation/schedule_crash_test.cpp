// Schedules in a whole Troupe with a journal, in virtual time, whose actors are
// killed, whose commits fail now and then, and whose process ends at any step.
// Whatever happens: each run that was begun is one task, which reaches its end,
// and the times are those of the timetable.

#include "tests/simulation/crashing_troupe.hpp"
#include "tests/simulation/seeds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;

constexpr auto interval = 100ms;

/// Every time counts, none before.
core::schedule_spec repeated(const std::string& name) {
  core::schedule_spec spec;
  spec.name = name;
  spec.task.name = name;
  spec.task.capabilities = {"work"};
  spec.task.retry.base = 20ms;
  spec.when = core::run_every{interval};
  return spec;
}

std::vector<core::schedule_spec> all_kinds() {
  std::vector<core::schedule_spec> all;
  auto& complete = all.emplace_back(repeated("complete"));
  complete.overlap = core::overlap_policy::queue;
  complete.queue_max = core::schedule_backlog_max;
  complete.catch_up = {core::catch_up_policy::all, 1min,
                       core::schedule_backlog_max};
  all.push_back(repeated("skips"));
  auto& cancels = all.emplace_back(repeated("cancels"));
  cancels.overlap = core::overlap_policy::cancel_previous;
  cancels.jitter = 70ms;
  auto& strict = all.emplace_back(repeated("strict"));
  strict.catch_up.policy = core::catch_up_policy::none;
  strict.catch_up.late_max = 0ms;
  auto& once = all.emplace_back(repeated("once"));
  once.when = core::run_after{250ms};
  auto& few = all.emplace_back(repeated("few"));
  few.max_runs = 5;
  return all;
}

class scheduled_world {
public:
  explicit scheduled_world(uint64_t seed)
    : seed_(seed), random_(seed * 7'368'787) {
  }

  void run() {
    for (int i = roll(1, 5); i > 0; --i)
      live(false);
    live(true);
  }

private:
  int roll(int from, int to) {
    return std::uniform_int_distribution<int>{from, to}(random_);
  }

  bool chance(int percent) {
    return roll(1, 100) <= percent;
  }

  template <class Request>
  core::error order(virtual_troupe& troupe, Request x) {
    return troupe.ask<messages::done>(troupe.parts().schedules, std::move(x))
      .failure;
  }

  void open(virtual_troupe& troupe) {
    core::queue_spec spec;
    spec.name = "default";
    troupe.add_queue(spec);
    actors::agent_definition agent{"agent"};
    agent.slots(3);
    agent.on("work", [this](actors::task_context& ctx) { return work(ctx); });
    EXPECT_EQ(troupe.add_agent(std::move(agent)), core::error{});
    troupe.send(troupe.parts().schedules, messages::begin_schedules{});
    // As programs do whenever they start. It may take until it can be written.
    for (auto& x : all_kinds())
      troupe.send(troupe.parts().schedules, messages::add_schedule{x});
  }

  core::async<core::payload> work(actors::task_context& ctx) {
    if (auto time = random_() % 200; time > 20)
      co_await ctx.sleep(std::chrono::milliseconds{time});
    if (random_() % 20 == 0)
      throw core::failure{{core::ec::handler_failed, "no luck"}};
    co_return core::payload{};
  }

  void disturb(virtual_troupe& troupe) {
    auto parts = troupe.parts();
    switch (roll(0, 3)) {
      case 0:
        caf::anon_send_exit(parts.schedules, caf::exit_reason::kill);
        break;
      case 1:
        caf::anon_send_exit(parts.manager, caf::exit_reason::kill);
        break;
      case 2:
        troupe.send(parts.schedules, messages::pause_schedule{"skips"});
        break;
      default:
        troupe.send(parts.schedules, messages::resume_schedule{"skips"});
    }
  }

  void live(bool is_last) {
    ++lives_;
    auto journal = std::make_shared<mortal_journal>(content_, random_(),
                                                    is_last ? 0 : roll(0, 20));
    {
      // All begin at the same time of the calendar, whatever their seeds are.
      auto seed = (seed_ * 100 + lives_) * 1000 + 1;
      virtual_troupe troupe{seed, 0, {}, {}, journal, now_ - began_};
      if (began_ == core::time_point{}) {
        began_ = troupe.now();
        now_ = began_;
      }
      open(troupe);
      for (int i = is_last ? 0 : roll(3, 20); i > 0; --i) {
        for (int steps = roll(0, 80); steps > 0 && troupe.step(); --steps) {
          // It may end in the middle of anything.
        }
        if (chance(60))
          troupe.advance(std::chrono::milliseconds{roll(1, 400)});
        if (chance(50))
          disturb(troupe);
      }
      if (is_last)
        finish(troupe);
      journal->die();
      now_ = troupe.now();
    }
    // What it takes to start again.
    now_ += std::chrono::milliseconds{roll(1, 2000)};
  }

  void finish(virtual_troupe& troupe) {
    troupe.send(troupe.parts().schedules, messages::resume_schedule{"skips"});
    troupe.advance(5s);
    // What waits goes on to its end, and nothing more comes due.
    for (auto& x : all_kinds())
      EXPECT_EQ(order(troupe, messages::pause_schedule{x.name}), core::error{});
    EXPECT_TRUE(troupe.run_until_idle(60s));
    troupe.advance(100ms);
    auto list = troupe.ask<messages::schedule_list>(troupe.parts().schedules,
                                                    messages::get_schedules{0});
    EXPECT_EQ(list.schedules.size(), all_kinds().size());
    for (auto& x : list.schedules)
      check(x);
  }

  void check(const core::schedule_info& x) {
    auto& name = x.spec->name;
    EXPECT_EQ(x.state.running, std::nullopt) << name;
    // By what each task says it is for.
    std::map<uint64_t, std::string> times;
    for (auto& [number, image] : content_->tasks) {
      auto& about = image.spec->metadata;
      if (about.at("schedule") != name)
        continue;
      EXPECT_TRUE(image.has_ended()) << name;
      auto run = std::stoull(about.at("schedule_run"));
      EXPECT_TRUE(times.emplace(run, about.at("schedule_time")).second)
        << name << ": run " << run << " is there twice";
    }
    for (uint64_t run = 1; run <= x.state.runs; ++run)
      // One that was in the way was perhaps never accepted.
      EXPECT_TRUE(times.contains(run)
                  || x.spec->overlap == core::overlap_policy::cancel_previous)
        << name << ": run " << run << " of " << x.state.runs << " is lost";
    EXPECT_TRUE(times.empty() || times.rbegin()->first <= x.state.runs) << name;
    std::string last;
    for (auto& [run, time] : times) {
      EXPECT_LT(last, time) << name << ": run " << run;
      last = time;
    }
    check_times(x, times);
  }

  static void check_times(const core::schedule_info& x,
                          const std::map<uint64_t, std::string>& times) {
    auto& name = x.spec->name;
    auto& added = x.state.added;
    if (name == "once") {
      EXPECT_EQ(times.at(1), core::to_string(added + 250ms));
    } else if (name == "few") {
      EXPECT_EQ(times.size(), 5u);
    } else if (name == "complete") {
      for (auto& [run, time] : times)
        EXPECT_EQ(
          time, core::to_string(added + static_cast<int64_t>(run) * interval));
    }
  }

  uint64_t seed_;
  std::mt19937_64 random_;
  uint64_t lives_ = 0;
  core::time_point began_;
  core::time_point now_;
  std::shared_ptr<storage::memory_content> content_
    = std::make_shared<storage::memory_content>();
};

} // namespace

class schedule_crash_test : public ::testing::TestWithParam<uint64_t> {};

TEST_P(schedule_crash_test, neither_loses_nor_doubles_a_run) {
  scheduled_world world{GetParam()};
  world.run();
}

INSTANTIATE_TEST_SUITE_P(seeds, schedule_crash_test, seeds(100), seed_name);

} // namespace troupe::test
