// What is asked for twice is done once. A shop does not know whether its order
// has arrived, so it sends it again, with the same key. And of three who want
// the shelves counted, two get the count that is under way.

#include "actors/troupe.hpp"
#include "examples/need.hpp"

#include <fmt/core.h>

#include <atomic>
#include <string>

using examples::need;

int main() {
  std::atomic<int> parcels = 0;
  std::atomic<int> counts = 0;
  troupe::runtime runtime;
  auto pack = [&](troupe::task_context&) {
    return ++parcels;
  };
  auto count = [&](troupe::task_context&) {
    return ++counts;
  };
  need(runtime.add_agent(
    troupe::agent_definition{"warehouse"}.on("pack", pack).on("count", count)));
  auto order = [](std::string what) {
    return troupe::task_spec{
      .name = "order 17",
      .capabilities = {"pack"},
      .parameters = {{"what", std::move(what)}},
      .keys = troupe::submission_keys{.submission = "order 17"},
    };
  };
  auto first = need(runtime.submit(order("three chairs")));
  need(runtime.wait(first));
  auto again = need(runtime.submit_or_find(order("three chairs")));
  auto other = runtime.submit(order("four chairs"));
  if (!other)
    fmt::print("{}\n", troupe::core::to_string(other.error()));

  // Nothing starts, so that they all come while the first one waits.
  need(runtime.pause_queue("default"));
  auto inventory = [&](std::string by) {
    return need(runtime.submit_or_find(
      {.name = "inventory for " + by,
       .capabilities = {"count"},
       .keys = troupe::submission_keys{.unique = "inventory",
                                       .unique_while
                                       = troupe::uniqueness::unfinished}}));
  };
  auto ann = inventory("Ann");
  auto bob = inventory("Bob");
  auto cay = inventory("Cay");
  need(runtime.resume_queue("default"));
  auto counted = need(runtime.wait(bob.id));
  fmt::print("Bob gets what '{}' found\n", counted.name());
  auto is_once = !again.is_new && again.id == first && parcels == 1;
  auto is_shared = ann.is_new && bob.id == ann.id && cay.id == ann.id
                   && counts == 1;
  return is_once && is_shared && !other
             && other.error().code == troupe::ec::key_conflict
           ? 0
           : 1;
}
