// Let it crash: an agent that is an actor of its own dies of a bad document,
// and is spawned again; the document is tried once more, and the others do not
// notice. When Troupe's own manager is killed in the middle of it, nothing is
// lost either.

#include "actors/troupe.hpp"
#include "examples/need.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

using examples::need;

namespace {

/// Counts words, and cannot bear a document without any, the first time.
troupe::agent_actor::behavior_type counter() {
  return {[](troupe::perform_task& x) {
    auto text = x.parameters.value().at("text").get<std::string>();
    if (text.empty() && x.key.number == 1)
      throw std::runtime_error{"an empty document"};
    auto words = text.empty() ? 0 : std::ranges::count(text, ' ') + 1;
    return troupe::task_performed{troupe::payload(troupe::json(words)), {}};
  }};
}

} // namespace

int main() {
  troupe::runtime runtime;
  auto spawned = std::make_shared<std::atomic<int>>(0);
  need(runtime.add_agent({.id = "counter", .capabilities = {"count"}},
                         [spawned](caf::actor_system& system) {
                           ++*spawned;
                           return system.spawn(counter);
                         }));
  auto events = runtime.subscribe();

  std::vector<troupe::task_id> ids;
  for (auto* text : {"one two three", "", "four five"})
    ids.push_back(need(runtime.submit({.name = "document",
                                       .capabilities = {"count"},
                                       .parameters = {{"text", text}}})));
  // Nobody should; but somebody may.
  caf::anon_send_exit(runtime.manager(), caf::exit_reason::kill);

  std::vector<int> words;
  for (auto& record : need(runtime.wait_all(ids)))
    words.push_back(record.result.value().get<int>());
  fmt::print("{} words, {} and {}; the agent was spawned {} times\n", words[0],
             words[1], words[2], spawned->load());

  need(runtime.stop());
  auto has_agent = false;
  auto has_manager = false;
  while (auto event = events.next()) {
    if (event->kind != troupe::event_kind::actor_restarted)
      continue;
    fmt::print("{} was started again: {}\n", event->subject, event->text);
    has_agent = has_agent || event->subject == "agent 'counter'";
    has_manager = has_manager || event->subject == "manager";
  }
  // More often if what was known of its first attempt died with the manager.
  return words == std::vector{3, 0, 2} && *spawned >= 2 && has_agent
             && has_manager
           ? 0
           : 1;
}
