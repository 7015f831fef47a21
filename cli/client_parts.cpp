#include "cli/client_commands.hpp"
#include "cli/client_view.hpp"
#include "cli/exit_status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace troupe::cli {

namespace {

using renderer = std::string (*)(const core::json&, size_t, const palette&);

/// What a command is about: `queues` lists with `queues.list`, and does
/// something to the one that is the argument `queue`.
struct collection {
  client_action action;
  std::string_view name;
  const char* member;
  renderer render;
};

constexpr std::array<collection, 5> collections{{
  {client_action::queues, "queues", "queue", render_queues},
  {client_action::agents, "agents", "agent", render_agents},
  {client_action::nodes, "nodes", "node", render_nodes},
  {client_action::circuits, "circuits", "circuit", render_circuits},
  {client_action::schedules, "schedules", "schedule", render_schedules},
}};

int list_parts(const client_task& x, const collection& of) {
  auto answer = x.call(fmt::format("{}.list", of.name), core::json::object());
  if (!answer)
    return refuse(x.console, answer.error());
  if (x.options.is_json)
    return x.print_json(*answer);
  auto items = answer->value(std::string{of.name}, core::json::array());
  x.console.print(of.render(items, x.console.width, x.console.color));
  return exit_completed;
}

int change_part(const client_task& x, const collection& of) {
  auto arguments = x.options.arguments;
  arguments[of.member] = x.options.subject;
  auto answer = x.call(fmt::format("{}.{}", of.name, x.options.verb),
                       std::move(arguments));
  if (!answer)
    return refuse(x.console, answer.error());
  if (x.options.is_json)
    return x.print_json(*answer);
  if (auto started = answer->find("started"); started != answer->end())
    x.console.print(fmt::format("{} {}: {} started\n", of.member,
                                x.options.subject, started->dump()));
  else
    x.console.print(fmt::format("{} {}: {} done\n", of.member,
                                x.options.subject, x.options.verb));
  return exit_completed;
}

int print_stats(const client_task& x) {
  auto answer = x.call("stats.get", core::json::object());
  if (!answer)
    return refuse(x.console, answer.error());
  if (x.options.is_json)
    return x.print_json(*answer);
  x.console.print(render_stats(*answer));
  return exit_completed;
}

int drain_manager(const client_task& x) {
  auto answer = x.call("manager.drain", x.options.arguments);
  if (!answer)
    return refuse(x.console, answer.error());
  if (x.options.is_json)
    return x.print_json(*answer);
  x.console.print("The manager accepts nothing more, and stops when what runs "
                  "has ended.\n");
  return exit_completed;
}

} // namespace

int run_on_parts(const client_task& x) {
  if (x.options.action == client_action::stats)
    return print_stats(x);
  if (x.options.action == client_action::drain)
    return drain_manager(x);
  auto of = std::ranges::find(collections, x.options.action,
                              &collection::action);
  if (of == collections.end())
    return exit_usage;
  return x.options.verb.empty() ? list_parts(x, *of) : change_part(x, *of);
}

} // namespace troupe::cli
