#pragma once

#include "actors/runtime.hpp"
#include "control/fleet.hpp"

#include <functional>
#include <string>

namespace troupe::cli {

/// The nodes of a runtime that listens, for calls about them.
class runtime_fleet : public control::fleet {
public:
  /// `drain` has the manager stop, with so much time for what runs.
  runtime_fleet(actors::runtime& troupe,
                std::function<void(core::duration)> drain);

  core::result<core::json> list_nodes() override;

  core::result<void> drain_node(const std::string& name, core::duration timeout,
                                const std::string& by) override;

  core::result<void> drain_manager(core::duration timeout,
                                   const std::string& by) override;

private:
  actors::runtime& troupe_;
  std::function<void(core::duration)> drain_;
};

} // namespace troupe::cli
