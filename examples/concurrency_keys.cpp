// One at a time of everything that must not meet: here work at two sites, which
// have a key each. Backups wait for each other; of releases only the newest is
// worth the work, so it takes the place of the one before it.

#include "actors/troupe.hpp"
#include "examples/need.hpp"

#include <fmt/core.h>

#include <atomic>
#include <map>
#include <string>

using examples::need;

int main() {
  std::map<std::string, std::atomic<int>> busy;
  for (auto* site : {"oslo", "lima"})
    busy[site] = 0;
  std::atomic<bool> have_met = false;

  troupe::runtime runtime;
  need(runtime.add_queue({.name = "backups"}));
  need(runtime.add_queue(
    {.name = "releases", .at_key_max = troupe::key_policy::cancel_oldest}));
  auto work = [&](troupe::task_context& ctx) {
    auto& here = busy.at(ctx.task().concurrency_key);
    if (++here > 1)
      have_met = true;
    --here;
    return ctx.task().name;
  };
  need(runtime.add_agent(
    troupe::agent_definition{"crew"}.slots(4).on("visit", work)));
  auto request = [&](const char* queue, std::string name, const char* site) {
    return need(runtime.submit({.name = std::move(name),
                                .capabilities = {"visit"},
                                .queue = queue,
                                .concurrency_key = site}));
  };

  // By default one too many waits, and lets those of other sites pass.
  for (int i = 0; i < 50; ++i)
    request("backups", fmt::format("backup {}", i), i % 2 ? "oslo" : "lima");
  runtime.wait_until_idle();

  need(runtime.pause_queue("releases"));
  auto first = request("releases", "oslo 1", "oslo");
  auto other = request("releases", "lima 1", "lima");
  auto second = request("releases", "oslo 2", "oslo");
  need(runtime.resume_queue("releases"));
  auto old = need(runtime.wait(first));
  fmt::print("{}: {}\n", old.name(), troupe::core::to_string(*old.failure));
  auto is_done = [&](const troupe::task_id& id) {
    return need(runtime.wait(id)).status == troupe::task_status::completed;
  };
  return old.failure->code == troupe::ec::superseded && is_done(second)
             && is_done(other) && !have_met
           ? 0
           : 1;
}
