// An answer at once if it is quick, else a ticket to ask for it later: the way
// of a server that must not keep its callers waiting. Nothing is done twice;
// what takes longer simply goes on.

#include "actors/troupe.hpp"
#include "examples/need.hpp"

#include <fmt/core.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

using examples::need;
using namespace std::chrono_literals;

namespace {

/// How many primes are below a limit, by the sieve of Eratosthenes.
uint64_t count_primes(troupe::task_context& ctx) {
  auto limit = ctx.parameters().at("below").get<uint64_t>();
  std::vector<bool> is_composite(limit);
  uint64_t primes = 0;
  for (uint64_t i = 2; i < limit; ++i) {
    if (is_composite[i])
      continue;
    ++primes;
    for (auto j = i * i; j < limit; j += i)
      is_composite[j] = true;
  }
  return primes;
}

/// As a server would answer its caller.
std::string answer(const troupe::execution& x) {
  if (!x.ended)
    return "202 come back with " + to_string(x.id);
  if (x.ended->failure)
    return "500 " + to_string(*x.ended->failure);
  return "200 " + x.ended->result.dump();
}

troupe::task_spec counting(uint64_t below, const char* queue) {
  return {.name = fmt::format("primes below {}", below),
          .capabilities = {"count_primes"},
          .parameters = {{"below", below}},
          .queue = queue};
}

} // namespace

int main() {
  // What is in `overnight` waits until somebody says so.
  troupe::runtime runtime(
    {.queues = {{.name = "overnight", .auto_start = false}}});
  need(runtime.add_agent(
    troupe::agent_definition{"sieve"}.on("count_primes", count_primes)));

  auto quick = need(runtime.execute(counting(1000, "default"), 30s));
  fmt::print("{}\n", answer(quick));

  auto large = need(runtime.execute(counting(10'000'000, "overnight"), 10ms));
  fmt::print("{}\n", answer(large));
  fmt::print("{}\n", need(runtime.explain(large.id)));
  auto started = need(runtime.process_queue("overnight"));

  // Later, by the ticket.
  auto ended = need(runtime.wait(large.id));
  fmt::print("{}\n", answer({.id = large.id, .ended = ended}));
  return answer(quick) == "200 168" && !large.ended && started == 1
             && ended.result.value() == 664'579
           ? 0
           : 1;
}
