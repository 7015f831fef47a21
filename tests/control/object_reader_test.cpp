#include "control/object_reader.hpp"

#include "core/task_state.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace troupe::test {

namespace {

using control::object_reader;
using core::json;

/// What is wrong, after all that the function asks for.
std::string problems(json from,
                     const std::function<void(object_reader&)>& read) {
  object_reader reader{std::move(from)};
  read(reader);
  auto good = reader.finish();
  if (good)
    return "";
  EXPECT_EQ(good.error().code, core::ec::invalid_argument);
  return good.error().message;
}

} // namespace

TEST(object_reader_test, reads_what_is_there) {
  object_reader from{{{"name", "a"},
                      {"yes", true},
                      {"n", 7},
                      {"x", 1.5},
                      {"long", "1h30m"},
                      {"short", 0.25},
                      {"at", "2026-01-31T12:00:00Z"},
                      {"id", "0190163d-8694-739b-aea5-966c26f8ad91"},
                      {"tags", {"b", "c"}},
                      {"tag", "d"},
                      {"labels", {{"k", "v"}}},
                      {"status", "input_required"},
                      {"all", {1, 2}}}};
  EXPECT_EQ(from.text("name"), "a");
  EXPECT_EQ(from.boolean("yes"), true);
  EXPECT_EQ(from.count("n", 7, 7), 7u);
  EXPECT_EQ(from.number("x"), 1.5);
  EXPECT_EQ(from.seconds("long"), std::chrono::minutes{90});
  EXPECT_EQ(from.seconds("short"), std::chrono::milliseconds{250});
  EXPECT_EQ(core::to_string(from.time("at").value()),
            "2026-01-31T12:00:00.000Z");
  EXPECT_EQ(core::to_string(from.id("id").value()),
            "0190163d-8694-739b-aea5-966c26f8ad91");
  EXPECT_EQ(from.texts("tags"), (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(from.texts("tag"), std::vector<std::string>{"d"});
  EXPECT_EQ(from.text_map("labels")->at("k"), "v");
  EXPECT_EQ(from.choice("status", core::task_status_last),
            core::task_status::input_required);
  EXPECT_EQ(from.list("all"), (json{1, 2}));
  EXPECT_TRUE(from.finish());
}

TEST(object_reader_test, takes_null_for_not_there) {
  object_reader from{{{"a", nullptr}}};
  EXPECT_FALSE(from.has("a"));
  EXPECT_EQ(from.text("a"), std::nullopt);
  EXPECT_EQ(from.any("a"), json(nullptr));
  EXPECT_EQ(from.any("b"), std::nullopt);
  EXPECT_TRUE(from.finish());
  EXPECT_TRUE(object_reader{json(nullptr)}.finish());
}

TEST(object_reader_test, says_what_is_wrong_with_each_field) {
  struct wrong {
    json value;
    std::function<void(object_reader&)> read;
    std::string message;
  };

  auto text = [](auto& x) {
    x.text("f");
  };
  auto count = [](auto& x) {
    x.count("f", 1, 9);
  };
  auto seconds = [](auto& x) {
    x.seconds("f", std::chrono::seconds{60});
  };
  std::vector<wrong> cases{
    {1, text, "'f' is a number, not a string"},
    {"yes", [](auto& x) { x.boolean("f"); },
     "'f' is a string, not true or false"},
    {0, count, "'f' is 0, not a whole number from 1 to 9"},
    {-1, count, "'f' is -1, not a whole number from 1 to 9"},
    {10, count, "'f' is 10, not a whole number from 1 to 9"},
    {1.5, count, "'f' is a number, not a whole number from 1 to 9"},
    {-1, [](auto& x) { x.count("f"); },
     "'f' is -1, not a whole number from 0 on"},
    {"1", [](auto& x) { x.number("f"); }, "'f' is a string, not a number"},
    {-1, seconds, "'f' is -1, not a number of seconds from 0 on"},
    {1e300, seconds, "'f' is 1e+300, not a number of seconds from 0 on"},
    {61, seconds, "'f' is 1m01s, which is longer than 1m"},
    {true, seconds, "'f' is a boolean, not a number of seconds"},
    {"x", seconds,
     "'f': 'x' is not a duration: a number was expected (examples: 90, 1.5s, "
     "250ms, 1h30m)"},
    {"x", [](auto& x) { x.time("f"); },
     "'f': 'x' is not a time from 1970 to 2199 (example: "
     "2026-01-31T12:00:00Z)"},
    {"x", [](auto& x) { x.id("f"); },
     "'f': 'x' is not a task id, which looks like "
     "0190163d-8694-739b-aea5-966c26f8ad91"},
    {json{"x"}, [](auto& x) { x.ids("f"); },
     "'f': 'x' is not a task id, which looks like "
     "0190163d-8694-739b-aea5-966c26f8ad91"},
    {json{1}, [](auto& x) { x.texts("f"); },
     "'f' is a list, not a string or a list of strings"},
    {{{"k", 1}},
     [](auto& x) { x.text_map("f"); },
     "'f' is an object, not an object of strings"},
    {"x", [](auto& x) { x.list("f"); }, "'f' is a string, not a list"},
    {"runing", [](auto& x) { x.choice("f", core::task_status_last); },
     "'f' cannot be 'runing' (did you mean 'running'?); it is one of pending, "
     "running, paused, input_required, completed, failed, cancelled"},
  };
  for (auto& x : cases)
    EXPECT_EQ(problems({{"f", x.value}}, x.read), x.message);
}

TEST(object_reader_test, names_what_is_missing_and_what_is_not_known) {
  EXPECT_EQ(problems({{"statsu", 1}, {"colour", 2}},
                     [](auto& x) {
                       x.require("task");
                       x.text("status");
                     }),
            "'task' is missing; 'colour' is not known here; 'statsu' is not "
            "known here (did you mean 'status'?)");
}

TEST(object_reader_test, gathers_what_is_wrong_inside_of_objects) {
  EXPECT_EQ(problems({{"retry", {{"max", "x"}, {"jiter", 1}}}},
                     [](auto& x) {
                       object_reader inner{*x.any("retry"), "retry", x};
                       inner.count("max");
                       inner.text("jitter");
                       inner.refuse_others();
                     }),
            "'retry.max' is a string, not a whole number from 0 on; "
            "'retry.jiter' is not known here (did you mean 'jitter'?)");
  EXPECT_EQ(problems({{"retry", 3}},
                     [](auto& x) {
                       object_reader inner{*x.any("retry"), "retry", x};
                       inner.refuse_others();
                     }),
            "'retry' is a number, not an object");
}

TEST(object_reader_test, wants_an_object) {
  EXPECT_EQ(problems(json::array(), [](auto&) {}),
            "what was given is a list, not an object");
}

TEST(object_reader_test, does_not_repeat_names_of_any_length) {
  auto message = problems({{std::string(10'000, 'x'), 1}}, [](auto&) {});
  EXPECT_LT(message.size(), 200u);
}

} // namespace troupe::test
