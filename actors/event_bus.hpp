#pragma once

#include "core/event_log.hpp"
#include "messages/interfaces.hpp"
#include "messages/type_ids.hpp"

#include <vector>

namespace troupe::actors {

/// Numbers events, keeps the last of them, and sends them to observers as fast
/// as each of them grants credit.
class event_bus_state {
public:
  static inline const char* name = "event-bus";

  explicit event_bus_state(messages::event_bus_actor::pointer self)
    : self_(self) {
  }

  messages::event_bus_actor::behavior_type
  make_behavior(std::shared_ptr<core::event_log> log);

private:
  struct observer {
    messages::event_observer_actor handle;
    /// Number of the next event for it.
    uint64_t next = 0;
    uint64_t credit = 0;
  };

  /// An observer that waits for the publishers to hand over what they hold, so
  /// that "from now on" means that.
  struct newcomer {
    observer who;
    bool is_from_now = false;
    caf::typed_response_promise<messages::subscribed> promise;
  };

  void on_events(messages::publish_events& x);
  caf::result<messages::subscribed> on_subscribe(messages::subscribe x);
  observer* sender();
  void remove(const caf::actor_addr& who);
  void tell_publisher(bool has_listeners);
  void admit_newcomers();
  void serve(observer& x);

  messages::event_bus_actor::pointer self_;
  std::shared_ptr<core::event_log> log_;
  std::vector<observer> observers_;
  std::vector<newcomer> newcomers_;
  /// The manager.
  messages::event_publisher_actor publisher_;
};

/// The log outlives it: one that is started again goes on with it.
messages::event_bus_actor::behavior_type
event_bus(messages::event_bus_actor::stateful_pointer<event_bus_state> self,
          std::shared_ptr<core::event_log> log);

} // namespace troupe::actors
