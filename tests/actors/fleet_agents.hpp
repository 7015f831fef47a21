#pragma once

#include "actors/agent_definition.hpp"
#include "actors/task_context.hpp"
#include "core/task.hpp"

#include <string>
#include <utility>

namespace troupe::test {

inline core::task_spec fleet_task(std::string capability,
                                  core::payload parameters = {}) {
  core::task_spec spec;
  spec.name = capability;
  spec.capabilities = {std::move(capability)};
  spec.parameters = std::move(parameters);
  return spec;
}

inline core::task_spec echo_task(const std::string& text) {
  return fleet_task("echo", core::payload{{"text", text}});
}

inline core::payload child_result(const core::task_record& child) {
  return core::payload{{"child", child.result.value()}};
}

inline core::payload slept() {
  return core::payload{{"slept", true}};
}

/// Works until the time has passed.
inline actors::agent_definition sleeper(std::string id, core::duration time,
                                        int* runs = nullptr) {
  actors::agent_definition agent{std::move(id)};
  agent.slots(8);
  agent.on("sleep",
           [time,
            runs](actors::task_context& ctx) -> core::async<core::payload> {
             if (runs != nullptr)
               ++*runs;
             co_await ctx.sleep(time);
             co_return slept();
           });
  return agent;
}

inline actors::agent_definition echo(std::string id) {
  actors::agent_definition agent{std::move(id)};
  agent.slots(8);
  agent.on("echo", actors::cooperative([](actors::task_context& ctx) {
             return core::payload(ctx.parameters());
           }));
  return agent;
}

} // namespace troupe::test
