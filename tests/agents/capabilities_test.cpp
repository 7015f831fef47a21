#include "agents/capabilities.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

using namespace troupe::agents;

TEST(capabilities_test, finds_each_by_its_name) {
  for (const auto& capability : standard_capabilities()) {
    EXPECT_EQ(schema_of(capability.name), &capability);
    EXPECT_TRUE(is_standard_capability(capability.name));
  }
  EXPECT_EQ(schema_of("process.runs"), nullptr);
  EXPECT_FALSE(is_standard_capability(""));
}

TEST(capabilities_test, are_sorted_and_documented) {
  auto all = standard_capabilities();
  EXPECT_EQ(all.size(), 6U);
  EXPECT_TRUE(std::ranges::is_sorted(all, {}, &capability_schema::name));
  for (const auto& capability : all) {
    EXPECT_TRUE(capability.doc.ends_with('.')) << capability.name;
    std::set<std::string_view> names;
    for (const auto& parameter : capability.parameters) {
      EXPECT_TRUE(names.insert(parameter.name).second) << parameter.name;
      EXPECT_FALSE(parameter.doc.empty()) << parameter.name;
      EXPECT_FALSE(parameter.doc.ends_with('.')) << parameter.name;
    }
    for (const auto& field : capability.results)
      EXPECT_FALSE(field.doc.empty()) << field.name;
  }
}
