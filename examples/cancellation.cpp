// Cancelling: what waits is taken out of its line, what runs is told to stop,
// with all it started. A coroutine is gone where it waits; a blocking handler
// sees its stop token fire; a program and its children are ended.

#include "actors/troupe.hpp"
#include "agents/standard.hpp"
#include "examples/need.hpp"

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <limits>
#include <mutex>
#include <string>

using examples::need;

namespace {

std::atomic<int> stopped{0};

/// A blocking handler that waits for something, and for its stop token.
void watch(troupe::task_context& ctx) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock guard{mutex};
  never.wait(guard, ctx.stop_token(), [] { return false; });
  ++stopped;
}

/// A coroutine: its destructors run where it waits.
troupe::async<troupe::payload> doze(troupe::task_context& ctx) {
  struct on_end {
    ~on_end() {
      ++stopped;
    }
  } counts;

  co_await ctx.sleep(std::chrono::hours{1});
  co_return troupe::payload{};
}

/// Cancels a task as soon as it runs; true if that is how it ended.
bool cancel(troupe::runtime& runtime, troupe::event_stream& events,
            const troupe::task_id& id) {
  for (auto x = *events.next();
       x.kind != troupe::event_kind::task_started || x.task != id;)
    x = *events.next();
  need(runtime.cancel(id));
  auto record = need(runtime.wait(id));
  fmt::print("{} is {}\n", record.name(), to_string(record.status));
  return record.status == troupe::task_status::cancelled;
}

} // namespace

int main() {
  troupe::runtime runtime;
  need(runtime.add_agent(troupe::agent_definition{"guard"}
                           .slots(1)
                           .on("watch", watch)
                           .on("doze", doze)));
  need(runtime.add_agent(troupe::agents::process_agent("programs", 1)));
  auto events = runtime.subscribe();

  auto watching = need(runtime.submit(
    troupe::task_spec{.name = "watch", .capabilities = {"watch"}}));
  // This one finds no slot and never runs.
  auto waiting = need(runtime.submit(
    troupe::task_spec{.name = "wait in line", .capabilities = {"doze"}}));
  need(runtime.cancel(waiting));
  auto is_right = cancel(runtime, events, watching);
  is_right = cancel(runtime, events,
                    need(runtime.submit(troupe::task_spec{
                      .name = "doze", .capabilities = {"doze"}})))
             && is_right;

  // A program that starts another. Both hold a pipe open as long as they live.
  auto pipe = std::filesystem::temp_directory_path()
              / fmt::format("troupe-cancellation-{}", ::getpid());
  ::mkfifo(pipe.c_str(), 0600);
  auto program = need(runtime.submit(troupe::task_spec{
    .name = "program",
    .capabilities = {"process.run"},
    .parameters
    = {{"shell", fmt::format("exec 3> {}; sleep 300 & echo $! >&3; wait",
                             pipe.string())}}}));
  int child = 0;
  std::ifstream programs{pipe};
  programs >> child;
  std::filesystem::remove(pipe);
  is_right = cancel(runtime, events, program) && is_right;

  // stop() waits until all handlers have returned.
  need(runtime.stop());
  // The end of the pipe comes when nobody is left who could write to it.
  programs.ignore(std::numeric_limits<std::streamsize>::max());
  fmt::print("{} handlers saw it; the program's child {} is gone\n",
             stopped.load(), child);
  return is_right && stopped == 2 && child > 0 ? 0 : 1;
}
