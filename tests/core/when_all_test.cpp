// core::when_all, of core/async.hpp.

#include "core/async.hpp"
#include "tests/support/coroutines.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace troupe::core {

using namespace support;

namespace {

using log = std::vector<std::string>;

} // namespace

namespace {

async<int> logs_both_ends(gate& g, log& lines, std::string name, int value) {
  lines.push_back(name + " starts");
  co_await g.wait();
  lines.push_back(name + " ends");
  co_return value;
}

async<std::vector<int>> awaits_all(std::vector<async<int>> work) {
  co_return co_await when_all(std::move(work));
}

} // namespace

TEST(when_all_test, runs_all_at_once) {
  gate a;
  gate b;
  log lines;
  std::vector<async<int>> work;
  work.push_back(logs_both_ends(a, lines, "first", 1));
  work.push_back(logs_both_ends(b, lines, "second", 2));
  auto all = when_all(std::move(work));
  all.start();
  EXPECT_EQ(lines, (log{"first starts", "second starts"}));
  b.open();
  EXPECT_FALSE(all.is_done());
  a.open();
  ASSERT_TRUE(all.is_done());
  EXPECT_EQ(
    lines, (log{"first starts", "second starts", "second ends", "first ends"}));
  EXPECT_EQ(all.take(), (std::vector{1, 2}));
}

TEST(when_all_test, of_nothing_is_done_at_once) {
  EXPECT_TRUE(run(when_all(std::vector<async<int>>{})).empty());
}

TEST(when_all_test, takes_what_never_waits) {
  std::vector<async<int>> work;
  for (int i = 0; i < 1000; ++i)
    work.push_back(number(i));
  auto values = run(awaits_all(std::move(work)));
  ASSERT_EQ(values.size(), 1000u);
  EXPECT_EQ(values[999], 999);
}

TEST(when_all_test, waits_for_all_and_throws_what_the_first_threw) {
  gate a;
  gate b;
  int alive = 0;
  std::vector<async<int>> work;
  work.push_back(number(1));
  work.push_back(throws_after(b, "second"));
  work.push_back(throws("third"));
  work.push_back(holds(counted{alive}, a, alive));
  auto all = awaits_all(std::move(work));
  all.start();
  b.open();
  EXPECT_FALSE(all.is_done());
  a.open();
  ASSERT_TRUE(all.is_done());
  try {
    all.take();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::runtime_error& x) {
    EXPECT_STREQ(x.what(), "second");
  }
  EXPECT_EQ(alive, 0);
}

TEST(when_all_test, can_be_dropped_while_it_waits) {
  int alive = 0;
  gate g;
  {
    std::vector<async<int>> work;
    for (int i = 0; i < 10; ++i)
      work.push_back(holds(counted{alive}, g, alive));
    auto all = awaits_all(std::move(work));
    all.start();
    EXPECT_EQ(alive, 20);
    EXPECT_EQ(g.waiting(), 10u);
  }
  EXPECT_EQ(alive, 0);
}

TEST(when_all_test, that_never_ran_frees_its_work) {
  int alive = 0;
  gate g;
  {
    std::vector<async<int>> work;
    work.push_back(holds(counted{alive}, g, alive));
    auto all = when_all(std::move(work));
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
}

TEST(when_all_test, takes_different_ones) {
  gate g;
  auto all = when_all(number_after(g, 1), text(), owned(3));
  all.start();
  EXPECT_FALSE(all.is_done());
  g.open();
  auto [x, y, z] = all.take();
  EXPECT_EQ(x, 1);
  EXPECT_EQ(y, "from a literal");
  EXPECT_EQ(*z, 3);
}

TEST(when_all_test, takes_ones_without_a_value) {
  gate a;
  gate b;
  auto both = when_all(opens(a), number_after(a, 2), opens(b));
  both.start();
  ASSERT_TRUE(both.is_done());
  EXPECT_EQ(std::get<1>(both.take()), 2);
  std::vector<async<void>> work;
  work.push_back(opens(a));
  work.push_back(throws_nothing_but());
  EXPECT_EQ(thrown_by(when_all(std::move(work))), "void");
}

TEST(when_all_test, of_different_ones_throws_what_the_first_threw) {
  gate g;
  EXPECT_EQ(thrown_by(when_all(number(1), throws("a"), throws("b"))), "a");
  auto all = when_all(throws_after(g, "late"), throws("early"));
  all.start();
  g.open();
  ASSERT_TRUE(all.is_done());
  try {
    all.take();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::runtime_error& x) {
    EXPECT_STREQ(x.what(), "late");
  }
}

TEST(when_all_test, nests) {
  gate g;
  std::vector<async<std::vector<int>>> outer;
  for (int i = 0; i < 10; ++i) {
    std::vector<async<int>> inner;
    for (int j = 0; j < 10; ++j)
      inner.push_back(number_after(g, 10 * i + j));
    outer.push_back(when_all(std::move(inner)));
  }
  auto all = when_all(std::move(outer));
  all.start();
  EXPECT_EQ(g.waiting(), 100u);
  g.open();
  ASSERT_TRUE(all.is_done());
  EXPECT_EQ(all.take()[7][3], 73);
}

TEST(when_all_test, moves_results) {
  std::vector<async<std::unique_ptr<int>>> work;
  work.push_back(owned(1));
  work.push_back(owned(2));
  auto values = run(when_all(std::move(work)));
  EXPECT_EQ(*values[1], 2);
}

} // namespace troupe::core
