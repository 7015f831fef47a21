#include "control/methods.hpp"
#include "control/views.hpp"

#include <array>

namespace troupe::control {

namespace {

core::result<core::json> list_agents(request& x) {
  if (auto good = x.arguments.finish(); !good)
    return core::fail(std::move(good.error()));
  auto status = x.around.troupe.status();
  if (!status)
    return core::fail(std::move(status.error()));
  return list_of("agents", status->agents);
}

core::result<core::json> pause_agent(request& x) {
  return with_text(x, "agent", [&](const std::string& id) {
    return x.around.troupe.pause_agent(id, x.by);
  });
}

core::result<core::json> resume_agent(request& x) {
  return with_text(x, "agent", [&](const std::string& id) {
    return x.around.troupe.resume_agent(id, x.by);
  });
}

core::result<core::json> remove_agent(request& x) {
  auto timeout = x.arguments.seconds("timeout_seconds", wait_max)
                   .value_or(std::chrono::seconds{30});
  auto is_at_once = x.arguments.boolean("at_once").value_or(false);
  return with_text(x, "agent", [&](const std::string& id) {
    return x.around.troupe.remove_agent(id,
                                        is_at_once
                                          ? actors::agent_removal::at_once
                                          : actors::agent_removal::drain,
                                        timeout, x.by);
  });
}

constexpr std::array<method, 4> agent_table{{
  {"agents.list", list_agents},
  {"agents.pause", pause_agent},
  {"agents.resume", resume_agent},
  {"agents.remove", remove_agent},
}};

} // namespace

std::span<const method> agent_methods() {
  return agent_table;
}

} // namespace troupe::control
