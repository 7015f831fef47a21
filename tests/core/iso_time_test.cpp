#include "core/iso_time.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace troupe::core {

TEST(iso_time_test, reads_what_to_string_writes) {
  EXPECT_TRUE(rc::check([] {
    auto milliseconds = *rc::gen::inRange<int64_t>(1, 7'258'118'399'999);
    time_point x{std::chrono::milliseconds{milliseconds}};
    auto read = parse_time(to_string(x));
    RC_ASSERT(read);
    RC_ASSERT(*read == x);
  }));
}

TEST(iso_time_test, reads_fractions_and_offsets) {
  auto noon = *parse_time("2026-01-31T12:00:00Z");
  EXPECT_EQ(to_string(noon), "2026-01-31T12:00:00.000Z");
  EXPECT_EQ(*parse_time("2026-01-31T12:00:00.000000001Z") - noon, duration{1});
  EXPECT_EQ(*parse_time("2026-01-31T12:00:00.5Z") - noon,
            std::chrono::milliseconds{500});
  EXPECT_EQ(*parse_time("2026-01-31T13:30:00+01:30"), noon);
  EXPECT_EQ(*parse_time("2026-01-31T11:00:00-01:00"), noon);
  EXPECT_EQ(to_string(*parse_time("2024-02-29T23:59:59Z")),
            "2024-02-29T23:59:59.000Z");
}

TEST(iso_time_test, refuses_what_is_no_time) {
  for (auto text :
       {"", "now", "2026-01-31", "2026-01-31T12:00Z", "2026-01-31T12:00:00",
        "2026-02-30T12:00:00Z", "2026-13-01T12:00:00Z", "2026-00-01T12:00:00Z",
        "2026-01-31T24:00:00Z", "2026-01-31T12:60:00Z", "2026-01-31T12:00:60Z",
        "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00.0123456789Z",
        "2026-01-31T12:00:00+24:00", "2026-01-31T12:00:00+1",
        "1969-12-31T23:59"
        ":59Z",
        "9999-01-01T00:00:00Z", "2026-01-31T12:00:00Z ",
        "2026-01-31 12:00:00Z"}) {
    auto read = parse_time(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, ec::invalid_argument);
  }
  EXPECT_EQ(parse_time("soon").error().message,
            "'soon' is not a time from 1970 to 2199 (example: "
            "2026-01-31T12:00:00Z)");
}

} // namespace troupe::core
