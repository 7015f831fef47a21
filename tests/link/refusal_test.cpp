#include "link/refusal.hpp"

#include <gtest/gtest.h>

#include <set>

namespace troupe::link {

TEST(refusal_test, has_a_name_for_each_that_leads_back) {
  std::set<std::string_view> names;
  for (size_t i = 0; i < refusal_count; ++i) {
    auto name = to_string(static_cast<refusal>(i));
    EXPECT_FALSE(name.empty());
    EXPECT_TRUE(names.insert(name).second);
    EXPECT_EQ(refusal_from(name), static_cast<refusal>(i));
  }
  EXPECT_EQ(refusal_from("else"), std::nullopt);
  EXPECT_EQ(to_string(refusal::gone), "gone");
  EXPECT_EQ(to_string(refusal::busy), "busy");
}

} // namespace troupe::link
