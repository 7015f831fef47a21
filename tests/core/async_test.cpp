#include "core/async.hpp"

#include "tests/support/coroutines.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace troupe::core {

using namespace support;

namespace {

using log = std::vector<std::string>;

} // namespace

// -- one coroutine ------------------------------------------------------------

namespace {

async<int> logs_start(log& lines) {
  lines.push_back("runs");
  co_return 1;
}

async<std::unique_ptr<int>> moves_local() {
  auto x = std::make_unique<int>(5);
  co_return x;
}

} // namespace

TEST(async_test, does_nothing_until_it_is_started) {
  log lines;
  auto work = logs_start(lines);
  EXPECT_TRUE(lines.empty());
  EXPECT_FALSE(work.is_done());
  work.start();
  EXPECT_EQ(lines, log{"runs"});
  EXPECT_TRUE(work.is_done());
  EXPECT_EQ(work.take(), 1);
}

TEST(async_test, may_never_be_started) {
  int alive = 0;
  {
    auto work = [](counted) -> async<int> {
      co_return 1;
    }(counted{alive});
    EXPECT_EQ(alive, 1);
    EXPECT_FALSE(work.is_done());
  }
  EXPECT_EQ(alive, 0);
}

TEST(async_test, waits_without_a_thread) {
  gate g;
  auto work = number_after(g, 7);
  work.start();
  EXPECT_FALSE(work.is_done());
  EXPECT_EQ(g.waiting(), 1u);
  g.open();
  ASSERT_TRUE(work.is_done());
  EXPECT_EQ(work.take(), 7);
}

TEST(async_test, returns_values_of_all_kinds) {
  EXPECT_EQ(*run(owned(3)), 3);
  EXPECT_EQ(*run(moves_local()), 5);
  EXPECT_EQ(run(text()), "from a literal");
  gate g;
  run(opens(g));
}

namespace {

async<int> logs_around(gate& g, log& lines, std::string name, int value) {
  lines.push_back(name + " starts");
  co_await g.wait();
  lines.push_back(name + " ends");
  co_return value;
}

async<int> awaits_later(gate& g, log& lines) {
  auto work = logs_around(g, lines, "work", 4);
  work.start();
  lines.push_back("meanwhile");
  co_return co_await work;
}

} // namespace

TEST(async_test, can_be_started_now_and_awaited_later) {
  gate g;
  log lines;
  auto work = awaits_later(g, lines);
  work.start();
  EXPECT_EQ(lines, (log{"work starts", "meanwhile"}));
  g.open();
  EXPECT_EQ(work.take(), 4);
  auto at_once = awaits_later(g, lines);
  at_once.start();
  EXPECT_EQ(at_once.take(), 4);
}

// -- errors -------------------------------------------------------------------

namespace {

async<int> fails() {
  co_return fail(ec::handler_failed, "no such file");
}

async<int> returns_result(result<int> x) {
  co_return x;
}

async<int> catches(async<int> work) {
  try {
    co_return co_await work;
  } catch (const failure& x) {
    co_return -static_cast<int>(x.reason().code);
  }
}

async<int> passes_on(async<int> work) {
  co_return co_await work + 1;
}

} // namespace

TEST(async_test, what_is_thrown_comes_out) {
  EXPECT_EQ(thrown_by(throws("a")), "a");
  EXPECT_EQ(thrown_by(passes_on(passes_on(throws("b")))), "b");
  EXPECT_EQ(thrown_by(throws_nothing_but()), "void");
}

TEST(async_test, errors_become_failures) {
  EXPECT_EQ(thrown_by(fails()), "failure handler_failed: no such file");
  EXPECT_EQ(thrown_by(passes_on(fails())),
            "failure handler_failed: no such file");
  EXPECT_EQ(thrown_by(returns_result(fail(ec::timeout, "slow"))),
            "failure timeout: slow");
  EXPECT_EQ(run(returns_result(4)), 4);
}

TEST(async_test, failures_can_be_caught) {
  EXPECT_EQ(run(catches(fails())), -static_cast<int>(ec::handler_failed));
  EXPECT_EQ(run(catches(number(3))), 3);
}

TEST(async_test, an_exception_can_cross_a_wait) {
  gate g;
  auto work = passes_on(throws_after(g, "late"));
  work.start();
  g.open();
  ASSERT_TRUE(work.is_done());
  EXPECT_THROW(work.take(), std::runtime_error);
}

// -- lifetime -----------------------------------------------------------------

namespace {

async<int> holds_below(gate& g, int& alive, int depth) {
  counted local{alive};
  if (depth == 0)
    co_await g.wait();
  else
    co_return co_await holds_below(g, alive, depth - 1);
  co_return 0;
}

async<counted> makes_counted(int& alive) {
  co_return counted{alive};
}

async<void> uses_temporaries(int& alive, int& seen) {
  auto x = co_await makes_counted(alive);
  seen = alive;
  co_await makes_counted(alive);
  co_return;
}

} // namespace

TEST(async_test, its_end_destroys_what_it_held) {
  int alive = 0;
  gate g;
  auto work = holds(counted{alive}, g, alive);
  work.start();
  EXPECT_EQ(alive, 2);
  g.open();
  // Parameters live as long as the coroutine, locals only until it ends.
  EXPECT_EQ(alive, 1);
  EXPECT_EQ(work.take(), 1);
}

TEST(async_test, destruction_frees_what_a_suspended_one_holds) {
  int alive = 0;
  gate g;
  {
    auto work = holds(counted{alive}, g, alive);
    work.start();
    EXPECT_EQ(alive, 2);
  }
  EXPECT_EQ(alive, 0);
}

TEST(async_test, destruction_reaches_all_that_are_awaited) {
  int alive = 0;
  gate g;
  {
    auto work = holds_below(g, alive, 20);
    work.start();
    EXPECT_EQ(alive, 21);
  }
  EXPECT_EQ(alive, 0);
}

TEST(async_test, results_are_destroyed_once) {
  int alive = 0;
  int seen = 0;
  run(uses_temporaries(alive, seen));
  EXPECT_GE(seen, 1);
  EXPECT_EQ(alive, 0);
}

TEST(async_test, a_lambda_with_captures_lives_as_long_as_its_owner_keeps_it) {
  gate g;
  auto held = std::make_shared<std::string>("captured");
  auto lambda = [held, &g]() -> async<std::string> {
    co_await g.wait();
    co_return *held;
  };
  auto work = lambda();
  work.start();
  held.reset();
  g.open();
  EXPECT_EQ(work.take(), "captured");
}

TEST(async_test, can_be_moved) {
  gate g;
  auto work = number_after(g, 1);
  work.start();
  auto other = std::move(work);
  EXPECT_FALSE(work.is_valid());
  g.open();
  EXPECT_EQ(other.take(), 1);
}

TEST(async_test, assignment_destroys_what_was_there) {
  int alive = 0;
  gate g;
  auto work = holds(counted{alive}, g, alive);
  work.start();
  work = number(2);
  EXPECT_EQ(alive, 0);
  auto& same = work;
  work = std::move(same);
  ASSERT_TRUE(work.is_valid());
  work.start();
  EXPECT_EQ(work.take(), 2);
}

// -- depth --------------------------------------------------------------------

namespace {

async<int> nested(int depth) {
  if (depth == 0)
    co_return 0;
  co_return co_await nested(depth - 1) + 1;
}

async<int> nested_after(gate& g, int depth) {
  if (depth == 0) {
    co_await g.wait();
    co_return 0;
  }
  co_return co_await nested_after(g, depth - 1) + 1;
}

async<int> adds_in_a_loop(int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i)
    sum += co_await number(1);
  co_return sum;
}

async<int> catches_in_a_loop(int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) {
    try {
      sum += co_await throws("x");
    } catch (const std::runtime_error&) {
      ++sum;
    }
  }
  co_return sum;
}

} // namespace

TEST(async_test, loops_do_not_grow_the_stack) {
  EXPECT_EQ(run(adds_in_a_loop(100'000)), 100'000);
  EXPECT_EQ(run(catches_in_a_loop(10'000)), 10'000);
}

TEST(async_test, nesting_is_unwound_without_growing_the_stack) {
  EXPECT_EQ(run(nested(1'000)), 1'000);
  gate g;
  auto work = nested_after(g, 1'000);
  work.start();
  g.open();
  EXPECT_EQ(work.take(), 1'000);
}

} // namespace troupe::core
