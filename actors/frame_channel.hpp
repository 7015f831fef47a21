#pragma once

#include "core/resend_window.hpp"
#include "messages/nodes.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace troupe::actors {

/// One end of the two streams of a session: makes frames of batches, and
/// batches of frames. Frames are small, so that nothing large holds up signs of
/// life, and only so many are on their way at once.
class frame_channel {
public:
  static constexpr size_t frame_bytes_max = 64 * 1024;
  /// On their way; what a link of 1 Gbit/s takes in about 30 ms.
  static constexpr size_t window_bytes = 4 * 1024 * 1024;
  /// Likewise: or the receiver would have too much to do at once.
  static constexpr size_t window_frames = 256;

  /// No longer batch is taken in: do not push one either.
  explicit frame_channel(size_t batch_bytes_max = SIZE_MAX)
    : batch_bytes_max_(batch_bytes_max) {
  }

  /// Keeps a batch until it has been received.
  void push(std::string bytes) {
    size_t from = 0;
    for (; bytes.size() - from > frame_bytes_max; from += frame_bytes_max)
      push_piece({bytes.substr(from, frame_bytes_max), false});
    push_piece({from == 0 ? std::move(bytes) : bytes.substr(from), true});
  }

  /// Calls `send(messages::node_frame)` for all that may go on its way now.
  template <class F>
  void send(uint64_t session, F send) {
    for (auto& x : sending_.unacknowledged_from(sent_ + 1)) {
      auto on_way = sending_.bytes() - unsent_bytes_;
      if (x.number - sending_.acknowledged() > window_frames
          || (on_way > 0 && on_way + x.bytes > window_bytes))
        break;
      unsent_bytes_ -= x.bytes;
      sent_ = x.number;
      send(messages::node_frame{session, x.number,
                                receiving_.take_acknowledgement(),
                                x.message->is_last, x.message->bytes});
    }
  }

  /// All that was pushed is on its way or there: the moment for more.
  bool has_room() const noexcept {
    return sent_ == sending_.last();
  }

  uint64_t last_pushed() const noexcept {
    return sending_.last();
  }

  /// False if that cannot be.
  bool acknowledged(uint64_t number) {
    return number <= sent_ && sending_.acknowledge(number);
  }

  uint64_t acknowledged_number() const noexcept {
    return sending_.acknowledged();
  }

  bool is_all_acknowledged() const noexcept {
    return sending_.count() == 0;
  }

  /// A frame has come; a batch if it is whole with it. Check `arrival` for a
  /// gap, after which the connection is of no use, and is_broken().
  std::optional<std::string> receive(messages::node_frame& x,
                                     core::arrival& arrival) {
    arrival = receiving_.receive(x.number);
    if (arrival != core::arrival::is_new)
      return std::nullopt;
    if (partial_.size() + x.bytes.size() > batch_bytes_max_)
      is_broken_ = true;
    if (is_broken_)
      return std::nullopt;
    if (partial_.empty())
      partial_ = std::move(x.bytes);
    else
      partial_ += x.bytes;
    if (!x.is_last)
      return std::nullopt;
    return std::exchange(partial_, {});
  }

  /// A batch was too long; the session cannot go on.
  bool is_broken() const noexcept {
    return is_broken_;
  }

  /// So many have come since the other side was told.
  bool owes_acknowledgement() const noexcept {
    return receiving_.unacknowledged() >= window_frames / 4;
  }

  uint64_t take_acknowledgement() noexcept {
    return receiving_.take_acknowledgement();
  }

  uint64_t received() const noexcept {
    return receiving_.last();
  }

  /// Can a new connection go on after what the other side has?
  bool can_resume_after(uint64_t received) const noexcept {
    return sending_.can_resume_after(received);
  }

  /// There is one. All the other side has not got is sent again.
  void resume_after(uint64_t received) {
    sending_.acknowledge(received);
    sent_ = received;
    unsent_bytes_ = sending_.bytes();
  }

private:
  struct piece {
    std::string bytes;
    bool is_last = true;
  };

  void push_piece(piece x) {
    auto size = x.bytes.size();
    sending_.push(std::make_shared<const piece>(std::move(x)), size);
    unsent_bytes_ += size;
  }

  size_t batch_bytes_max_;
  core::resend_window<std::shared_ptr<const piece>> sending_;
  core::receive_window receiving_;
  /// In this connection.
  uint64_t sent_ = 0;
  size_t unsent_bytes_ = 0;
  std::string partial_;
  bool is_broken_ = false;
};

} // namespace troupe::actors
