#include "actors/door_connection.hpp"

#include <caf/io/middleman.hpp>

#include <fmt/format.h>

#include <utility>

namespace troupe::actors {

core::result<door_connection> connect_to_door(caf::actor_system& system,
                                              link::dialer& dialer,
                                              core::duration timeout) {
  auto line = dialer.connect(timeout);
  if (!line)
    return core::fail(std::move(line).error());
  auto door = system.middleman().remote_actor<messages::node_door_actor>(
    "127.0.0.1", line->port());
  if (door)
    return door_connection{*std::move(line), *std::move(door)};
  if (auto closed = line->closed())
    return core::fail(core::ec::unavailable,
                      fmt::format("{}: {}", line->address(), closed->message));
  return core::fail(core::ec::unavailable,
                    fmt::format("{} is not a Troupe of this version of CAF: {}",
                                line->address(),
                                compat::describe(system, door.error())));
}

} // namespace troupe::actors
