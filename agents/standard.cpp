#include "agents/standard.hpp"

#include "agents/files.hpp"
#include "agents/process.hpp"
#include "agents/text.hpp"
#include "agents/timer.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace troupe::agents {

namespace {

using actors::agent_definition;
using actors::handler;
using actors::make_handler;
using actors::task_context;

/// So that what the program does outside can be known by who did it. Whatever
/// the task says itself stands.
void say_who_it_is(core::json& parameters, const task_context& ctx) {
  if (!parameters.is_object())
    return;
  auto& env = parameters["env"];
  if (env.is_null())
    env = core::json::object();
  if (!env.is_object())
    return;
  env.emplace("TROUPE_TASK", core::to_string(ctx.task().id));
  env.emplace("TROUPE_ATTEMPT", std::to_string(ctx.attempt_number()));
}

core::result<core::payload> run_process_task(task_context& ctx,
                                             const process_bounds& bounds) {
  auto parameters = within(bounds, ctx.parameters());
  if (!parameters)
    return core::fail(std::move(parameters.error()));
  say_who_it_is(*parameters, ctx);
  auto limit = core::duration::max();
  if (auto deadline = ctx.deadline())
    limit = *deadline - ctx.now();
  // What writes is alive.
  return run_process(*parameters, ctx.stop_token(), limit,
                     [&ctx] { ctx.heartbeat(); });
}

/// What blocks on files and programs; all but the timer.
template <core::result<core::payload> (*Function)(const core::json&)>
handler blocking() {
  return make_handler(
    [](task_context& ctx) { return Function(ctx.parameters()); });
}

handler handler_of(std::string_view capability, const process_bounds& bounds) {
  if (capability == "process.run")
    return make_handler(
      [bounds](task_context& ctx) { return run_process_task(ctx, bounds); });
  if (capability == "file.read")
    return blocking<read_file>();
  if (capability == "file.write")
    return blocking<write_file>();
  if (capability == "file.glob")
    return blocking<glob_files>();
  if (capability == "text.template")
    return blocking<fill_template>();
  return make_handler(sleep_for_a_while);
}

agent_definition make_agent(std::string id, std::string name, uint32_t slots,
                            std::string_view family) {
  agent_definition agent{std::move(id)};
  agent.name(std::move(name)).slots(slots);
  for (const auto& capability : standard_capabilities())
    if (capability.name.starts_with(family))
      add_standard(agent, capability.name);
  return agent;
}

} // namespace

agent_definition process_agent(std::string id, uint32_t slots) {
  return make_agent(std::move(id), "Runs programs", slots, "process.");
}

agent_definition file_agent(std::string id, uint32_t slots) {
  return make_agent(std::move(id), "Reads and writes files", slots, "file.");
}

agent_definition text_agent(std::string id, uint32_t slots) {
  return make_agent(std::move(id), "Fills in templates", slots, "text.");
}

agent_definition timer_agent(std::string id, uint32_t slots) {
  return make_agent(std::move(id), "Waits", slots, "timer.");
}

std::vector<agent_definition> standard_agents(const standard_options& options) {
  auto cores = std::max(1U, std::thread::hardware_concurrency());
  auto programs = options.process_slots != 0 ? options.process_slots : cores;
  std::vector<agent_definition> agents;
  auto& prefix = options.prefix;
  agents.push_back(process_agent(prefix + "process", programs));
  agents.push_back(file_agent(prefix + "file", options.file_slots));
  agents.push_back(text_agent(prefix + "text", options.text_slots));
  agents.push_back(timer_agent(prefix + "timer", options.timer_slots));
  return agents;
}

bool add_standard(agent_definition& agent, std::string_view capability,
                  const process_bounds& bounds) {
  if (!is_standard_capability(capability))
    return false;
  agent.add(std::string{capability}, handler_of(capability, bounds));
  // Its own `grace` decides how long a program has; then it is killed.
  if (capability == "process.run")
    agent.stop_grace(core::duration::zero());
  return true;
}

} // namespace troupe::agents
