#pragma once

#include "tests/support/deterministic_system.hpp"

#include <optional>

namespace troupe::test {

/// What an actor died of; nothing if it lives.
template <class Handle>
std::optional<caf::error>
end_of(deterministic_system& system, const Handle& who) {
  auto& self = system.self();
  // Of one that is dead already the news comes at once.
  self->monitor(who);
  if (!self->has_next_message()) {
    self->demonitor(who.address());
    return std::nullopt;
  }
  std::optional<caf::error> reason;
  self->receive([&](const caf::down_msg& x) { reason = x.reason; });
  return reason;
}

} // namespace troupe::test
