#pragma once

#include <coroutine>

namespace troupe::actors {

class attempt;

/// What task_context::checkpoint() makes, to be awaited by coroutines at once.
class checkpoint_awaiter {
public:
  explicit checkpoint_awaiter(attempt& self) noexcept : self_(&self) {
  }

  checkpoint_awaiter(const checkpoint_awaiter&) = delete;
  checkpoint_awaiter& operator=(const checkpoint_awaiter&) = delete;
  ~checkpoint_awaiter();

  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<> handle);
  void await_resume() noexcept;

private:
  attempt* self_;
  std::coroutine_handle<> waiting_;
};

} // namespace troupe::actors
