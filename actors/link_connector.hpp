#pragma once

#include "actors/uplink_messages.hpp"
#include "link/connection.hpp"
#include "link/dialer.hpp"

#include <memory>
#include <optional>

namespace troupe::actors {

/// Makes the connections of a node to its manager. To be spawned detached:
/// connecting blocks. Whoever ends it cancels the dialer first.
class link_connector_state {
public:
  static inline const char* name = "link-connector";

  explicit link_connector_state(connector_actor::pointer self) : self_(self) {
  }

  connector_actor::behavior_type
  make_behavior(std::shared_ptr<link::dialer> dialer);

private:
  dialled connect(uint64_t number);

  connector_actor::pointer self_;
  std::shared_ptr<link::dialer> dialer_;
  std::optional<link::connection> connection_;
};

connector_actor::behavior_type
link_connector(connector_actor::stateful_pointer<link_connector_state> self,
               std::shared_ptr<link::dialer> dialer);

} // namespace troupe::actors
