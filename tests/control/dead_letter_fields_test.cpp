#include "control/dead_letter_fields.hpp"

#include <gtest/gtest.h>

namespace troupe::test {

namespace {

using control::object_reader;
using core::json;

std::string choice_problems(json from) {
  object_reader in{std::move(from)};
  control::read_dead_letter_choice(in);
  auto good = in.finish();
  return good ? "" : good.error().message;
}

} // namespace

TEST(dead_letter_fields_test, read_which_are_meant) {
  object_reader in{{{"all", true},
                    {"queue", "q"},
                    {"owner", "o"},
                    {"tag", "t"},
                    {"name", "n"},
                    {"capability", "c"},
                    {"code", "timeout"}}};
  auto choice = control::read_dead_letter_choice(in);
  EXPECT_TRUE(in.finish());
  EXPECT_TRUE(choice.task.is_nil());
  EXPECT_EQ(choice.query.queue, "q");
  EXPECT_EQ(choice.query.owner, "o");
  EXPECT_EQ(choice.query.tag, "t");
  EXPECT_EQ(choice.query.name, "n");
  EXPECT_EQ(choice.query.capability, "c");
  EXPECT_EQ(choice.query.code, core::ec::timeout);
}

TEST(dead_letter_fields_test, never_take_nothing_for_all) {
  auto expected = "'task' or 'all' says which are meant, and not both";
  EXPECT_EQ(choice_problems({}), expected);
  EXPECT_EQ(choice_problems({{"all", false}}), expected);
  EXPECT_EQ(choice_problems({{"task", nullptr}}), expected);
  EXPECT_EQ(choice_problems({{"all", true},
                             {"task", "0190163d-8694-739b-aea5-966c26f8ad91"}}),
            expected);
  EXPECT_NE(choice_problems({{"all", "yes"}}), "");
  EXPECT_NE(choice_problems({{"task", "x"}}), "");
}

TEST(dead_letter_fields_test, read_what_is_to_be_different) {
  object_reader in{{{"parameters", nullptr},
                    {"priority", "low"},
                    {"retry", {{"max_retries", 1}}},
                    {"limits", {{"total_seconds", 2}}}}};
  auto edit = control::read_replay_edit(in);
  EXPECT_TRUE(in.finish());
  ASSERT_TRUE(edit.parameters);
  EXPECT_TRUE(edit.parameters->is_null());
  EXPECT_EQ(edit.priority, core::low);
  EXPECT_EQ(edit.retry->max_retries, 1u);
  EXPECT_EQ(edit.limits->total, std::chrono::seconds{2});
  object_reader nothing{json::object()};
  edit = control::read_replay_edit(nothing);
  EXPECT_FALSE(edit.parameters || edit.priority || edit.retry || edit.limits);
}

} // namespace troupe::test
