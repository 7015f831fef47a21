// The smallest application: an agent that greets, and one task for it.

#include "actors/troupe.hpp"

#include <fmt/core.h>

#include <chrono>
#include <string>

int main() {
  troupe::runtime runtime;
  auto greet = [](troupe::task_context& ctx) {
    return "Hello, " + ctx.parameters().at("name").get<std::string>() + "!";
  };
  runtime.add_agent(troupe::agent_definition{"greeter"}.on("greet", greet));
  auto greeting = runtime.execute({.name = "greet the world",
                                   .capabilities = {"greet"},
                                   .parameters = {{"name", "world"}}},
                                  std::chrono::seconds{30});
  if (!greeting || !greeting->ended)
    return 1;
  auto text = greeting->ended->result.value();
  fmt::print("{}\n", text.dump());
  return text == "Hello, world!" ? 0 : 1;
}
