#include "core/error.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace troupe::core {

TEST(error_test, every_code_has_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(ec_last); ++code)
    names.insert(to_string(static_cast<ec>(code)));
  EXPECT_EQ(names.size(), static_cast<size_t>(ec_last) + 1);
  EXPECT_FALSE(names.contains("unknown"));
}

TEST(error_test, renders_the_code_and_the_sentence) {
  EXPECT_EQ(to_string(error{ec::cycle, "a -> b -> a"}), "cycle: a -> b -> a");
  EXPECT_EQ(to_string(error{ec::timeout, ""}), "timeout");
}

} // namespace troupe::core
