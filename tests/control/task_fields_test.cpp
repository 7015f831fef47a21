#include "control/task_fields.hpp"

#include "core/task_json.hpp"
#include "tests/support/expect_same.hpp"
#include "tests/support/generated_images.hpp"

#include <gtest/gtest.h>

#include <set>

namespace troupe::test {

namespace {

using control::object_reader;
using core::json;

/// Reads a task; what is wrong with it, if anything.
std::string task_problems(json from) {
  object_reader outer{json::object()};
  control::read_task(std::move(from), "task", outer);
  auto good = outer.finish();
  return good ? "" : good.error().message;
}

core::task_spec read_good(json from) {
  object_reader outer{json::object()};
  auto task = control::read_task(std::move(from), "task", outer);
  auto good = outer.finish();
  EXPECT_TRUE(good) << good.error().message;
  return task.spec;
}

/// Of a task that could be: names in resources differ, and times are what
/// seconds can say.
core::task_spec possible_spec() {
  auto spec = generated_spec();
  auto trim = [](core::duration& x) {
    x = std::chrono::milliseconds{x.count() & 0xff'ffff};
  };
  for (auto* x :
       {&spec.retry.base, &spec.retry.cap, &spec.limits.attempt,
        &spec.limits.waiting, &spec.limits.total, &spec.limits.heartbeat})
    trim(*x);
  if (spec.keys)
    trim(spec.keys.edit().unique_for);
  spec.priority = std::clamp(spec.priority.value(), 0, 100);
  std::map<std::string, double> amounts;
  for (auto& x : spec.resources)
    amounts[x.name] = x.amount;
  spec.resources.clear();
  for (auto& [name, amount] : amounts)
    spec.resources.push_back({name, amount});
  if (spec.agent.empty())
    spec.wish = core::agent_wish::prefer;
  if (spec.placement)
    spec.placement = core::placement{{*core::parse_label_rule("zone=eu|us")},
                                     {*core::parse_label_rule("!gpu")}};
  spec.parent = {};
  spec.replay_of = {};
  return spec;
}

} // namespace

TEST(task_fields_test, reads_what_it_writes) {
  EXPECT_TRUE(rc::check([] {
    auto spec = possible_spec();
    auto read = read_good(control::to_json(spec));
    RC_ASSERT(read.id == spec.id);
    expect_same(read, spec);
    RC_ASSERT(!testing::Test::HasFailure());
  }));
}

TEST(task_fields_test, reads_what_a_record_shows_of_what_was_asked_for) {
  core::task_spec spec{.name = "a", .capabilities = {"work"}};
  spec.parameters = {{"n", 1}};
  spec.dependencies = {{{1, 2}, "x", core::on_failure::skip}};
  spec.agent = "worker";
  spec.wish = core::agent_wish::require;
  spec.resources = {{"gpu", 1}};
  spec.keys = core::submission_keys{"s", "u"};
  spec.retry.retry_on = {core::ec::timeout};
  spec.limits.total = std::chrono::seconds{9};
  core::task_record record;
  record.spec = std::make_shared<const core::task_spec>(spec);
  auto shown = core::to_json(record);
  shown.erase("status");
  expect_same(read_good(shown), spec);
}

TEST(task_fields_test, writes_only_what_is_not_as_it_is_by_itself) {
  EXPECT_EQ(control::to_json(core::task_spec{}), json::object());
}

TEST(task_fields_test, takes_short_forms) {
  auto spec = read_good({{"capabilities", "work"},
                         {"priority", "high"},
                         {"wanted_agent", "worker"},
                         {"limits", {{"attempt_seconds", "2m"}}}});
  EXPECT_EQ(spec.capabilities, std::vector<std::string>{"work"});
  EXPECT_EQ(spec.priority, core::high);
  EXPECT_EQ(spec.agent, "worker");
  EXPECT_EQ(spec.limits.attempt, std::chrono::minutes{2});
}

TEST(task_fields_test, keeps_names_of_dependencies) {
  object_reader outer{json::object()};
  auto task = control::read_task(
    {{"dependencies",
      {"build",
       {{"task", "0190163d-8694-739b-aea5-966c26f8ad91"}, {"alias", "b"}}}}},
    "task", outer);
  EXPECT_TRUE(outer.finish());
  EXPECT_EQ(task.names, (std::vector<std::string>{"build", ""}));
  EXPECT_TRUE(task.spec.dependencies[0].task.is_nil());
  EXPECT_FALSE(task.spec.dependencies[1].task.is_nil());
}

TEST(task_fields_test, says_where_something_is_wrong) {
  EXPECT_EQ(task_problems({{"capability", "x"}}),
            "'task.capability' is not known here (did you mean "
            "'capabilities'?)");
  EXPECT_EQ(
    task_problems({{"priority", 101}}),
    "'task.priority': '101' is not a priority; it is one of low, normal, "
    "high, critical, or a number from 0 to 100");
  EXPECT_EQ(task_problems({{"priority", 1.5}}),
            "'task.priority' is a number, not low, normal, high, critical or "
            "a whole number from 0 to 100");
  EXPECT_EQ(task_problems({{"retry", {{"backoff", "cubic"}}}}),
            "'task.retry.backoff' cannot be 'cubic'; it is one of fixed, "
            "linear, exponential");
  EXPECT_EQ(task_problems({{"dependencies", {{{"tsk", "x"}}}}}),
            "'task.dependencies.0.task' is missing; 'task.dependencies.0.tsk' "
            "is not known here (did you mean 'task'?)");
  EXPECT_EQ(task_problems({{"resources", {{"gpu", "two"}}}}),
            "'task.resources.gpu' is a string, not a number");
  EXPECT_EQ(task_problems({{"resources", 2}}),
            "'task.resources' is a number, not an object");
  EXPECT_EQ(task_problems(7), "'task' is a number, not an object");
}

} // namespace troupe::test
