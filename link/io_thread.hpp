#pragma once

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>

#include <thread>

namespace troupe::link {

/// A thread on which all handlers of an io_context run, until there is nothing
/// left to wait for and finish() has been called. Not part of the interface.
class io_thread {
public:
  io_thread();
  io_thread(const io_thread&) = delete;
  io_thread& operator=(const io_thread&) = delete;

  /// As finish().
  ~io_thread();

  asio::io_context& io() noexcept {
    return io_;
  }

  void start();

  /// Waits for the thread's end; what it has open has to be closed by then.
  /// Must not be called on the thread.
  void finish();

private:
  // Handlers of one thread need no locks.
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::thread thread_;
};

/// Runs it until it has no more work, with all signals left to other threads.
void run_without_signals(asio::io_context& io);

} // namespace troupe::link
