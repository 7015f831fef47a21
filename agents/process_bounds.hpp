#pragma once

#include "agents/usage_limits.hpp"
#include "core/payload.hpp"

#include <string>
#include <vector>

namespace troupe::agents {

/// What an agent grants the programs of `process.run`, whatever its tasks ask
/// for. No sandbox: a program may do all that this process may.
struct process_bounds {
  /// Programs start in one of these or below, once links have been followed; in
  /// the first if the task does not say where. Empty = wherever the task says.
  std::vector<std::string> directories = {};
  /// No program gets more; one for which the task asks nothing gets this.
  usage_limits limits = {};

  bool are_none() const noexcept;
};

/// The parameters of a task as they are carried out within these bounds.
/// `ec::invalid_argument`, permanent, if its directory is not among those.
/// Parameters that are not valid are left as they are.
core::result<core::json> within(const process_bounds& bounds,
                                core::json parameters);

} // namespace troupe::agents
