#include "cli/live_view.hpp"

#include "cli/frame_painter.hpp"
#include "tests/cli/runs.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

using core::event_kind;
using testing::fake_run;

std::vector<std::string> frame(const fake_run& run, const screen& on,
                               bool is_colorful = false) {
  return render_frame("licenses", run.model, fake_run::origin,
                      fake_run::at(2000), on, palette{is_colorful});
}

constexpr auto many = "tasks: {count: {foreach: {from: 1, to: 50}, argv: [x]}}";

} // namespace

TEST(live_view_test, shows_counts_and_what_runs) {
  fake_run run{"tasks: {a: {argv: [x]}, b: {argv: [x]}, c: {argv: [x]}}"};
  run.complete("a", 0, 100);
  run.tell(event_kind::task_started, "b", 500, "local");
  auto progress = run.tell(event_kind::task_progress, "b", 600, "", "reading");
  progress.progress = 50;
  run.model.apply(progress);
  auto lines = frame(run, {80, 24, false});
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0],
            "licenses [######------------] 1/3 2.00s, 1 running, 1 waiting");
  EXPECT_EQ(lines[1], "  - b          1.50s [#####-----]  50%  local  reading");
}

TEST(live_view_test, fits_any_screen) {
  fake_run run{many};
  for (int i = 1; i <= 40; ++i)
    run.tell(event_kind::task_started, "count/" + std::to_string(i), i,
             "an agent with a long name", "", 2);
  run.tell(event_kind::task_failed, "count/1", 50, "", "oh");
  for (size_t width : {1, 2, 5, 10, 19, 20, 29, 30, 60, 200})
    for (size_t height : {1, 2, 3, 4, 10, 100}) {
      auto lines = frame(run, {width, height, true}, true);
      EXPECT_LE(lines.size(), std::max<size_t>(height, 2) - 1);
      for (auto& x : lines)
        EXPECT_LE(visible_width(x), width) << x;
    }
}

TEST(live_view_test, says_how_many_it_does_not_show) {
  fake_run run{many};
  for (int i = 1; i <= 10; ++i)
    run.tell(event_kind::task_started, "count/" + std::to_string(i), i, "l");
  auto lines = frame(run, {80, 8, true});
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_EQ(lines.back(), "    and 6 more");
}

TEST(live_view_test, bars_are_full_at_one_and_never_fuller) {
  EXPECT_EQ(render_bar(0, 6, false), "[----]");
  EXPECT_EQ(render_bar(0.5, 6, false), "[##--]");
  EXPECT_EQ(render_bar(1, 6, false), "[####]");
  EXPECT_EQ(render_bar(7, 6, false), "[####]");
  EXPECT_EQ(render_bar(-1, 6, false), "[----]");
  EXPECT_EQ(render_bar(NAN, 6, false), "[----]");
  EXPECT_EQ(render_bar(0.5, 6, true), "[━━  ]");
}

} // namespace troupe::cli
