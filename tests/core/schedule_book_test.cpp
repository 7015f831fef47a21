#include "core/schedule_book.hpp"

#include "tests/support/zones.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;
using support::at;
using support::text_of;

namespace {

const support::few_zones book_zones;

const auto added_at = at("2026-01-01 00:00");

schedule_spec schedule_of(schedule_times when, std::string name = "s") {
  schedule_spec spec;
  spec.name = std::move(name);
  spec.task.name = "t";
  spec.task.capabilities = {"work"};
  spec.when = std::move(when);
  return spec;
}

/// A book, and what it does as text.
struct lone_schedule {
  schedule_book book{book_zones, 1};

  explicit lone_schedule(const schedule_spec& spec) {
    auto added = book.add(spec, added_at);
    EXPECT_TRUE(added) << added.error().message;
  }

  /// `1@01:00` is to be submitted, `-1` is to be cancelled.
  std::string take(time_point now) {
    auto due = book.take_due(now);
    std::string result;
    for (auto& run : due.cancel)
      result += '-' + std::to_string(run.key.number) + ' ';
    for (auto& run : due.submit)
      result += std::to_string(run.key.number) + '@'
                + text_of(run.key.nominal).substr(11) + ' ';
    EXPECT_TRUE(result.empty() || !due.changed.empty());
    // All that was due has been dealt with.
    auto next = book.next_due();
    EXPECT_TRUE(next == never || next > now);
    return result.empty() ? result : result.substr(0, result.size() - 1);
  }

  /// With the run that begins ending at once.
  std::string take_and_end(time_point now) {
    auto result = take(now);
    if (auto& running = state().running)
      book.run_ended("s", running->number);
    return result;
  }

  const schedule_state& state() const {
    return *book.state("s");
  }
};

} // namespace

TEST(schedule_book_test, hands_out_each_run_when_it_is_due) {
  lone_schedule x{schedule_of(run_every{1h})};
  EXPECT_EQ(text_of(x.book.next_due()), "2026-01-01 01:00");
  EXPECT_EQ(x.take(added_at + 59min), "");
  EXPECT_EQ(x.take_and_end(added_at + 1h), "1@01:00");
  EXPECT_EQ(x.take(added_at + 1h), "");
  EXPECT_EQ(x.take_and_end(added_at + 2h + 5s), "2@02:00");
  // No drift.
  EXPECT_EQ(text_of(x.book.next_due()), "2026-01-01 03:00");
  EXPECT_EQ(x.state().runs, 2u);
  EXPECT_EQ(text_of(x.state().last_nominal), "2026-01-01 02:00");
}

TEST(schedule_book_test, runs_once_at_a_time_and_after_a_delay) {
  lone_schedule x{schedule_of(run_at{added_at + 5min})};
  ASSERT_TRUE(x.book.add(schedule_of(run_after{7min}, "later"), added_at));
  EXPECT_EQ(x.take(added_at + 5min), "1@00:05");
  EXPECT_EQ(x.take(added_at + 7min), "1@00:07");
  EXPECT_EQ(x.book.next_due(), never);
}

TEST(schedule_book_test, runs_at_once_what_was_to_run_before) {
  lone_schedule x{schedule_of(run_at{added_at - 5min})};
  EXPECT_EQ(x.take(added_at), "1@23:55");
  auto spec = schedule_of(run_at{added_at - 5min});
  spec.catch_up.policy = catch_up_policy::none;
  lone_schedule late{spec};
  EXPECT_EQ(late.take(added_at), "");
  EXPECT_EQ(late.state().missed, 1u);
  EXPECT_EQ(late.book.next_due(), never);
}

TEST(schedule_book_test, goes_by_the_clock_of_a_zone) {
  lone_schedule x{schedule_of(run_cron{"30 2 29 3 *", "Europe/Berlin"})};
  EXPECT_EQ(text_of(x.book.next_due()), "2026-03-29 01:00");
  EXPECT_EQ(x.take(at("2026-03-29 01:00")), "1@01:00");
}

TEST(schedule_book_test, refuses_what_it_cannot_keep) {
  lone_schedule x{schedule_of(run_every{1h})};
  auto twice = x.book.add(schedule_of(run_every{1h}), added_at);
  ASSERT_FALSE(twice);
  EXPECT_EQ(to_string(twice.error()),
            "duplicate: there is a schedule 's' already");
  auto zone = x.book.add(schedule_of(run_cron{"@daily", "Mars/Phobos"}, "z"),
                         added_at);
  ASSERT_FALSE(zone);
  EXPECT_EQ(zone.error().message, "schedule 'z': when.zone: there is no time "
                                  "zone 'Mars/Phobos'");
  auto spec = schedule_of(run_every{0s}, "w");
  spec.task.capabilities.clear();
  auto wrong = x.book.add(spec, added_at);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().message,
            "schedule 'w': task.capabilities: at least one is needed; "
            "when.every: 0s is less than 1ms");
  EXPECT_EQ(x.book.size(), 1u);
}

TEST(schedule_book_test, says_which_schedule_there_is_not) {
  lone_schedule x{schedule_of(run_every{1h}, "nightly")};
  for (auto& message : {x.book.remove("nighty").error().message,
                        x.book.pause("nighty").error().message,
                        x.book.resume("nighty").error().message})
    EXPECT_EQ(message,
              "there is no schedule 'nighty' (did you mean 'nightly'?)");
  EXPECT_FALSE(x.book.run_ended("nighty", 1));
  EXPECT_EQ(x.book.state("nighty"), nullptr);
  EXPECT_FALSE(x.book.info("nighty", 1, added_at));
}

TEST(schedule_book_test, skips_runs_while_one_has_not_ended) {
  lone_schedule x{schedule_of(run_every{1h})};
  EXPECT_EQ(x.take(added_at + 1h), "1@01:00");
  EXPECT_EQ(x.take(added_at + 2h), "");
  EXPECT_EQ(x.take(added_at + 3h), "");
  EXPECT_EQ(x.state().skipped, 2u);
  EXPECT_EQ(text_of(x.state().last_skipped), "2026-01-01 03:00");
  EXPECT_TRUE(x.book.run_ended("s", 1));
  EXPECT_EQ(x.take(added_at + 3h), "");
  EXPECT_EQ(x.take(added_at + 4h), "2@04:00");
}

TEST(schedule_book_test, queues_runs_up_to_its_bound) {
  auto spec = schedule_of(run_every{1h});
  spec.overlap = overlap_policy::queue;
  spec.queue_max = 2;
  lone_schedule x{spec};
  EXPECT_EQ(x.take(added_at + 1h), "1@01:00");
  for (int i = 2; i <= 5; ++i)
    EXPECT_EQ(x.take(added_at + i * 1h), "");
  EXPECT_EQ(x.state().waiting.size(), 2u);
  EXPECT_EQ(x.state().skipped, 2u);
  EXPECT_TRUE(x.book.run_ended("s", 1));
  EXPECT_LE(x.book.next_due(), added_at + 5h);
  EXPECT_EQ(x.take(added_at + 5h), "2@02:00");
  EXPECT_TRUE(x.book.run_ended("s", 2));
  EXPECT_EQ(x.take(added_at + 5h), "3@03:00");
  EXPECT_TRUE(x.book.run_ended("s", 3));
  EXPECT_EQ(x.take(added_at + 5h), "");
}

TEST(schedule_book_test, cancels_the_previous_run_and_waits_for_its_end) {
  auto spec = schedule_of(run_every{1h});
  spec.overlap = overlap_policy::cancel_previous;
  lone_schedule x{spec};
  EXPECT_EQ(x.take(added_at + 1h), "1@01:00");
  EXPECT_EQ(x.take(added_at + 2h), "-1");
  // It takes its time: said once, and the newest waits.
  EXPECT_EQ(x.take(added_at + 3h), "");
  EXPECT_EQ(x.state().skipped, 1u);
  EXPECT_EQ(text_of(x.state().last_skipped), "2026-01-01 02:00");
  EXPECT_TRUE(x.book.run_ended("s", 1));
  EXPECT_EQ(x.take(added_at + 3h + 1min), "2@03:00");
  EXPECT_EQ(x.take(added_at + 4h), "-2");
}

TEST(schedule_book_test, listens_only_to_the_run_it_waits_for) {
  lone_schedule x{schedule_of(run_every{1h})};
  EXPECT_FALSE(x.book.run_ended("s", 1));
  EXPECT_EQ(x.take(added_at + 1h), "1@01:00");
  EXPECT_FALSE(x.book.run_ended("s", 2));
  EXPECT_TRUE(x.book.run_ended("s", 1));
  EXPECT_FALSE(x.book.run_ended("s", 1));
}

TEST(schedule_book_test, catches_up_with_one_run_by_default) {
  lone_schedule x{schedule_of(run_every{1h})};
  EXPECT_EQ(x.take_and_end(added_at + 5h + 30min), "1@05:00");
  EXPECT_EQ(x.state().missed, 4u);
  EXPECT_EQ(text_of(x.book.next_due()), "2026-01-01 06:00");
}

TEST(schedule_book_test, catches_up_with_nothing_if_told_so) {
  auto spec = schedule_of(run_every{1h});
  spec.catch_up.policy = catch_up_policy::none;
  lone_schedule x{spec};
  EXPECT_EQ(x.take(added_at + 5h + 61s), "");
  EXPECT_EQ(x.state().missed, 5u);
  // What is late by no more than `late_max` has not been missed.
  EXPECT_EQ(x.take_and_end(added_at + 7h + 60s), "1@07:00");
  EXPECT_EQ(x.state().missed, 6u);
}

TEST(schedule_book_test, catches_up_with_the_last_of_all) {
  auto spec = schedule_of(run_every{1h});
  spec.overlap = overlap_policy::queue;
  spec.catch_up = {catch_up_policy::all, 1min, 3};
  lone_schedule x{spec};
  EXPECT_EQ(x.take_and_end(added_at + 10h + 30min), "1@08:00");
  EXPECT_EQ(x.take_and_end(added_at + 10h + 30min), "2@09:00");
  EXPECT_EQ(x.take_and_end(added_at + 10h + 30min), "3@10:00");
  EXPECT_EQ(x.take_and_end(added_at + 10h + 30min), "");
  EXPECT_EQ(x.state().missed, 7u);
  // The last is on time, and comes after three missed ones.
  EXPECT_EQ(x.take_and_end(added_at + 20h), "4@17:00");
  EXPECT_EQ(x.state().waiting.size(), 3u);
  EXPECT_EQ(x.state().missed, 13u);
}

TEST(schedule_book_test, hands_out_nothing_while_paused) {
  auto spec = schedule_of(run_every{1h});
  spec.is_paused = true;
  lone_schedule x{spec};
  EXPECT_EQ(x.book.next_due(), never);
  EXPECT_EQ(x.take(added_at + 2h), "");
  ASSERT_TRUE(x.book.resume("s"));
  EXPECT_EQ(x.take(added_at + 2h + 30min), "1@02:00");
  EXPECT_EQ(x.state().missed, 1u);
  ASSERT_TRUE(x.book.pause("s"));
  EXPECT_TRUE(x.book.run_ended("s", 1));
  EXPECT_EQ(x.take(added_at + 3h), "");
  EXPECT_TRUE(x.state().is_paused);
}

TEST(schedule_book_test, keeps_what_waits_while_paused) {
  auto spec = schedule_of(run_every{1h});
  spec.overlap = overlap_policy::queue;
  lone_schedule x{spec};
  EXPECT_EQ(x.take(added_at + 1h), "1@01:00");
  EXPECT_EQ(x.take(added_at + 2h), "");
  ASSERT_TRUE(x.book.pause("s"));
  EXPECT_TRUE(x.book.run_ended("s", 1));
  EXPECT_EQ(x.take(added_at + 2h + 1s), "");
  ASSERT_TRUE(x.book.resume("s"));
  EXPECT_EQ(x.take(added_at + 2h + 1s), "2@02:00");
}

TEST(schedule_book_test, ends_after_so_many_runs) {
  auto spec = schedule_of(run_every{1h});
  spec.max_runs = 2;
  lone_schedule x{spec};
  EXPECT_EQ(x.book.info("s", 5, added_at)->next.size(), 2u);
  EXPECT_EQ(x.take_and_end(added_at + 1h), "1@01:00");
  EXPECT_EQ(x.take_and_end(added_at + 2h), "2@02:00");
  EXPECT_EQ(x.book.next_due(), never);
  EXPECT_TRUE(x.book.info("s", 5, added_at + 2h)->next.empty());
  EXPECT_EQ(x.book.size(), 1u);
}

TEST(schedule_book_test, counts_what_waits_among_its_runs) {
  auto spec = schedule_of(run_every{1h});
  spec.max_runs = 2;
  spec.overlap = overlap_policy::queue;
  lone_schedule x{spec};
  EXPECT_EQ(x.take(added_at + 1h), "1@01:00");
  EXPECT_EQ(x.take(added_at + 2h), "");
  EXPECT_EQ(x.take(added_at + 3h), "");
  EXPECT_EQ(x.state().waiting.size(), 1u);
  EXPECT_TRUE(x.book.run_ended("s", 1));
  EXPECT_EQ(x.take_and_end(added_at + 3h), "2@02:00");
  EXPECT_EQ(x.book.next_due(), never);
}

TEST(schedule_book_test, ends_at_its_end) {
  auto spec = schedule_of(run_every{1h});
  spec.end = added_at + 2h;
  lone_schedule x{spec};
  EXPECT_EQ(x.take_and_end(added_at + 1h), "1@01:00");
  EXPECT_EQ(x.book.next_due(), never);
}

TEST(schedule_book_test, spreads_runs_by_its_seed) {
  auto spec = schedule_of(run_every{1h});
  spec.jitter = 10min;
  std::set<time_point> dues;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    schedule_book one{book_zones, seed};
    schedule_book same{book_zones, seed};
    ASSERT_TRUE(one.add(spec, added_at));
    ASSERT_TRUE(same.add(spec, added_at));
    auto due = one.next_due();
    EXPECT_EQ(due, same.next_due());
    EXPECT_GE(due, added_at + 1h);
    EXPECT_LT(due, added_at + 1h + 10min);
    dues.insert(due);
    EXPECT_TRUE(one.take_due(due - 1ns).submit.empty());
    auto runs = one.take_due(due).submit;
    ASSERT_EQ(runs.size(), 1u);
    EXPECT_EQ(runs[0].key.nominal, added_at + 1h);
  }
  EXPECT_EQ(dues.size(), 50u);
  EXPECT_LT(*dues.begin(), added_at + 1h + 2min);
  EXPECT_GT(*dues.rbegin(), added_at + 1h + 8min);
}

TEST(schedule_book_test, never_spreads_a_run_past_the_next) {
  auto spec = schedule_of(run_cron{"*/5 * * * *"});
  spec.jitter = 24h;
  lone_schedule x{spec};
  for (int i = 1; i <= 100; ++i) {
    auto due = x.book.next_due();
    EXPECT_GE(due, added_at + i * 5min);
    EXPECT_LT(due, added_at + (i + 1) * 5min);
    EXPECT_EQ(x.take_and_end(due), std::to_string(i) + '@'
                                     + text_of(added_at + i * 5min).substr(11));
  }
  EXPECT_EQ(x.state().missed, 0u);
}

TEST(schedule_book_test, lists_schedules_by_name_with_their_next_times) {
  lone_schedule x{schedule_of(run_every{1h})};
  ASSERT_TRUE(x.book.add(schedule_of(run_cron{"@daily"}, "a"), added_at));
  auto list = x.book.list(2, added_at + 90min);
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].spec->name, "a");
  EXPECT_EQ(text_of(list[0].next.at(1)), "2026-01-03 00:00");
  EXPECT_EQ(list[1].spec->name, "s");
  EXPECT_EQ(text_of(list[1].due), "2026-01-01 01:00");
  EXPECT_EQ(text_of(list[1].next.at(0)), "2026-01-01 02:00");
  ASSERT_TRUE(x.book.pause("a"));
  auto paused = x.book.info("a", 1, added_at);
  EXPECT_EQ(paused->due, never);
  EXPECT_EQ(text_of(paused->next.at(0)), "2026-01-02 00:00");
}

TEST(schedule_book_test, forgets_what_is_removed) {
  lone_schedule x{schedule_of(run_every{1h})};
  EXPECT_EQ(x.take(added_at + 1h), "1@01:00");
  auto state = x.book.remove("s");
  ASSERT_TRUE(state);
  EXPECT_EQ(state->running, (run_key{1, added_at + 1h}));
  EXPECT_EQ(x.book.next_due(), never);
  EXPECT_FALSE(x.book.run_ended("s", 1));
  // Its place is used again.
  ASSERT_TRUE(x.book.add(schedule_of(run_every{2h}), added_at + 1h));
  EXPECT_EQ(x.take(added_at + 3h), "1@03:00");
}

TEST(schedule_book_test, goes_on_where_another_book_stopped) {
  auto spec = schedule_of(run_every{1h});
  spec.overlap = overlap_policy::queue;
  spec.jitter = 10min;
  lone_schedule x{spec};
  x.take(added_at + 1h + 10min);
  x.take(added_at + 2h + 10min);
  auto next = x.book.next_due();
  schedule_book other{book_zones, 1};
  ASSERT_TRUE(other.restore(spec, x.state()));
  EXPECT_EQ(*other.state("s"), x.state());
  EXPECT_EQ(other.next_due(), next);
  EXPECT_FALSE(other.restore(spec, x.state()));
  EXPECT_TRUE(other.run_ended("s", 1));
  auto due = other.take_due(added_at + 2h + 10min);
  ASSERT_EQ(due.submit.size(), 1u);
  EXPECT_EQ(due.submit[0].key, (run_key{2, added_at + 2h}));
}

TEST(schedule_book_test, counts_from_when_it_was_added_after_a_restart) {
  auto spec = schedule_of(run_every{1h});
  lone_schedule x{spec};
  schedule_book other{book_zones, 1};
  ASSERT_TRUE(other.restore(spec, x.state()));
  EXPECT_EQ(other.next_due(), added_at + 1h);
  ASSERT_EQ(other.take_due(added_at + 26h).submit.size(), 1u);
  EXPECT_EQ(other.state("s")->missed, 25u);
}

} // namespace troupe::core
