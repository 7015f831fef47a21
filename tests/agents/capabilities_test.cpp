#include "agents/capabilities.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <vector>

using namespace troupe::agents;

namespace {

std::string default_of(const parameter_schema& x) {
  if (x.is_required)
    return "required";
  if (!x.one_of.empty())
    return "one of them";
  return x.fallback.empty() ? "" : fmt::format("`{}`", x.fallback);
}

std::string type_of(const parameter_schema& x) {
  return x.choices.empty() ? std::string{describe(x.type)}
                           : fmt::format("`{}`", fmt::join(x.choices, "`, `"));
}

/// What docs/capabilities.md has to say, line by line.
std::vector<std::string> documentation() {
  std::vector<std::string> lines;
  for (const auto& capability : standard_capabilities()) {
    lines.push_back(fmt::format("## {}", capability.name));
    lines.emplace_back(capability.doc);
    for (const auto& x : capability.parameters)
      lines.push_back(fmt::format("| `{}` | {} | {} | {} |", x.name, type_of(x),
                                  default_of(x), x.doc));
    for (const auto& x : capability.results)
      lines.push_back(fmt::format("| `{}` | {} |", x.name, x.doc));
  }
  return lines;
}

} // namespace

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

TEST(capabilities_test, the_document_says_the_same) {
  std::ifstream file{TROUPE_SOURCE_DIR "/docs/capabilities.md"};
  std::vector<std::string> expected = documentation();
  auto next = expected.begin();
  for (std::string line; std::getline(file, line);)
    if (next != expected.end() && line.starts_with(*next))
      ++next;
  EXPECT_TRUE(next == expected.end())
    << "docs/capabilities.md misses, at its place:\n"
    << fmt::format("{}", fmt::join(next, expected.end(), "\n"));
}
