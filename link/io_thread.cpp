#include "link/io_thread.hpp"

#include <signal.h>

namespace troupe::link {

io_thread::io_thread() : work_(asio::make_work_guard(io_)) {
}

io_thread::~io_thread() {
  finish();
}

void io_thread::start() {
  thread_ = std::thread{[this] {
    run_without_signals(io_);
  }};
}

void io_thread::finish() {
  work_.reset();
  if (thread_.joinable())
    thread_.join();
}

void run_without_signals(asio::io_context& io) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
  io.run();
}

} // namespace troupe::link
