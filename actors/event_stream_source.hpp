#pragma once

#include "actors/client.hpp"
#include "actors/event_stream.hpp"

#include <cstddef>
#include <vector>

namespace troupe::actors {

/// An event_stream's connection to the bus: a window of events that have been
/// asked for, topped up as they are read.
class event_stream::source {
public:
  static constexpr uint64_t window = 1024;

  source(caf::actor_system& system, messages::event_bus_actor bus,
         uint64_t from)
    : bus_(std::move(bus)), client_(system) {
    client_.watch(bus_);
    auto ok = client_.ask<messages::subscribed>(
      bus_, messages::subscribe{from, window});
    is_open_ = ok.has_value();
  }

  ~source() {
    compat::send(client_.self(), bus_, messages::unsubscribe{});
  }

  source(const source&) = delete;
  source& operator=(const source&) = delete;

  std::optional<core::event> next(core::duration timeout) {
    while (read_ == buffer_.size()) {
      if (!is_open_)
        return std::nullopt;
      auto batch = client_.receive<messages::events_published>(timeout);
      if (!batch) {
        is_open_ = batch.error().code == core::ec::timeout;
        return std::nullopt;
      }
      buffer_ = std::move(batch->events);
      read_ = 0;
    }
    auto x = std::move(buffer_[read_++]);
    if (x.kind != core::event_kind::events_dropped && ++consumed_ >= window / 2)
      compat::send(client_.self(), bus_,
                   messages::grant_credit{std::exchange(consumed_, 0)});
    return x;
  }

  bool has_ended() const noexcept {
    return !is_open_ && read_ == buffer_.size();
  }

private:
  messages::event_bus_actor bus_;
  client client_;
  std::vector<core::event> buffer_;
  size_t read_ = 0;
  uint64_t consumed_ = 0;
  bool is_open_ = false;
};

} // namespace troupe::actors
