#include "core/agent_spec.hpp"
#include "core/event.hpp"
#include "core/queue_spec.hpp"
#include "core/task.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace troupe::core {

namespace {

/// How many different names the values up to `last` have.
template <class Enum>
size_t count_names(Enum last) {
  std::set<std::string_view> names;
  for (size_t i = 0; i <= static_cast<size_t>(last); ++i)
    names.insert(to_string(static_cast<Enum>(i)));
  names.erase("unknown");
  return names.size();
}

template <class Enum, class Parse>
void expect_parses_what_it_writes(Enum last, Parse parse) {
  for (size_t i = 0; i <= static_cast<size_t>(last); ++i) {
    auto value = static_cast<Enum>(i);
    EXPECT_EQ(parse(to_string(value)), value) << to_string(value);
  }
}

} // namespace

TEST(enum_names_test, every_value_has_a_name_of_its_own) {
  EXPECT_EQ(count_names(agent_status_last), 3u);
  EXPECT_EQ(count_names(event_kind_last), 17u);
  EXPECT_EQ(count_names(routing_strategy_last), 3u);
  EXPECT_EQ(count_names(on_failure_last), 3u);
  EXPECT_EQ(count_names(agent_wish_last), 2u);
  EXPECT_EQ(count_names(backoff_kind_last), 3u);
  EXPECT_EQ(count_names(history_kind_last), 9u);
  EXPECT_EQ(count_names(task_status_last), task_status_count);
  EXPECT_EQ(count_names(pending_reason_last), 6u);
}

TEST(enum_names_test, names_are_those_of_the_enums) {
  EXPECT_EQ(to_string(agent_status::offline), "offline");
  EXPECT_EQ(to_string(event_kind::task_priority_changed),
            "task_priority_changed");
  EXPECT_EQ(to_string(event_kind::queue_paused), "queue_paused");
  EXPECT_EQ(to_string(event_kind::events_dropped), "events_dropped");
  EXPECT_EQ(to_string(routing_strategy::round_robin), "round_robin");
  EXPECT_EQ(to_string(on_failure::skip), "skip");
  EXPECT_EQ(to_string(backoff_kind::linear), "linear");
  EXPECT_EQ(to_string(history_kind::attempt_lost), "attempt_lost");
  EXPECT_EQ(to_string(task_status::input_required), "input_required");
  EXPECT_EQ(to_string(pending_reason::backoff), "backoff");
}

TEST(enum_names_test, a_value_out_of_range_is_unknown) {
  EXPECT_EQ(to_string(static_cast<event_kind>(200)), "unknown");
}

TEST(enum_names_test, parses_what_it_writes) {
  expect_parses_what_it_writes(task_status_last, parse_task_status);
  expect_parses_what_it_writes(routing_strategy_last, parse_routing_strategy);
  expect_parses_what_it_writes(on_failure_last, parse_on_failure);
  expect_parses_what_it_writes(agent_wish_last, parse_agent_wish);
  expect_parses_what_it_writes(backoff_kind_last, parse_backoff_kind);
}

TEST(enum_names_test, a_wrong_name_gets_the_nearest_and_all) {
  auto parsed = parse_routing_strategy("round-robbin");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, ec::invalid_argument);
  EXPECT_EQ(parsed.error().message,
            "'round-robbin' is not a routing strategy (did you mean "
            "'round_robin'?); it is one of least_loaded, round_robin, sticky");
}

} // namespace troupe::core
