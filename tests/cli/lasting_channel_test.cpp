#include "cli/lasting_channel.hpp"

#include "tests/cli/managed.hpp"

namespace troupe::cli {

namespace {

using core::ec;
using core::json;

} // namespace

TEST(lasting_channel_test, connects_again_when_the_manager_was_away) {
  auto made = 0;
  lasting_channel channel{[&] {
    ++made;
    return std::make_unique<testing::fake_channel>(
      [number = made](auto method, auto&) -> core::result<json> {
        if (method == "break")
          return core::fail(ec::unavailable, "gone");
        if (method == "refuse")
          return core::fail(ec::unknown_task, "no");
        return json(number);
      });
  }};
  EXPECT_EQ(made, 0);
  EXPECT_EQ(channel.call("x", {}), json(1));
  EXPECT_EQ(channel.call("refuse", {}).error().code, ec::unknown_task);
  EXPECT_EQ(channel.call("x", {}), json(1));
  EXPECT_EQ(channel.call("break", {}).error().code, ec::unavailable);
  EXPECT_EQ(channel.call("x", {}), json(2));
}

TEST(lasting_channel_test, says_why_it_cannot_connect_each_time) {
  auto asked = 0;
  lasting_channel channel{
    [&]() -> core::result<std::unique_ptr<control::channel>> {
      ++asked;
      return core::fail(ec::unavailable, "nobody listens");
    }};
  for (auto i = 0; i < 2; ++i)
    EXPECT_EQ(channel.call("x", {}).error().message, "nobody listens");
  EXPECT_EQ(asked, 2);
}

} // namespace troupe::cli
