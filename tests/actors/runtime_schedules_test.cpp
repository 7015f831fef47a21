// The face for applications, on real threads. What follows from time is in
// schedules_test.

#include "storage/memory_journal.hpp"
#include "storage/sqlite_journal.hpp"
#include "tests/actors/runtimes.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;
using actors::stop_mode;
using core::ec;
using core::event_kind;

core::schedule_spec often(const std::string& name = "often") {
  core::schedule_spec spec;
  spec.name = name;
  spec.task = task("work on " + name);
  spec.when = core::run_every{5ms};
  return spec;
}

core::schedule_spec nightly() {
  core::schedule_spec spec;
  spec.name = "nightly";
  spec.task = task("back up");
  spec.when = core::run_cron{"0 3 * * *", "UTC"};
  return spec;
}

class runtime_schedules_test : public whole_runtime {
protected:
  core::error why_not(core::schedule_spec spec) {
    return failure_of(troupe_.add_schedule(std::move(spec)));
  }
};

} // namespace

TEST_F(runtime_schedules_test, runs_begin_again_and_again) {
  add(namer());
  auto events = troupe_.subscribe();
  ASSERT_TRUE(troupe_.add_schedule(often()));
  std::vector<core::task_id> fired;
  while (fired.size() < 5) {
    auto event = events.next();
    ASSERT_TRUE(event);
    if (event->kind != event_kind::schedule_fired)
      continue;
    EXPECT_EQ(event->subject, "often");
    fired.push_back(event->task);
  }
  for (auto& id : fired) {
    auto record = wait(id);
    EXPECT_EQ(record.status, core::task_status::completed);
    EXPECT_EQ(record.spec->metadata.at("schedule"), "often");
  }
  EXPECT_EQ(std::set<core::task_id>(fired.begin(), fired.end()).size(), 5u);
}

TEST_F(runtime_schedules_test, shows_what_there_is) {
  ASSERT_TRUE(troupe_.add_schedule(nightly()));
  auto other = nightly();
  other.name = "another";
  ASSERT_TRUE(troupe_.add_schedule(other));
  auto all = troupe_.schedules();
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 2u);
  EXPECT_EQ(all->at(0).spec->name, "another");
  EXPECT_EQ(all->at(1).spec->name, "nightly");
  EXPECT_EQ(all->at(1).next.size(), 5u);
  auto one = troupe_.schedule("nightly", 3);
  ASSERT_TRUE(one);
  ASSERT_EQ(one->next.size(), 3u);
  EXPECT_EQ(one->next.at(1) - one->next.at(0), 24h);
  EXPECT_EQ(one->due, one->next.front());
  // More than anybody looks at.
  EXPECT_EQ(troupe_.schedule("nightly", 5000)->next.size(), 1000u);
}

TEST_F(runtime_schedules_test, is_paused_resumed_and_removed) {
  ASSERT_TRUE(troupe_.add_schedule(nightly()));
  EXPECT_TRUE(troupe_.pause_schedule("nightly"));
  EXPECT_TRUE(troupe_.schedule("nightly")->state.is_paused);
  EXPECT_TRUE(troupe_.resume_schedule("nightly"));
  EXPECT_FALSE(troupe_.schedule("nightly")->state.is_paused);
  EXPECT_TRUE(troupe_.remove_schedule("nightly"));
  EXPECT_TRUE(troupe_.schedules()->empty());
  for (auto& result :
       {troupe_.pause_schedule("nightly"), troupe_.resume_schedule("nightly"),
        troupe_.remove_schedule("nightly")}) {
    auto why = failure_of(result);
    EXPECT_EQ(why.code, ec::invalid_argument);
    EXPECT_EQ(why.message, "there is no schedule 'nightly'");
  }
  EXPECT_EQ(failure_of(troupe_.schedule("nightly")).code, ec::invalid_argument);
}

TEST_F(runtime_schedules_test, says_what_is_wrong_and_where) {
  auto spec = nightly();
  spec.task.capabilities.clear();
  spec.when = core::run_cron{"0 25 * * *"};
  auto why = why_not(spec);
  EXPECT_EQ(why.code, ec::invalid_argument);
  EXPECT_NE(why.message.find("schedule 'nightly': task.capabilities"),
            std::string::npos)
    << why.message;
  EXPECT_NE(why.message.find("when.cron: "), std::string::npos) << why.message;

  spec = nightly();
  spec.when = core::run_cron{"0 3 * * *", "Nowhere/At_All"};
  why = why_not(spec);
  EXPECT_EQ(why.message.substr(0, 45),
            "schedule 'nightly': when.zone: there is no ti");

  spec = nightly();
  spec.task.queue = "elsewhere";
  why = why_not(spec);
  EXPECT_EQ(why.code, ec::unknown_queue);
  EXPECT_EQ(why.message, "schedule 'nightly': task.queue: there is no queue "
                         "'elsewhere'; add it with add_queue()");

  ASSERT_TRUE(troupe_.add_schedule(nightly()));
  EXPECT_TRUE(troupe_.add_schedule(nightly())) << "it is the very same";
  spec = nightly();
  spec.description = "another";
  EXPECT_EQ(why_not(spec).code, ec::duplicate);
}

TEST_F(runtime_schedules_test, answers_that_it_has_stopped) {
  ASSERT_TRUE(troupe_.stop());
  EXPECT_EQ(why_not(nightly()).code, ec::unavailable);
  EXPECT_EQ(failure_of(troupe_.schedules()).code, ec::unavailable);
}

namespace {

/// What a runtime needs to go on from a journal.
actors::runtime_options with(std::shared_ptr<storage::journal> journal) {
  actors::runtime_options options;
  options.journal = std::move(journal);
  return options;
}

/// How many tasks of each run there are.
std::map<std::string, int> count_runs(actors::runtime& troupe) {
  std::map<std::string, int> counts;
  core::task_query query;
  do {
    auto page = troupe.list_journal(query);
    EXPECT_TRUE(page);
    for (auto& x : page->tasks)
      ++counts[x.spec->metadata.at("schedule_run")];
    query.after = page->next;
  } while (!query.after.is_nil());
  return counts;
}

} // namespace

TEST(runtime_schedules_journal_test, go_on_in_the_next_process) {
  auto content = std::make_shared<storage::memory_content>();
  uint64_t runs = 0;
  for (int process = 1; process <= 3; ++process) {
    actors::runtime troupe{
      with(std::make_shared<storage::memory_journal>(content))};
    ASSERT_TRUE(troupe.add_agent(namer()));
    // As programs do whenever they start.
    ASSERT_TRUE(troupe.add_schedule(often()));
    auto events = troupe.subscribe();
    for (int fired = 0; fired < 3;) {
      auto event = events.next();
      ASSERT_TRUE(event);
      fired += event->kind == event_kind::schedule_fired ? 1 : 0;
    }
    auto before = troupe.schedule("often")->state.runs;
    EXPECT_GE(before, runs + 3);
    runs = before;
    EXPECT_TRUE(troupe.stop(stop_mode::suspend));
  }
}

TEST(runtime_schedules_journal_test, no_run_is_lost_or_doubled_on_disk) {
  temporary_directory place;
  auto path = place.path("work.journal");
  for (int process = 1; process <= 3; ++process) {
    auto journal = storage::open_sqlite_journal(path);
    ASSERT_TRUE(journal) << journal.error().message;
    actors::runtime troupe{with(std::move(*journal))};
    ASSERT_TRUE(troupe.add_agent(namer()));
    ASSERT_TRUE(troupe.add_schedule(often()));
    auto paused = nightly();
    if (process == 1) {
      ASSERT_TRUE(troupe.add_schedule(paused));
      ASSERT_TRUE(troupe.pause_schedule("nightly"));
    }
    EXPECT_TRUE(troupe.schedule("nightly")->state.is_paused);
    auto events = troupe.subscribe();
    for (int fired = 0; fired < 4;) {
      auto event = events.next();
      ASSERT_TRUE(event);
      fired += event->kind == event_kind::schedule_fired ? 1 : 0;
    }
    if (process < 3) {
      EXPECT_TRUE(troupe.stop(stop_mode::suspend));
      continue;
    }
    ASSERT_TRUE(troupe.pause_schedule("often"));
    ASSERT_TRUE(troupe.wait_until_idle());
    auto runs = troupe.schedule("often")->state.runs;
    auto counts = count_runs(troupe);
    EXPECT_EQ(counts.size(), runs);
    for (auto& [number, count] : counts)
      EXPECT_EQ(count, 1) << "run " << number;
  }
}

} // namespace troupe::test
