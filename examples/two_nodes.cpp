// Two processes: a manager, and a node that joins it with an agent. The
// manager's tasks run on the node, and a handler there submits a child that
// runs on the manager's own agent.

#include "actors/troupe.hpp"
#include "examples/need.hpp"

#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <chrono>
#include <map>
#include <sstream>
#include <string>
#include <utility>

using namespace std::chrono_literals;
using examples::need;

namespace {

/// Counts the words of a text, each letter of which another agent has made
/// small.
troupe::async<troupe::payload> count_words(troupe::task_context& ctx) {
  troupe::task_spec child;
  child.name = "make small";
  child.capabilities = {"lower"};
  child.parameters = ctx.parameters();
  auto small = co_await ctx.run(std::move(child));
  std::map<std::string, int> count;
  std::istringstream words{small.result.value().get<std::string>()};
  for (std::string word; words >> word;)
    ++count[word];
  co_return troupe::json(count);
}

std::string lower(troupe::task_context& ctx) {
  auto text = ctx.parameters().get<std::string>();
  for (auto& x : text)
    x = static_cast<char>(std::tolower(static_cast<unsigned char>(x)));
  return text;
}

/// The other process: works until it is told to leave.
int be_a_node(int ports) {
  uint16_t port = 0;
  if (::read(ports, &port, sizeof port) != sizeof port)
    return 1;
  troupe::runtime_options options;
  options.join.emplace();
  options.join->node.name = "east";
  options.join->link.host = "127.0.0.1";
  options.join->link.port = port;
  troupe::runtime node{std::move(options)};
  need(node.add_agent(
    troupe::agent_definition{"counter"}.on("count", count_words)));
  need(node.wait_until_joined(20s));
  char word = 0;
  // Closed when the manager has all it wanted.
  while (::read(ports, &word, 1) > 0)
    continue;
  need(node.stop(troupe::stop_mode::drain, 10s));
  return 0;
}

} // namespace

int main() {
  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0)
    return 1;
  // Before there are threads.
  auto child = ::fork();
  if (child == 0) {
    ::close(pipe[1]);
    return be_a_node(pipe[0]);
  }
  ::close(pipe[0]);
  troupe::runtime_options options;
  options.listen.emplace();
  troupe::runtime manager{std::move(options)};
  need(
    manager.add_agent(troupe::agent_definition{"typist"}.on("lower", lower)));
  auto port = manager.port();
  if (::write(pipe[1], &port, sizeof port) != sizeof port)
    return 1;
  auto counted
    = manager.execute({.name = "count",
                       .capabilities = {"count"},
                       .parameters = troupe::json("To be or not to be")},
                      30s);
  if (!counted || !counted->ended)
    return 1;
  auto& record = *counted->ended;
  auto where = std::string{"nowhere"};
  for (auto& agent : need(manager.status()).agents)
    if (agent.spec.id == record.agent)
      where = agent.spec.node;
  fmt::print("{} on node {}: {}\n", record.agent, where,
             record.result.value().dump());
  ::close(pipe[1]);
  int status = 0;
  ::waitpid(child, &status, 0);
  auto is_right = record.result.value()["to"] == 2 && where == "east";
  return is_right && status == 0 ? 0 : 1;
}
