// Tasks share what an agent has: here the memory of a machine. It has slots for
// all of them, but no more run at once than fit; and the big one gets its turn,
// though small ones keep waiting beside it.

#include "actors/troupe.hpp"
#include "examples/need.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <mutex>
#include <numeric>
#include <string>
#include <vector>

using examples::need;

namespace {

constexpr double gigabytes = 8;

/// What runs, and the most that was in use at once.
class meter {
public:
  void begin(const troupe::task_spec& task) {
    std::lock_guard guard{mutex_};
    begun_.push_back(task.name);
    used_ += task.resources.at(0).amount;
    most_ = std::max(most_, used_);
  }

  void end(const troupe::task_spec& task) {
    std::lock_guard guard{mutex_};
    used_ -= task.resources.at(0).amount;
  }

  double most() const {
    return most_;
  }

  const std::vector<std::string>& begun() const {
    return begun_;
  }

private:
  std::mutex mutex_;
  std::vector<std::string> begun_;
  double used_ = 0;
  double most_ = 0;
};

/// Work that takes a moment.
double sort_numbers(size_t count) {
  std::vector<double> numbers(count);
  std::iota(numbers.rbegin(), numbers.rend(), 0.0);
  std::sort(numbers.begin(), numbers.end());
  return numbers.back();
}

} // namespace

int main() {
  meter memory;
  troupe::runtime runtime;
  need(runtime.add_queue({.name = "sorting", .max_concurrent = 0}));
  need(runtime.add_agent(troupe::agent_definition{"machine"}
                           .slots(16)
                           .resource("memory", gigabytes)
                           .on("sort", [&](troupe::task_context& ctx) {
                             memory.begin(ctx.task());
                             auto last = sort_numbers(200'000);
                             memory.end(ctx.task());
                             return last;
                           })));
  auto request = [&](std::string name, double amount) {
    return need(runtime.submit({.name = std::move(name),
                                .capabilities = {"sort"},
                                .queue = "sorting",
                                .resources = {{"memory", amount}}}));
  };
  for (int i = 0; i < 20; ++i)
    request(fmt::format("small {}", i), 2);
  request("big", 7);
  for (int i = 20; i < 40; ++i)
    request(fmt::format("small {}", i), 2);
  auto giant = request("giant", 64);
  fmt::print("giant: {}\n", need(runtime.explain(giant)));
  need(runtime.cancel(giant));

  runtime.wait_until_idle();
  auto& begun = memory.begun();
  auto place = std::find(begun.begin(), begun.end(), "big") - begun.begin();
  fmt::print("{} tasks, never more than {} GB; big was number {}\n",
             begun.size(), memory.most(), place + 1);
  return begun.size() == 41 && memory.most() <= gigabytes ? 0 : 1;
}
