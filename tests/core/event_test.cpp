#include "core/event.hpp"

#include "tests/support/enum_names.hpp"

#include <gtest/gtest.h>

namespace troupe::core {

TEST(event_test, names_every_kind) {
  support::expect_names_of_their_own(event_kind_last);
  EXPECT_EQ(to_string(event_kind::task_priority_changed),
            "task_priority_changed");
  EXPECT_EQ(to_string(event_kind::queue_paused), "queue_paused");
  EXPECT_EQ(to_string(event_kind::events_dropped), "events_dropped");
  EXPECT_EQ(to_string(event_kind::circuit_half_open), "circuit_half_open");
}

TEST(event_test, renders_only_what_is_set) {
  event x;
  x.kind = event_kind::queue_paused;
  EXPECT_EQ(to_json(x), (json{{"kind", "queue_paused"}}));
}

TEST(event_test, renders_all_fields) {
  event x;
  x.sequence = 7;
  x.at = time_point{std::chrono::milliseconds{1'769'860'800'250}};
  x.kind = event_kind::task_emitted;
  x.task = {0x0190163d8694739b, 0xaea5966c26f8ad91};
  x.attempt = 2;
  x.subject = "agent-1";
  x.text = "half of it";
  x.data = payload{{"rows", 3}};
  EXPECT_EQ(to_json(x), (json{{"sequence", 7},
                              {"at", "2026-01-31T12:00:00.250Z"},
                              {"kind", "task_emitted"},
                              {"task", "0190163d-8694-739b-aea5-966c26f8ad91"},
                              {"attempt", 2},
                              {"subject", "agent-1"},
                              {"text", "half of it"},
                              {"data", {{"rows", 3}}}}));
}

TEST(event_test, renders_progress_from_zero) {
  event x;
  x.kind = event_kind::task_progress;
  EXPECT_EQ(to_json(x)["progress"], 0);
}

TEST(event_test, knows_the_ends_of_tasks) {
  EXPECT_TRUE(is_task_end(event_kind::task_completed));
  EXPECT_TRUE(is_task_end(event_kind::task_failed));
  EXPECT_TRUE(is_task_end(event_kind::task_cancelled));
  EXPECT_FALSE(is_task_end(event_kind::task_retrying));
}

} // namespace troupe::core
