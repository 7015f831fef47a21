#pragma once

#include "core/async.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace troupe::support {

using core::async;

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

inline async<int> number(int x) {
  co_return x;
}

inline async<int> throws(std::string what) {
  throw std::runtime_error(what);
  co_return 0;
}

inline async<int> number_after(gate& g, int x) {
  co_await g.wait();
  co_return x;
}

inline async<int> throws_after(gate& g, std::string what) {
  co_await g.wait();
  throw std::runtime_error(what);
}

/// What a coroutine throws when it is run to its end.
template <class T>
std::string thrown_by(async<T> work) {
  try {
    run(std::move(work));
  } catch (const core::failure& x) {
    return "failure " + to_string(x.reason());
  } catch (const std::runtime_error& x) {
    return x.what();
  }
  return "nothing";
}

inline async<int> holds(counted, gate& g, int& alive) {
  counted local{alive};
  co_await g.wait();
  co_return 1;
}

inline async<void> opens(gate& g) {
  g.open();
  co_return;
}

inline async<std::unique_ptr<int>> owned(int x) {
  co_return std::make_unique<int>(x);
}

inline async<std::string> text() {
  co_return "from a literal";
}

inline async<void> throws_nothing_but() {
  throw std::runtime_error("void");
  co_return;
}

} // namespace troupe::support
