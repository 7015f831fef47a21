// Dead letters: what failed for good is kept with all that was tried, until
// somebody has looked after it. Letters with a wrong address are mended one by
// one; those that only met a closed post office are all sent again.

#include "actors/troupe.hpp"
#include "examples/need.hpp"

#include <fmt/core.h>

#include <atomic>
#include <chrono>
#include <string>

using examples::need;

namespace {

std::atomic<bool> is_office_open{false};

troupe::result<troupe::payload> send(troupe::task_context& ctx) {
  auto to = ctx.parameters().at("to").get<std::string>();
  if (to.find('@') == std::string::npos)
    // Trying again cannot help.
    return troupe::fail(
      {troupe::ec::invalid_argument, "'" + to + "' is no address", true});
  if (!is_office_open)
    return troupe::fail(troupe::ec::unavailable, "the office is closed");
  return troupe::payload(troupe::json("sent to " + to));
}

troupe::task_spec letter(const std::string& to) {
  return {.name = "letter",
          .capabilities = {"send"},
          .parameters = {{"to", to}},
          .retry = {.max_retries = 2, .base = std::chrono::milliseconds{1}}};
}

void print(const troupe::task_record& dead) {
  fmt::print("{} to {}\n", dead.name(), dead.spec->parameters.dump());
  for (auto& x : dead.history)
    fmt::print("  {} {}{} {}\n", troupe::core::to_string(x.at),
               to_string(x.kind),
               x.attempt == 0 ? "" : fmt::format(" {}", x.attempt), x.detail);
}

} // namespace

int main() {
  troupe::runtime runtime;
  need(runtime.add_agent(
    troupe::agent_definition{"postman"}.on("send", troupe::cooperative(send))));
  for (auto* to : {"ada@example.org", "bob at example.org", "eve@example.org"})
    need(runtime.submit(letter(to)));
  runtime.wait_until_idle();
  auto dead = need(runtime.dead_letters());
  for (auto& x : dead.tasks)
    print(x);
  if (dead.tasks.size() != 3)
    return 1;

  // Each can be mended before it is tried again.
  is_office_open = true;
  auto wrong
    = need(runtime.dead_letters({.code = troupe::ec::invalid_argument}));
  auto& bob = wrong.tasks.at(0);
  auto mended = need(runtime.replay_dead_letter(
    bob.id(), {.parameters = troupe::payload{{"to", "bob@example.org"}}}));
  auto sent = need(runtime.wait(mended));
  fmt::print("{}, a new try of {}\n", sent.result.dump(),
             to_string(*sent.spec->replay_of));

  // And all that match at once, now that the reason is gone.
  auto report
    = need(runtime.replay_dead_letters({.code = troupe::ec::unavailable}));
  auto all_sent = true;
  for (auto& id : report.accepted) {
    auto record = need(runtime.wait(id));
    all_sent = all_sent && record.status == troupe::task_status::completed;
    fmt::print("{}\n", record.result.dump());
  }
  auto left = need(runtime.dead_letters()).tasks.size();
  auto is_right = sent.result.value() == "sent to bob@example.org"
                  && *sent.spec->replay_of == bob.id() && all_sent
                  && report.accepted.size() == 2 && report.refused.empty()
                  && left == 0;
  return is_right ? 0 : 1;
}
