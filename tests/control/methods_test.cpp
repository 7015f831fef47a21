#include "control/methods.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace troupe::test {

TEST(methods_test, are_sorted_and_have_different_names) {
  std::vector<std::string> names;
  for (auto& x : control::all_methods())
    names.emplace_back(x.name);
  EXPECT_TRUE(std::ranges::is_sorted(names));
  EXPECT_EQ(std::set(names.begin(), names.end()).size(), names.size());
}

TEST(methods_test, answer_pages_with_where_to_go_on) {
  core::task_record record;
  record.spec = std::make_shared<const core::task_spec>(
    core::task_spec{.name = "a", .capabilities = {"b"}});
  auto last = control::page_of({{record}, {}});
  EXPECT_EQ(last.at("tasks").at(0).at("name"), "a");
  EXPECT_FALSE(last.contains("next"));
  EXPECT_EQ(control::page_of({{}, {1, 2}}).at("next"),
            core::to_string(core::task_id{1, 2}));
}

TEST(methods_test, answer_nothing_or_why_not) {
  EXPECT_EQ(control::done({}).value(), core::json::object());
  EXPECT_EQ(control::done(core::fail(core::ec::timeout, "late")).error().code,
            core::ec::timeout);
}

} // namespace troupe::test
