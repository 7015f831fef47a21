#include "cli/runtime_fleet.hpp"

#include <utility>

namespace troupe::cli {

namespace {

core::json describe_node(const core::node_info& x) {
  auto state = x.is_awaited    ? "awaited"
               : x.is_draining ? "draining"
                               : core::to_string(x.health);
  core::json result{
    {"name", x.spec.name},
    {"state", state},
    {"agents", x.agents},
    {"running", x.running},
    {"joined", core::to_string(x.joined)},
    {"last_heard", core::to_string(x.last_heard)},
    {"reconnections", x.reconnections},
  };
  if (!x.spec.labels.empty()) {
    auto& labels = result["labels"] = core::json::object();
    for (auto& [key, value] : x.spec.labels)
      labels[key] = value;
  }
  if (!x.spec.resources.empty()) {
    auto& resources = result["resources"] = core::json::object();
    for (auto& amount : x.spec.resources)
      resources[amount.name] = amount.amount;
  }
  return result;
}

} // namespace

runtime_fleet::runtime_fleet(actors::runtime& troupe,
                             std::function<void(core::duration)> drain)
  : troupe_(troupe), drain_(std::move(drain)) {
}

core::result<core::json> runtime_fleet::list_nodes() {
  auto nodes = troupe_.nodes();
  if (!nodes)
    return core::fail(std::move(nodes).error());
  auto result = core::json::array();
  for (auto& x : *nodes)
    result.push_back(describe_node(x));
  return result;
}

core::result<void> runtime_fleet::drain_node(const std::string& name,
                                             core::duration timeout,
                                             const std::string& by) {
  return troupe_.drain_node(name, timeout, by);
}

core::result<void> runtime_fleet::drain_manager(core::duration timeout,
                                                const std::string&) {
  drain_(timeout);
  return {};
}

} // namespace troupe::cli
