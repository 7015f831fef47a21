#include "cli/journal_schedules.hpp"

#include "storage/memory_journal.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace troupe::cli {

namespace {

using namespace std::chrono_literals;

constexpr core::time_point some_time{1'700'000'000s};

bool has_part(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

core::kept_schedule kept(const std::string& name, core::schedule_times when) {
  core::kept_schedule x;
  x.spec.name = name;
  x.spec.when = std::move(when);
  return x;
}

} // namespace

TEST(journal_schedules_test, finds_them_by_their_names) {
  storage::memory_journal journal;
  core::journal_batch batch;
  batch.sequence = 1;
  for (auto* name : {"b", "a"}) {
    auto x = kept(name, core::run_every{1s});
    batch.documents.push_back(
      {"schedule", name, core::document_of(x.spec, x.state, 7)});
  }
  batch.documents.push_back({"queue", "q", core::payload(core::json(1))});
  ASSERT_TRUE(journal.commit(batch));
  auto found = schedules_in(journal);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ(found->at(0).spec.name, "a");
  batch.sequence = 2;
  batch.documents = {{"schedule", "c", core::payload{{"spec", 1}}}};
  ASSERT_TRUE(journal.commit(batch));
  EXPECT_EQ(schedules_in(journal).error().message.substr(0, 20),
            "schedule 'c': spec: ");
}

TEST(journal_schedules_test,
     says_when_schedules_run_and_what_has_become_of_them) {
  std::vector all{kept("tick", core::run_every{90s}),
                  kept("a\nb", core::run_cron{"0 3 * * *", "Europe/Berlin"}),
                  kept("once", core::run_at{some_time}),
                  kept("soon", core::run_after{5s})};
  all[0].state.runs = 12;
  all[0].state.skipped = 2;
  all[0].state.missed = 1;
  all[0].state.running = core::run_key{12, some_time};
  all[1].state.is_paused = true;
  auto text = render_schedules(all);
  EXPECT_TRUE(has_part(text, "schedules     4\n")) << text;
  EXPECT_TRUE(has_part(text,
                       "  tick: every 1m30s, 12 runs, 2 left out, 1 missed, "
                       "one has not ended\n"))
    << text;
  EXPECT_TRUE(has_part(text,
                       "  a b: 0 3 * * * in Europe/Berlin, 0 runs, 0 left "
                       "out, 0 missed, paused\n"))
    << text;
  EXPECT_TRUE(has_part(text, "  once: at " + core::to_string(some_time)))
    << text;
  EXPECT_TRUE(has_part(text, "  soon: 5s after it was added")) << text;
  EXPECT_EQ(to_json(all)[0]["spec"]["name"], "tick");
  EXPECT_EQ(to_json(all)[0]["state"]["runs"], 12);
}

} // namespace troupe::cli
