#pragma once

#include "actors/client.hpp"
#include "actors/countdown.hpp"
#include "actors/directory.hpp"
#include "actors/event_stream.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace troupe::actors {

/// An event_stream's connection to the bus: a window of events that have been
/// asked for, topped up as they are read. It goes on with the next bus when one
/// dies.
class event_stream::source {
public:
  static constexpr uint64_t window = 1024;

  source(caf::actor_system& system, std::shared_ptr<directory> where,
         uint64_t from)
    : where_(std::move(where)), client_(system), next_(from) {
    while (!subscribe() && find_next_bus(core::duration::max())) {
      // Died before it had answered.
    }
  }

  ~source() {
    compat::send(client_.self(), bus_, messages::unsubscribe{});
  }

  source(const source&) = delete;
  source& operator=(const source&) = delete;

  std::optional<core::event> next(core::duration timeout) {
    countdown time{timeout};
    while (read_ == buffer_.size()) {
      if (!is_open_)
        return std::nullopt;
      auto batch = client_.receive<messages::events_published>(time.left());
      if (batch) {
        buffer_ = std::move(batch->events);
        read_ = 0;
      } else if (batch.error().code == core::ec::timeout || !reconnect(time)) {
        return std::nullopt;
      }
    }
    auto x = std::move(buffer_[read_++]);
    next_ = x.sequence + 1;
    if (x.kind != core::event_kind::events_dropped && ++consumed_ >= window / 2)
      compat::send(client_.self(), bus_,
                   messages::grant_credit{std::exchange(consumed_, 0)});
    return x;
  }

  bool has_ended() const noexcept {
    return !is_open_ && read_ == buffer_.size();
  }

  uint64_t position() const noexcept {
    return next_;
  }

private:
  bool subscribe() {
    bus_ = where_->get().bus;
    consumed_ = 0;
    auto ok = client_.ask<messages::subscribed>(
      bus_, messages::subscribe{next_, window});
    is_open_ = ok.has_value();
    if (is_open_) {
      client_.watch(bus_);
      next_ = std::max<uint64_t>(next_, ok->next);
    }
    return is_open_;
  }

  /// False if there will be none, or not in time.
  bool find_next_bus(core::duration timeout) {
    return where_->wait_for(timeout, [this](const assembly& x) {
      return x.bus != bus_;
    });
  }

  bool reconnect(const countdown& time) {
    do {
      is_open_ = !where_->closed();
      if (!find_next_bus(time.left())) {
        is_open_ = !where_->closed();
        return false;
      }
    } while (!subscribe());
    return true;
  }

  std::shared_ptr<directory> where_;
  messages::event_bus_actor bus_;
  client client_;
  /// Number of the next event to be read; 0 = the first that comes.
  uint64_t next_ = 0;
  std::vector<core::event> buffer_;
  size_t read_ = 0;
  uint64_t consumed_ = 0;
  bool is_open_ = false;
};

} // namespace troupe::actors
