#pragma once

#include "control/fleet.hpp"

#include <string>
#include <vector>

namespace troupe::test {

using core::json;

/// Notes what it is told.
class noted_fleet : public control::fleet {
public:
  core::result<json> list_nodes() override {
    return json::array({{{"name", "east"}, {"state", "alive"}}});
  }

  core::result<void> drain_node(const std::string& name, core::duration timeout,
                                const std::string& by) override {
    if (name != "east")
      return core::fail(core::ec::unknown_agent, "no node '" + name + "'");
    told.push_back(by + " drains " + name + " in " + core::to_string(timeout));
    return {};
  }

  core::result<void> drain_manager(core::duration timeout,
                                   const std::string& by) override {
    told.push_back(by + " drains all in " + core::to_string(timeout));
    return {};
  }

  std::vector<std::string> told;
};

} // namespace troupe::test
