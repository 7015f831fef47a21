#pragma once

#include "core/event.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace troupe::actors {

/// Events as they happen, pulled one by one by one thread. The buffer between
/// the event bus and this is bounded: an observer that falls behind further
/// than the bus keeps events gets one `events_dropped` in their place.
class event_stream {
public:
  class source;

  explicit event_stream(std::unique_ptr<source> from);
  event_stream(event_stream&&) noexcept;
  event_stream& operator=(event_stream&&) noexcept;

  /// Unsubscribes.
  ~event_stream();

  /// The next event; nothing if none came within `timeout` or the runtime has
  /// stopped and all was read (see has_ended()).
  std::optional<core::event>
  next(core::duration timeout = core::duration::max());

  bool has_ended() const noexcept;

  /// The number that the next event will have, or a greater one: from where
  /// another stream goes on without a gap.
  uint64_t position() const noexcept;

private:
  std::unique_ptr<source> source_;
};

} // namespace troupe::actors
