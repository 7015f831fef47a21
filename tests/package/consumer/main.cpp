// An application as its author would write it: knows Troupe only as it is
// installed. Ends with 0 if its agent did what it was asked.

#include <troupe/actors/troupe.hpp>

#include <fmt/core.h>

#include <chrono>
#include <string>

using namespace std::chrono_literals;

int main() {
  troupe::runtime runtime;
  auto greet = [](troupe::task_context& ctx) {
    return "hello " + ctx.parameters().at("name").get<std::string>();
  };
  auto added
    = runtime.add_agent(troupe::agent_definition{"greeter"}.on("greet", greet));
  if (!added) {
    fmt::print("no agent: {}\n", to_string(added.error()));
    return 1;
  }
  auto greeting = runtime.execute({.name = "greet the consumer",
                                   .capabilities = {"greet"},
                                   .parameters = {{"name", "consumer"}}},
                                  30s);
  if (!greeting || !greeting->ended) {
    fmt::print("no greeting\n");
    return 1;
  }
  auto text = greeting->ended->result.value();
  fmt::print("{}\n", text.dump());
  return text == "hello consumer" ? 0 : 1;
}
