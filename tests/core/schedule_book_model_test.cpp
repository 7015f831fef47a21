// What holds for schedules whatever happens, and a model that walks through
// time minute by minute.

#include "core/schedule_book.hpp"
#include "core/schedule_codec.hpp"
#include "tests/support/zones.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

const support::few_zones model_zones;

// The clocks of Berlin are put back in these days.
const auto model_start = support::at("2026-10-24 00:00");

schedule_spec some_schedule() {
  schedule_spec x;
  x.name = "s";
  x.task.name = "t";
  x.task.capabilities = {"work"};
  if (*rc::gen::arbitrary<bool>())
    x.when = run_every{*rc::gen::inRange(1, 40) * 1min};
  else
    x.when = run_cron{*rc::gen::element<std::string>(
                        "*/10 * * * *", "*/7 1-3 * * *", "30 2 * * *"),
                      "Europe/Berlin"};
  x.overlap = *rc::gen::element(overlap_policy::skip, overlap_policy::queue,
                                overlap_policy::cancel_previous);
  x.queue_max = *rc::gen::inRange(1u, 5u);
  x.catch_up.policy = *rc::gen::element(catch_up_policy::none,
                                        catch_up_policy::one);
  if (x.overlap == overlap_policy::queue && *rc::gen::arbitrary<bool>())
    x.catch_up.policy = catch_up_policy::all;
  x.catch_up.runs_max = *rc::gen::inRange(1u, x.queue_max + 1);
  x.catch_up.late_max = *rc::gen::inRange(0, 10) * 1min;
  x.max_runs = *rc::gen::element<uint64_t>(0, 0, 3, 10);
  if (*rc::gen::inRange(0, 3) == 0)
    x.end = model_start + *rc::gen::inRange(1, 3000) * 1min;
  return x;
}

/// The rules of docs/schedules.md, told in the plainest way. No jitter.
class schedule_model {
public:
  explicit schedule_model(const schedule_spec& spec)
    : spec_(spec), times_(*timetable::make(spec, model_start, model_zones)) {
  }

  /// Numbers and times of the runs that begin.
  std::vector<run_key> take(time_point now) {
    std::vector<run_key> begun;
    if (is_paused)
      return begun;
    begin_waiting(begun);
    std::vector<time_point> due;
    for (auto i = times_.next(passed_); i != never && i <= now;
         i = times_.next(i))
      due.push_back(i);
    if (due.empty() || is_full())
      return begun;
    passed_ = due.back();
    std::vector<time_point> wanted;
    auto is_late = now - due.back() > spec_.catch_up.late_max;
    if (!is_late) {
      wanted.push_back(due.back());
      due.pop_back();
    }
    auto may_be_caught_up = size_t{0};
    if (spec_.catch_up.policy == catch_up_policy::one && is_late)
      may_be_caught_up = 1;
    if (spec_.catch_up.policy == catch_up_policy::all)
      may_be_caught_up = spec_.catch_up.runs_max;
    while (may_be_caught_up-- > 0 && !due.empty()) {
      wanted.insert(wanted.begin(), due.back());
      due.pop_back();
    }
    missed += due.size();
    for (auto time : wanted)
      come(time, begun);
    return begun;
  }

  void end() {
    running.reset();
  }

  bool is_paused = false;
  std::optional<run_key> running;
  uint64_t missed = 0;
  uint64_t skipped = 0;
  uint64_t cancels = 0;

private:
  bool is_full() const {
    return spec_.max_runs != 0 && runs_ + waiting_.size() >= spec_.max_runs;
  }

  void begin_waiting(std::vector<run_key>& begun) {
    if (running || waiting_.empty())
      return;
    begin(waiting_.front(), begun);
    waiting_.pop_front();
  }

  void begin(time_point time, std::vector<run_key>& begun) {
    running = run_key{++runs_, time};
    begun.push_back(*running);
    is_cancelling_ = false;
  }

  void come(time_point time, std::vector<run_key>& begun) {
    if (is_full())
      return;
    if (!running)
      return begin(time, begun);
    if (spec_.overlap == overlap_policy::queue
        && waiting_.size() < spec_.queue_max)
      return waiting_.push_back(time);
    if (spec_.overlap != overlap_policy::cancel_previous) {
      ++skipped;
      return;
    }
    skipped += waiting_.size();
    waiting_ = {time};
    cancels += is_cancelling_ ? 0 : 1;
    is_cancelling_ = true;
  }

  schedule_spec spec_;
  timetable times_;
  time_point passed_ = model_start;
  std::deque<time_point> waiting_;
  uint64_t runs_ = 0;
  bool is_cancelling_ = false;
};

/// A book, by itself or put back from what was stored, and the model.
struct schedule_world {
  enum action { wait, wait_long, end, pause, resume, restart };

  explicit schedule_world(const schedule_spec& spec)
    : spec(spec), expected(spec) {
    RC_ASSERT(book.add(spec, model_start).has_value());
  }

  void act(action what, int amount) {
    switch (what) {
      case wait:
        now += amount * 1min;
        break;
      case wait_long:
        now += amount * 1h;
        break;
      case end:
        if (expected.running)
          RC_ASSERT(book.run_ended("s", expected.running->number));
        expected.end();
        break;
      case pause:
      case resume:
        RC_ASSERT(
          (what == pause ? book.pause("s") : book.resume("s")).has_value());
        expected.is_paused = what == pause;
        break;
      case restart:
        go_on_from_what_is_stored();
        break;
    }
  }

  void go_on_from_what_is_stored() {
    std::string stored_spec;
    encode_schedule(spec, stored_spec);
    std::string stored;
    encode_schedule_state(*book.state("s"), stored);
    book = schedule_book{model_zones, 1};
    RC_ASSERT(
      book
        .restore(*decode_schedule(stored_spec), *decode_schedule_state(stored))
        .has_value());
  }

  void compare() {
    auto is_due = book.next_due() != never && book.next_due() <= now;
    auto due = book.take_due(now);
    std::vector<run_key> begun;
    for (auto& run : due.submit)
      begun.push_back(run.key);
    cancels += due.cancel.size();
    RC_ASSERT(begun == expected.take(now));
    RC_ASSERT(is_due || begun.empty());
    auto& state = *book.state("s");
    RC_ASSERT(state.running == expected.running);
    RC_ASSERT(state.skipped == expected.skipped);
    RC_ASSERT(state.missed == expected.missed);
    RC_ASSERT(cancels == expected.cancels);
    auto next = book.next_due();
    RC_ASSERT(next == never || next > now);
  }

  schedule_spec spec;
  schedule_book book{model_zones, 1};
  schedule_model expected;
  time_point now = model_start;
  uint64_t cancels = 0;
};

} // namespace

TEST(schedule_book_model_test, agrees_with_the_model_whatever_happens) {
  EXPECT_TRUE(rc::check([] {
    schedule_world x{some_schedule()};
    auto steps = *rc::gen::inRange(0, 150);
    for (int i = 0; i < steps; ++i) {
      auto what = *rc::gen::weightedElement<schedule_world::action>(
        {{8, schedule_world::wait},
         {1, schedule_world::wait_long},
         {6, schedule_world::end},
         {1, schedule_world::pause},
         {2, schedule_world::resume},
         {1, schedule_world::restart}});
      x.act(what, *rc::gen::inRange(1, 25));
      x.compare();
    }
  }));
}

TEST(schedule_book_model_test, runs_every_time_of_every_schedule_in_order) {
  EXPECT_TRUE(rc::check([] {
    auto count = *rc::gen::inRange(1, 20);
    schedule_book book{model_zones, *rc::gen::arbitrary<uint64_t>()};
    std::vector<std::pair<duration, time_point>> schedules;
    for (int i = 0; i < count; ++i) {
      auto spec = some_schedule();
      auto interval = *rc::gen::inRange(1, 50) * 1min;
      spec.name = std::to_string(i);
      spec.when = run_every{interval};
      spec.overlap = overlap_policy::skip;
      spec.catch_up = {};
      spec.max_runs = 0;
      spec.end = never;
      spec.jitter = *rc::gen::inRange(0, 60) * 1s;
      spec.jitter = std::min<duration>(spec.jitter, interval - 1s);
      RC_ASSERT(book.add(spec, model_start).has_value());
      schedules.emplace_back(interval, model_start);
    }
    auto last = model_start;
    for (int i = 0; i < 200; ++i) {
      auto now = book.next_due();
      RC_ASSERT(now >= last);
      last = now;
      for (auto& run : book.take_due(now).submit) {
        auto& [interval, before] = schedules[std::stoul(run.schedule->name)];
        // No time is left out, none comes twice, and none is early or late.
        RC_ASSERT(run.key.nominal == before + interval);
        RC_ASSERT(now >= run.key.nominal);
        RC_ASSERT(now < run.key.nominal + 60s);
        before = run.key.nominal;
        RC_ASSERT(book.run_ended(run.schedule->name, run.key.number));
      }
    }
  }));
}

} // namespace troupe::core
