#include "core/payload_size.hpp"

#include <gtest/gtest.h>

#include <string>

namespace troupe::core {

TEST(payload_size_test, is_near_the_length_of_the_text) {
  json values[] = {
    json::object(),
    {{"name", "value"}, {"list", {"one", "two", {{"three", true}}}}},
    json(std::string(1000, 'x')),
    {12345678, 1.234567, nullptr, false},
  };
  for (auto& x : values) {
    auto exact = static_cast<double>(x.dump().size());
    auto rough = static_cast<double>(rough_size(x));
    EXPECT_LT(std::abs(rough - exact), 8 + exact / 4) << x.dump();
  }
}

TEST(payload_size_test, looks_no_further_than_it_has_to) {
  auto list = json::array();
  for (auto i = 0; i < 1000; ++i)
    list.push_back(std::string(100, 'x'));
  EXPECT_GT(rough_size(list), 100'000u);
  auto some = rough_size(list, 1000);
  EXPECT_GT(some, 1000u);
  EXPECT_LT(some, 1300u);
}

TEST(payload_size_test, an_error_names_size_and_limit) {
  payload x(json(std::string(98, 'x')));
  EXPECT_TRUE(check_size(x, 100, "a result"));
  EXPECT_TRUE(check_size({}, 1, "a result"));
  auto refused = check_size(x, 99, "a result");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ec::limit_exceeded);
  EXPECT_TRUE(refused.error().is_permanent);
  EXPECT_EQ(refused.error().message,
            "a result of about 100 bytes: no more than 99 are taken "
            "(payload_bytes_max); put it into a file and hand on its name");
}

} // namespace troupe::core
