// Agents that ask others: a coroutine has its number split by another agent and
// then both parts factorised, at once, by agents such as itself. While it waits
// it holds neither a thread nor a slot; so ten thousand can wait at two slots.

#include "actors/troupe.hpp"
#include "examples/need.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <utility>
#include <vector>

using examples::need;

namespace {

constexpr uint64_t first_number = 1'000'000;
constexpr uint64_t numbers = 10'000;

/// The largest divisor that is not above the square root.
uint64_t split(troupe::task_context& ctx) {
  auto n = ctx.parameters().get<uint64_t>();
  uint64_t found = 1;
  for (uint64_t i = 2; i * i <= n; ++i)
    if (n % i == 0)
      found = i;
  return found;
}

troupe::task_spec splitting(uint64_t n) {
  return {.name = fmt::format("split {}", n),
          .capabilities = {"split"},
          .parameters = troupe::json(n),
          .queue = "splitting"};
}

troupe::async<troupe::payload> factorise(troupe::task_context& ctx) {
  auto n = ctx.parameters().get<uint64_t>();
  // run() gives the whole record, and lets one choose the queue.
  auto ended = co_await ctx.run(splitting(n));
  auto divisor = ended.result.value().get<uint64_t>();
  if (divisor == 1)
    co_return troupe::json::array({n});
  // ask() gives the result, from whichever agent is able to do it.
  troupe::json low(divisor);
  troupe::json high(n / divisor);
  auto [some, others] = co_await ctx.when_all(ctx.ask("factorise", low),
                                              ctx.ask("factorise", high));
  auto factors = some.value();
  std::ranges::copy(others.value(), std::back_inserter(factors));
  std::sort(factors.begin(), factors.end());
  co_return factors;
}

/// How many threads this process has.
auto threads() {
  return std::distance(std::filesystem::directory_iterator{"/proc/self/task"},
                       std::filesystem::directory_iterator{});
}

/// Whether these are factors of `n`, and not one of them has any itself.
bool are_prime_factors(const troupe::json& factors, uint64_t n) {
  uint64_t product = 1;
  for (auto factor : factors.get<std::vector<uint64_t>>()) {
    for (uint64_t i = 2; i * i <= factor; ++i)
      if (factor % i == 0)
        return false;
    product *= factor;
  }
  return product == n;
}

} // namespace

int main() {
  troupe::runtime runtime(
    {.queues = {{.name = "splitting"}}, .threads = 2, .events_kept = 65536});
  need(runtime.add_agent(troupe::agent_definition{"mathematician"}.slots(2).on(
    "factorise", factorise)));
  need(runtime.add_agent(troupe::agent_definition{"calculator"}.slots(2).on(
    "split", troupe::cooperative(split))));

  // Nothing is split yet, so all of them come to wait.
  need(runtime.pause_queue("splitting"));
  auto events = runtime.subscribe();
  std::vector<troupe::task_spec> specs;
  for (auto n = first_number; n < first_number + numbers; ++n)
    specs.push_back({.name = fmt::format("factorise {}", n),
                     .capabilities = {"factorise"},
                     .parameters = troupe::json(n)});
  auto ids = need(runtime.submit(std::move(specs)));
  for (uint64_t submitted = 0; submitted < 2 * numbers;)
    if (events.next()->kind == troupe::event_kind::task_submitted)
      ++submitted;
  auto threads_then = threads();
  fmt::print("{} coroutines wait, {} threads\n", numbers, threads_then);

  need(runtime.resume_queue("splitting"));
  uint64_t right = 0;
  for (auto& ended : need(runtime.wait_all(ids)))
    if (are_prime_factors(ended.result.value(),
                          ended.spec->parameters.value().get<uint64_t>()))
      ++right;
  fmt::print("{} numbers factorised by {} tasks\n", right,
             need(runtime.stats()).submitted);
  return right == numbers && threads_then < 20 ? 0 : 1;
}
