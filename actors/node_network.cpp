#include "actors/node_network.hpp"

#include "actors/link_connector.hpp"
#include "actors/node_door.hpp"

#include <caf/io/middleman.hpp>

#include <fmt/format.h>

#include <utility>

namespace troupe::actors {

namespace {

/// Numbers count up: whoever is spawned now comes after all that CAF has
/// spawned for itself.
uint64_t next_actor_id(caf::actor_system& system) {
  auto last = system.spawn([](caf::event_based_actor*) {});
  return last.id();
}

} // namespace

node_network::node_network(caf::actor_system& system)
  : system_(system), actor_id_min_(next_actor_id(system)) {
}

node_network::~node_network() {
  stop();
}

core::result<void>
node_network::listen(const reference<messages::node_door_actor>& door,
                     link::listener_options options) {
  front_ = system_.spawn(node_front, door);
  auto published = system_.middleman().publish(front_, 0, "127.0.0.1", true);
  if (!published)
    return core::fail(
      core::ec::system_error,
      fmt::format("no port on 127.0.0.1 can be had: {}",
                  compat::describe(system_, published.error())));
  options.target_port = *published;
  options.limits.dialect = compat::is_modern ? link::basp_dialect::caf_1
                                             : link::basp_dialect::caf_0_17;
  options.limits.actor_id_min = actor_id_min_;
  auto made = link::listener::start(std::move(options));
  if (!made)
    return core::fail(std::move(made).error());
  listener_.set(*std::move(made));
  return {};
}

core::result<void> node_network::identify(const std::string& name,
                                          const std::string& token) const {
  auto listener = listener_.get();
  auto peer = listener ? listener->peer_of(token) : std::nullopt;
  if (!peer)
    return core::fail(core::ec::unavailable,
                      "the connection does not come over Troupe's link");
  if (peer->name == name)
    return {};
  return core::fail(core::error{
    core::ec::invalid_argument,
    fmt::format("node '{}' has come as '{}'", peer->name, name), true});
}

uint16_t node_network::port() const {
  auto listener = listener_.get();
  return listener ? listener->port() : 0;
}

core::result<void> node_network::prepare(link::dialer_options options) {
  options.limits.dialect = compat::is_modern ? link::basp_dialect::caf_1
                                             : link::basp_dialect::caf_0_17;
  options.limits.actor_id_min = actor_id_min_;
  auto made = link::dialer::make(std::move(options));
  if (!made)
    return core::fail(std::move(made).error());
  dialer_ = std::make_shared<link::dialer>(*std::move(made));
  return {};
}

core::result<door_connection>
node_network::connect(core::duration timeout) const {
  return connect_to_door(system_, *dialer_, timeout);
}

connector_actor node_network::make_connector() const {
  return system_.spawn<caf::detached>(link_connector, dialer_);
}

void node_network::stop() {
  if (dialer_)
    dialer_->cancel();
  if (auto listener = listener_.get())
    listener->stop();
  // The system would wait for its end, and nobody else ends it.
  if (front_)
    caf::anon_send_exit(std::exchange(front_, nullptr),
                        caf::exit_reason::user_shutdown);
}

} // namespace troupe::actors
