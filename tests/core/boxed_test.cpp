#include "core/boxed.hpp"

#include <gtest/gtest.h>

#include <string>

namespace troupe::core {

TEST(boxed_test, is_one_pointer_and_a_default_value_while_it_is_empty) {
  static_assert(sizeof(boxed<std::string>) == sizeof(void*));
  boxed<std::string> x;
  EXPECT_FALSE(x);
  EXPECT_EQ(*x, "");
}

TEST(boxed_test, copies_have_values_of_their_own) {
  boxed<std::string> x{"one"};
  auto copy = x;
  copy.edit() = "two";
  EXPECT_EQ(*x, "one");
  x = copy;
  copy.edit() += "!";
  EXPECT_EQ(*x, "two");
  EXPECT_EQ(*copy, "two!");
  boxed<std::string> none;
  x = none;
  EXPECT_FALSE(x);
}

TEST(boxed_test, moves_its_value) {
  boxed<std::string> x{"one"};
  auto* where = &*x;
  boxed<std::string> y{std::move(x)};
  EXPECT_EQ(&*y, where);
  EXPECT_EQ(y->size(), 3u);
}

TEST(boxed_test, is_equal_if_what_is_in_it_is) {
  using text = boxed<std::string>;
  EXPECT_TRUE(text{} == text{});
  EXPECT_TRUE(text{} == text{std::string{}});
  EXPECT_TRUE(text{std::string{"a"}} == text{std::string{"a"}});
  EXPECT_FALSE(text{std::string{"a"}} == text{});
  EXPECT_FALSE(text{std::string{"a"}} == text{std::string{"b"}});
}

} // namespace troupe::core
