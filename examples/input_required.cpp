// A human in the loop: an agent asks before it spends money. While it waits it
// holds neither a thread nor the agent's only slot; a wrong answer is refused
// with the reason, and a question nobody answers in time has an end, too.

#include "actors/troupe.hpp"
#include "examples/need.hpp"

#include <fmt/core.h>

#include <chrono>
#include <string>

using examples::need;

namespace {

troupe::async<troupe::payload> buy(troupe::task_context& ctx) {
  auto what = ctx.parameters().at("what").get<std::string>();
  // Made before it is used: g++ 12 cannot take braces within a co_await.
  const troupe::payload schema{
    {"type", "object"},
    {"required", {"approve"}},
    {"properties",
     {{"approve", {{"type", "boolean"}}},
      {"limit", {{"type", "integer"}, {"minimum", 1}, {"maximum", 500}}}}}};
  auto answer = co_await ctx.input("May I buy " + what + "?", schema);
  if (!answer.value().at("approve").get<bool>())
    co_return troupe::fail(
      {troupe::ec::handler_failed, "nobody wants " + what, true});
  // The till fails at first. The next attempt is not asked again.
  if (ctx.attempt_number() == 1)
    co_return troupe::fail(troupe::ec::unavailable, "the till is stuck");
  co_return troupe::payload("bought " + what + " for at most "
                            + answer.value().at("limit").dump());
}

troupe::async<troupe::payload> hurry(troupe::task_context& ctx) {
  try {
    co_return co_await ctx.input("Now?", {}, std::chrono::milliseconds{20});
  } catch (const troupe::failure& what) {
    co_return troupe::payload(to_string(what.reason()));
  }
}

/// Waits for the next question.
troupe::event next_question(troupe::event_stream& events) {
  auto x = *events.next();
  while (x.kind != troupe::event_kind::task_input_required)
    x = *events.next();
  fmt::print("asked: {} {}\n", x.text, x.data.value().at("schema").dump());
  return x;
}

} // namespace

int main() {
  troupe::runtime runtime;
  need(runtime.add_agent(troupe::agent_definition{"buyer"}
                           .slots(1)
                           .on("buy", buy)
                           .on("hurry", hurry)));
  auto events = runtime.subscribe();
  auto chair = need(runtime.submit(
    troupe::task_spec{.name = "chair",
                      .capabilities = {"buy"},
                      .parameters = {{"what", "a chair"}},
                      .retry = {.base = std::chrono::milliseconds{1}}}));
  next_question(events);

  // The slot is free meanwhile; this question has a deadline.
  auto hurried = need(runtime.wait(need(runtime.submit(
    troupe::task_spec{.name = "hurried", .capabilities = {"hurry"}}))));
  fmt::print("{}\n", hurried.result.dump());

  auto open = need(runtime.pending_inputs());
  fmt::print("'{}' waits: {}\n", open.at(0).name,
             need(runtime.explain(open.at(0).task)));
  auto refused = runtime.provide_input(chair,
                                       {{"approve", true}, {"limit", 1000}});
  if (refused)
    return 1;
  fmt::print("refused: {}\n", refused.error().message);
  need(runtime.provide_input(chair, {{"approve", true}, {"limit", 80}}));
  auto bought = need(runtime.wait(chair));
  fmt::print("{} in attempt {}\n", bought.result.dump(), bought.attempt);

  auto is_right
    = hurried.result.value().get<std::string>().starts_with(
        "timeout: nobody answered 'Now?' within ")
      && open.size() == 1
      && refused.error().message
           == "the answer to 'May I buy a chair?': /limit: must be at most "
              "500, not 1000"
      && bought.result.value() == "bought a chair for at most 80"
      && bought.attempt == 2 && need(runtime.pending_inputs()).empty();
  return is_right ? 0 : 1;
}
