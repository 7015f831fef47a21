#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace troupe::support {

/// Every value up to `last` has a name, and none that another one has.
template <class Enum>
void expect_names_of_their_own(Enum last) {
  std::set<std::string_view> names;
  auto count = static_cast<size_t>(last) + 1;
  for (size_t i = 0; i < count; ++i)
    names.insert(to_string(static_cast<Enum>(i)));
  EXPECT_EQ(names.size(), count);
  EXPECT_FALSE(names.contains("unknown"));
  EXPECT_EQ(to_string(static_cast<Enum>(count)), "unknown");
}

template <class Enum, class Parse>
void expect_parses_what_it_writes(Enum last, Parse parse) {
  for (size_t i = 0; i <= static_cast<size_t>(last); ++i) {
    auto value = static_cast<Enum>(i);
    EXPECT_EQ(parse(to_string(value)), value) << to_string(value);
  }
}

} // namespace troupe::support
