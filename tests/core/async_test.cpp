#include "core/async.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace troupe::core {

namespace {

/// Somebody to be woken later, as an actor would by a message.
class gate {
public:
  struct awaiter {
    gate* self;

    bool await_ready() const noexcept {
      return self->is_open_;
    }

    void await_suspend(std::coroutine_handle<> h) {
      self->waiting_.push_back(h);
    }

    void await_resume() const noexcept {
      // nop
    }
  };

  awaiter wait() noexcept {
    return {this};
  }

  void open() {
    is_open_ = true;
    for (auto h : std::exchange(waiting_, {}))
      h.resume();
  }

  size_t waiting() const noexcept {
    return waiting_.size();
  }

private:
  bool is_open_ = false;
  std::vector<std::coroutine_handle<>> waiting_;
};

/// Counts how many of it are alive.
class counted {
public:
  explicit counted(int& alive) : alive_(&alive) {
    ++*alive_;
  }

  counted(const counted& other) : alive_(other.alive_) {
    ++*alive_;
  }

  counted(counted&& other) noexcept : alive_(other.alive_) {
    ++*alive_;
  }

  counted& operator=(const counted&) = default;
  counted& operator=(counted&&) = default;

  ~counted() {
    --*alive_;
  }

private:
  int* alive_;
};

template <class T>
T run(async<T> work) {
  work.start();
  EXPECT_TRUE(work.is_done());
  return work.take();
}

async<int> number(int x) {
  co_return x;
}

async<int> throws(std::string what) {
  throw std::runtime_error(what);
  co_return 0;
}

async<int> number_after(gate& g, int x) {
  co_await g.wait();
  co_return x;
}

async<int> throws_after(gate& g, std::string what) {
  co_await g.wait();
  throw std::runtime_error(what);
}

/// What a coroutine throws when it is run to its end.
template <class T>
std::string thrown_by(async<T> work) {
  try {
    run(std::move(work));
  } catch (const failure& x) {
    return "failure " + to_string(x.reason());
  } catch (const std::runtime_error& x) {
    return x.what();
  }
  return "nothing";
}

using log = std::vector<std::string>;

} // namespace

// -- one coroutine ------------------------------------------------------------

namespace {

async<int> logs_start(log& lines) {
  lines.push_back("runs");
  co_return 1;
}

async<void> opens(gate& g) {
  g.open();
  co_return;
}

async<std::unique_ptr<int>> owned(int x) {
  co_return std::make_unique<int>(x);
}

async<std::string> text() {
  co_return "from a literal";
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

async<void> throws_nothing_but() {
  throw std::runtime_error("void");
  co_return;
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

async<int> holds(counted, gate& g, int& alive) {
  counted local{alive};
  co_await g.wait();
  co_return 1;
}

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

// -- when_all -----------------------------------------------------------------

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

async<std::vector<int>> awaits_all(std::vector<async<int>> work) {
  co_return co_await when_all(std::move(work));
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

TEST(async_test, when_all_runs_all_at_once) {
  gate a;
  gate b;
  log lines;
  std::vector<async<int>> work;
  work.push_back(logs_around(a, lines, "first", 1));
  work.push_back(logs_around(b, lines, "second", 2));
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

TEST(async_test, when_all_of_nothing_is_done_at_once) {
  EXPECT_TRUE(run(when_all(std::vector<async<int>>{})).empty());
}

TEST(async_test, when_all_takes_what_never_waits) {
  std::vector<async<int>> work;
  for (int i = 0; i < 1000; ++i)
    work.push_back(number(i));
  auto values = run(awaits_all(std::move(work)));
  ASSERT_EQ(values.size(), 1000u);
  EXPECT_EQ(values[999], 999);
}

TEST(async_test, when_all_waits_for_all_and_throws_what_the_first_threw) {
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

TEST(async_test, when_all_can_be_dropped_while_it_waits) {
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

TEST(async_test, when_all_that_never_ran_frees_its_work) {
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

TEST(async_test, when_all_takes_different_ones) {
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

TEST(async_test, when_all_takes_ones_without_a_value) {
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

TEST(async_test, when_all_of_different_ones_throws_what_the_first_threw) {
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

TEST(async_test, when_all_nests) {
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

TEST(async_test, when_all_moves_results) {
  std::vector<async<std::unique_ptr<int>>> work;
  work.push_back(owned(1));
  work.push_back(owned(2));
  auto values = run(when_all(std::move(work)));
  EXPECT_EQ(*values[1], 2);
}

} // namespace troupe::core
