#pragma once

#include "core/error.hpp"
#include "core/payload.hpp"
#include "core/time.hpp"

#include <string>

namespace troupe::control {

/// What a manager that listens for nodes can do besides its runtime. All
/// members may be called from several threads at once.
class fleet {
public:
  virtual ~fleet() = default;

  /// A list of objects, one per node, each with at least `name` and `state`.
  virtual core::result<core::json> list_nodes() = 0;

  /// The node takes no new attempts; those it runs have `timeout` to end.
  /// Returns when that has begun. `ec::unknown_agent` if there is none of this
  /// name.
  virtual core::result<void> drain_node(const std::string& name,
                                        core::duration timeout,
                                        const std::string& by)
    = 0;

  /// The manager accepts nothing more, gives what runs `timeout` to end, and
  /// leaves the rest in its journal. Returns when that has begun.
  virtual core::result<void>
  drain_manager(core::duration timeout, const std::string& by) = 0;

protected:
  fleet() = default;
  fleet(const fleet&) = default;
  fleet& operator=(const fleet&) = default;
};

} // namespace troupe::control
