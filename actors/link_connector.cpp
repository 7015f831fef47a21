#include "actors/link_connector.hpp"

#include "actors/door_connection.hpp"

#include <utility>

namespace troupe::actors {

namespace {

constexpr core::duration connect_timeout = std::chrono::seconds{10};

} // namespace

connector_actor::behavior_type
link_connector_state::make_behavior(std::shared_ptr<link::dialer> dialer) {
  dialer_ = std::move(dialer);
  return {[this](dial x) {
    auto uplink = compat::sender_as<uplink_impl>(self_);
    auto made = connect(x.number);
    auto is_there = made.failure.code == core::ec::none;
    compat::send(self_, uplink, std::move(made));
    if (is_there)
      connection_->on_closed([uplink, number = x.number](const auto& why) {
        compat::anon_send(uplink, disconnected{number, why});
      });
  }};
}

dialled link_connector_state::connect(uint64_t number) {
  dialled result;
  result.number = number;
  connection_.reset();
  auto made = connect_to_door(self_->home_system(), *dialer_, connect_timeout);
  if (!made) {
    result.failure = std::move(made).error();
    return result;
  }
  connection_.emplace(std::move(made->line));
  result.door = std::move(made->door);
  result.token = connection_->token();
  return result;
}

connector_actor::behavior_type
link_connector(connector_actor::stateful_pointer<link_connector_state> self,
               std::shared_ptr<link::dialer> dialer) {
  return compat::state_of(self).make_behavior(std::move(dialer));
}

} // namespace troupe::actors
