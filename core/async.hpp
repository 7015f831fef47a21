#pragma once

// Long because a coroutine type, its promises and when_all are one mechanism.

#include "core/error.hpp"

#include <concepts>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <optional>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace troupe::core {

/// An `error` on its way up through coroutines. A handler that lets it escape
/// has *failed* its attempt, as if it had returned the error; any other
/// exception has crashed its worker.
///
/// With clang 14, which destroys the temporary of a `co_return core::fail(...)`
/// between two `co_await` twice, throw this instead.
class failure : public std::runtime_error {
public:
  explicit failure(error what)
    : std::runtime_error(to_string(what)), what_(std::move(what)) {
  }

  const error& reason() const noexcept {
    return what_;
  }

private:
  error what_;
};

template <class T>
class async;

namespace detail {

/// How many coroutines are being started inside of each other on this thread.
inline thread_local uint32_t start_depth = 0;

/// Beyond it they are started by symmetric transfer, which takes no stack if
/// the compiler optimises.
inline constexpr uint32_t start_depth_max = 200;

/// Resumes whoever awaits the coroutine that just ended.
struct final_awaiter {
  bool await_ready() const noexcept {
    return false;
  }

  template <class Promise>
  std::coroutine_handle<>
  await_suspend(std::coroutine_handle<Promise> done) const noexcept {
    auto next = done.promise().continuation;
    return next ? next : std::noop_coroutine();
  }

  void await_resume() const noexcept {
    // nop
  }
};

struct promise_base {
  std::coroutine_handle<> continuation;
  std::exception_ptr exception;

  std::suspend_always initial_suspend() const noexcept {
    return {};
  }

  final_awaiter final_suspend() const noexcept {
    return {};
  }

  void unhandled_exception() noexcept {
    exception = std::current_exception();
  }
};

template <class T>
struct async_promise : promise_base {
  std::optional<T> value;

  async<T> get_return_object() noexcept;

  template <class U>
  void return_value(U&& x) requires std::constructible_from<T, U> {
    value.emplace(std::forward<U>(x));
  }

  /// `co_return fail(...)`: the awaiting side sees a `failure`.
  void return_value(tl::unexpected<error> x) {
    exception = std::make_exception_ptr(failure{std::move(x).value()});
  }

  void return_value(result<T> x) {
    if (x)
      value.emplace(*std::move(x));
    else
      exception = std::make_exception_ptr(failure{std::move(x).error()});
  }

  T take() {
    if (exception)
      std::rethrow_exception(exception);
    return std::move(*value);
  }
};

template <>
struct async_promise<void> : promise_base {
  async<void> get_return_object() noexcept;

  void return_void() const noexcept {
    // nop
  }

  void take() const {
    if (exception)
      std::rethrow_exception(exception);
  }
};

} // namespace detail

/// A coroutine that makes a `T` and holds no thread while it waits. It starts
/// when it is start()ed or awaited, whichever is first, and is destroyed with
/// its object, wherever it is suspended; locals are destroyed with it. Await it
/// once. It may be resumed on any thread, but by one at a time.
template <class T>
class [[nodiscard]] async {
public:
  using value_type = T;
  using promise_type = detail::async_promise<T>;
  using handle_type = std::coroutine_handle<promise_type>;

  explicit async(handle_type handle) noexcept : handle_(handle) {
  }

  async(async&& other) noexcept
    : handle_(std::exchange(other.handle_, {})),
      is_started_(std::exchange(other.is_started_, false)) {
  }

  async& operator=(async&& other) noexcept {
    // So that what was here goes now, and not when `other` does.
    async taken{std::move(other)};
    std::swap(handle_, taken.handle_);
    std::swap(is_started_, taken.is_started_);
    return *this;
  }

  async(const async&) = delete;
  async& operator=(const async&) = delete;

  ~async() {
    if (handle_)
      handle_.destroy();
  }

  /// Runs it right here: if it ends without waiting, nobody is suspended. So a
  /// loop over such coroutines keeps its stack also where the compiler makes no
  /// tail calls, as GCC below -O2.
  bool await_ready() {
    if (!is_started_) {
      if (detail::start_depth >= detail::start_depth_max)
        return false;
      ++detail::start_depth;
      start();
      --detail::start_depth;
    }
    return handle_.done();
  }

  std::coroutine_handle<>
  await_suspend(std::coroutine_handle<> awaiting) noexcept {
    handle_.promise().continuation = awaiting;
    if (is_started_)
      return std::noop_coroutine();
    is_started_ = true;
    return handle_;
  }

  T await_resume() {
    return handle_.promise().take();
  }

  /// Runs it until it first waits or ends. Once, and before it is awaited.
  void start() {
    is_started_ = true;
    handle_.resume();
  }

  /// False once it has been moved from; then nothing else may be asked of it.
  bool is_valid() const noexcept {
    return handle_ != nullptr;
  }

  bool is_done() const noexcept {
    return handle_.done();
  }

  /// What it returned, once is_done(); throws what it threw.
  T take() {
    return handle_.promise().take();
  }

private:
  handle_type handle_;
  bool is_started_ = false;
};

namespace detail {

template <class T>
async<T> async_promise<T>::get_return_object() noexcept {
  return async<T>{std::coroutine_handle<async_promise<T>>::from_promise(*this)};
}

inline async<void> async_promise<void>::get_return_object() noexcept {
  return async<void>{
    std::coroutine_handle<async_promise<void>>::from_promise(*this)};
}

/// Counts the branches of when_all that have not ended, plus one for the
/// parent while it starts them.
struct join {
  size_t pending = 0;
  std::coroutine_handle<> parent;

  std::coroutine_handle<> arrive() noexcept {
    return --pending == 0 ? parent : std::noop_coroutine();
  }
};

/// One branch of when_all: runs eagerly once started and never throws.
class branch {
public:
  struct promise_type {
    join* joined = nullptr;

    branch get_return_object() noexcept {
      return branch{std::coroutine_handle<promise_type>::from_promise(*this)};
    }

    std::suspend_always initial_suspend() const noexcept {
      return {};
    }

    auto final_suspend() const noexcept {
      struct awaiter {
        bool await_ready() const noexcept {
          return false;
        }

        std::coroutine_handle<>
        await_suspend(std::coroutine_handle<promise_type> h) const noexcept {
          return h.promise().joined->arrive();
        }

        void await_resume() const noexcept {
          // nop
        }
      };

      return awaiter{};
    }

    void return_void() const noexcept {
      // nop
    }

    void unhandled_exception() const noexcept {
      std::terminate();
    }
  };

  explicit branch(std::coroutine_handle<promise_type> handle) noexcept
    : handle_(handle) {
  }

  branch(branch&& other) noexcept : handle_(std::exchange(other.handle_, {})) {
  }

  branch(const branch&) = delete;
  branch& operator=(const branch&) = delete;
  branch& operator=(branch&&) = delete;

  ~branch() {
    if (handle_)
      handle_.destroy();
  }

  void start(join& j) {
    handle_.promise().joined = &j;
    handle_.resume();
  }

private:
  std::coroutine_handle<promise_type> handle_;
};

/// Starts all branches and suspends until the last of them has ended.
struct join_awaiter {
  std::vector<branch>& branches;
  join state;

  bool await_ready() const noexcept {
    return branches.empty();
  }

  bool await_suspend(std::coroutine_handle<> parent) {
    state.pending = branches.size() + 1;
    state.parent = parent;
    for (auto& b : branches)
      b.start(state);
    return --state.pending != 0;
  }

  void await_resume() const noexcept {
    // nop
  }
};

/// Where a branch leaves what it made.
template <class T>
struct branch_slot {
  std::optional<T> value;
  std::exception_ptr exception;

  T take() {
    if (exception)
      std::rethrow_exception(exception);
    return std::move(*value);
  }
};

template <class T>
using made_by = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

template <>
struct branch_slot<void> {
  std::exception_ptr exception;

  std::monostate take() {
    if (exception)
      std::rethrow_exception(exception);
    return {};
  }
};

template <class T>
branch run_branch(async<T>& work, branch_slot<T>& slot) {
  try {
    if constexpr (std::is_void_v<T>)
      co_await work;
    else
      slot.value.emplace(co_await work);
  } catch (...) {
    slot.exception = std::current_exception();
  }
}

} // namespace detail

/// Runs all at once and waits for all, also when some fail; then throws what
/// the first in the list threw, if any did.
template <class T>
async<std::vector<T>> when_all(std::vector<async<T>> work) {
  std::vector<detail::branch_slot<T>> slots(work.size());
  std::vector<detail::branch> branches;
  branches.reserve(work.size());
  for (size_t i = 0; i < work.size(); ++i)
    branches.push_back(detail::run_branch(work[i], slots[i]));
  co_await detail::join_awaiter{branches, {}};
  std::vector<T> results;
  results.reserve(slots.size());
  for (auto& slot : slots)
    results.push_back(slot.take());
  co_return results;
}

/// The same for ones that make nothing.
inline async<void> when_all(std::vector<async<void>> work) {
  std::vector<detail::branch_slot<void>> slots(work.size());
  std::vector<detail::branch> branches;
  branches.reserve(work.size());
  for (size_t i = 0; i < work.size(); ++i)
    branches.push_back(detail::run_branch(work[i], slots[i]));
  co_await detail::join_awaiter{branches, {}};
  for (auto& slot : slots)
    slot.take();
}

/// The same for a fixed number of different ones. What makes nothing has a
/// `std::monostate` in the tuple.
template <class... Ts>
async<std::tuple<detail::made_by<Ts>...>>
when_all(async<Ts>... work) requires(sizeof...(Ts) > 0) {
  std::tuple<detail::branch_slot<Ts>...> slots;
  std::vector<detail::branch> branches;
  branches.reserve(sizeof...(Ts));
  auto start = [&]<size_t... Is>(std::index_sequence<Is...>) {
    auto all = std::tie(work...);
    (branches.push_back(
       detail::run_branch(std::get<Is>(all), std::get<Is>(slots))),
     ...);
  };
  start(std::index_sequence_for<Ts...>{});
  co_await detail::join_awaiter{branches, {}};
  co_return std::apply(
    [](auto&... xs) {
      return std::tuple<detail::made_by<Ts>...>{xs.take()...};
    },
    slots);
}

} // namespace troupe::core
