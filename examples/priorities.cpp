// Who is served first: of what waits, always the most urgent, however late it
// came. Among equals it is first come, first served.

#include "actors/troupe.hpp"
#include "examples/need.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

using examples::need;

int main() {
  // One slot and no thread of its own: one after the other, and no lock.
  std::vector<std::string> served;
  auto serve = [&served](troupe::task_context& ctx) {
    served.push_back(ctx.task().name);
  };
  troupe::runtime runtime;
  need(runtime.add_agent(troupe::agent_definition{"desk"}.slots(1).on(
    "serve", troupe::cooperative(serve))));
  auto request = [&](const char* name, troupe::task_priority priority) {
    return need(runtime.submit(
      {.name = name, .capabilities = {"serve"}, .priority = priority}));
  };

  // The desk is closed while they come in.
  need(runtime.pause_queue("default"));
  using enum troupe::priority_level;
  request("tidy the attic", low);
  auto cellar = request("tidy the cellar", low);
  request("sort the post", normal);
  request("answer a letter", normal);
  request("call back", high);
  request("a number between the levels", 60);
  // A task may become more urgent while it waits.
  need(runtime.set_priority(cellar, 99));
  auto last = request("put out a fire", critical);
  fmt::print("{}\n", need(runtime.explain(last)));

  need(runtime.resume_queue("default"));
  runtime.wait_until_idle();
  fmt::print("{}\n", fmt::join(served, "\n"));
  return served == std::vector<std::string>{"put out a fire",
                                            "tidy the cellar",
                                            "call back",
                                            "a number between the levels",
                                            "sort the post",
                                            "answer a letter",
                                            "tidy the attic"}
           ? 0
           : 1;
}
