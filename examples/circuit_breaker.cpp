// A circuit breaker: what keeps failing is left alone for a while. After three
// failures in a row no more tasks are accepted for the service; when it has had
// time to recover, one task is let through to see, and if that goes well, all.

#include "actors/troupe.hpp"
#include "examples/need.hpp"

#include <fmt/core.h>

#include <chrono>
#include <vector>

using examples::need;
using troupe::event_kind;

namespace {

/// A dependency that is down for its first calls.
class service {
public:
  troupe::result<troupe::payload> call(troupe::task_context&) {
    if (++calls_ <= 3)
      return troupe::fail(troupe::ec::unavailable, "connection refused");
    return troupe::payload(troupe::json("the answer"));
  }

  int calls() const {
    return calls_;
  }

private:
  int calls_ = 0;
};

/// What happens to the circuit up to an event of this kind.
std::vector<event_kind> history(troupe::event_stream& events, event_kind last) {
  std::vector<event_kind> kinds;
  while (kinds.empty() || kinds.back() != last) {
    auto x = *events.next();
    if (x.subject != "ask")
      continue;
    fmt::print("{}: {}\n", to_string(x.kind), x.text);
    kinds.push_back(x.kind);
  }
  return kinds;
}

} // namespace

int main() {
  troupe::runtime_options options;
  options.circuits = troupe::circuit_options{
    .settings = {.failures_max = 3, .cool_down = std::chrono::seconds{1}}};
  troupe::runtime runtime{options};
  // One slot, and no thread of its own: no lock.
  service remote;
  need(runtime.add_agent(troupe::agent_definition{"client"}.slots(1).on(
    "ask",
    troupe::cooperative([&remote](auto& ctx) { return remote.call(ctx); }))));
  auto events = runtime.subscribe();
  const troupe::task_spec question{
    .name = "question", .capabilities = {"ask"}, .retry = {.max_retries = 0}};

  // Each of these fails, and the third is one too many.
  for (int i = 0; i < 3; ++i)
    need(runtime.wait(need(runtime.submit(question))));
  auto refused = runtime.submit(question);
  if (refused || refused.error().code != troupe::ec::circuit_open)
    return 1;
  fmt::print("{}\n", refused.error().message);
  auto calls_while_open = remote.calls();

  // The circuit says when it is worth trying again.
  auto seen = history(events, event_kind::circuit_half_open);
  auto probe = need(runtime.wait(need(runtime.submit(question))));
  auto closed = history(events, event_kind::circuit_closed);
  seen.insert(seen.end(), closed.begin(), closed.end());
  fmt::print("the probe is {}\n", to_string(probe.status));

  // An operator can shut it, too, e.g. while the service is being replaced.
  need(runtime.force_open_circuit("ask"));
  auto is_shut = !runtime.submit(question);
  need(runtime.reset_circuit("ask"));
  auto last = need(runtime.wait(need(runtime.submit(question))));

  auto circuit = need(runtime.circuits()).front();
  fmt::print("circuit '{}' is {}: {}\n", circuit.key, to_string(circuit.state),
             circuit.why);
  auto is_right = calls_while_open == 3
                  && seen
                       == std::vector{event_kind::circuit_opened,
                                      event_kind::circuit_half_open,
                                      event_kind::circuit_closed}
                  && probe.status == troupe::task_status::completed && is_shut
                  && last.status == troupe::task_status::completed
                  && circuit.state == troupe::circuit_state::closed
                  && remote.calls() == 5;
  return is_right ? 0 : 1;
}
