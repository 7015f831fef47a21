#include "actors/sleepers.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;

class sleepers_test : public ::testing::Test {
protected:
  static core::time_point at(core::duration x) {
    return core::time_point{24h} + x;
  }

  uint64_t add(size_t name, core::duration when) {
    auto handle = std::coroutine_handle<>::from_address(&names_.at(name));
    return sleepers_.add(at(when), {nullptr, handle});
  }

  /// Who wakes at a time, one after the other.
  std::string woken(core::duration time) {
    std::string result;
    while (auto x = sleepers_.take_due(at(time)))
      result += *static_cast<const char*>(x->what.address());
    return result;
  }

  std::array<char, 4> names_{'a', 'b', 'c', 'd'};
  actors::sleepers sleepers_;
};

} // namespace

TEST_F(sleepers_test, wakes_each_in_its_time) {
  add(0, 3s);
  add(1, 1s);
  add(2, 2s);
  EXPECT_EQ(woken(999ms), "");
  EXPECT_EQ(woken(1s), "b");
  EXPECT_EQ(woken(5s), "ca");
  EXPECT_EQ(woken(5s), "");
}

TEST_F(sleepers_test, wakes_the_first_to_sleep_first) {
  for (size_t i = 0; i < names_.size(); ++i)
    add(i, 1s);
  EXPECT_EQ(woken(1s), "abcd");
}

TEST_F(sleepers_test, does_not_wake_the_forgotten) {
  auto a = add(0, 1s);
  add(1, 1s);
  auto forgotten = sleepers_.forget(a);
  ASSERT_TRUE(forgotten);
  EXPECT_EQ(forgotten->what.address(), &names_[0]);
  EXPECT_FALSE(sleepers_.forget(a));
  EXPECT_EQ(woken(1s), "b");
}

TEST_F(sleepers_test, cannot_forget_who_was_woken) {
  auto a = add(0, 1s);
  EXPECT_EQ(woken(1s), "a");
  EXPECT_FALSE(sleepers_.forget(a));
}

TEST_F(sleepers_test, says_when_to_look_again) {
  EXPECT_EQ(sleepers_.next(), core::never);
  add(0, 2s);
  auto b = add(1, 1s);
  EXPECT_EQ(sleepers_.next(), at(1s));
  sleepers_.forget(b);
  EXPECT_EQ(sleepers_.next(), at(2s));
  woken(2s);
  EXPECT_EQ(sleepers_.next(), core::never);
}

} // namespace troupe::test
