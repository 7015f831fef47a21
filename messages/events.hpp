#pragma once

#include "core/event.hpp"
#include "messages/compat.hpp"

#include <vector>

namespace troupe::messages {

/// To the bus; the sequence numbers are its to give.
struct publish_events {
  std::vector<core::event> events;
};

/// To the bus, from a publisher that wants to be told of listeners_changed. It
/// answers that with what it holds, even if that is nothing.
struct attach_publisher {};

/// To the bus, from an observer: send me events from this number on (0 = from
/// now on), at most `credit` until I grant more.
struct subscribe {
  uint64_t from = 0;
  uint64_t credit = 0;
};

struct subscribed {
  /// The number the first event will have, unless some are dropped.
  uint64_t next = 0;
};

struct grant_credit {
  uint64_t credit = 0;
};

struct unsubscribe {};

/// From the bus to an observer.
struct events_published {
  std::vector<core::event> events;
};

/// Where an observer gets its events; threads can have one, too.
using event_observer_actor = compat::actor<void(events_published)>;

/// From the bus to whoever publishes: whether anybody listens right now. While
/// nobody does, events may be handed over late and in large batches.
struct listeners_changed {
  bool has_listeners = false;
};

/// Where the bus tells a publisher.
using event_publisher_actor = compat::actor<void(listeners_changed)>;

/// The EVENT BUS numbers what happens and passes it on.
using event_bus_actor
  = compat::actor<void(publish_events), subscribed(subscribe),
                  void(grant_credit), void(unsubscribe),
                  void(attach_publisher)>;

} // namespace troupe::messages
