#pragma once

// Long because it is the whole of both halves.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

namespace troupe::core {

// The two halves of a session that outlives its connections. The sender numbers
// its messages from 1 and keeps them until they are acknowledged. When a
// connection takes the place of one that broke, the receiver says which number
// it has last, and the sender goes on with the next: each message is delivered
// once and in order, however often connections break. A session ends with the
// memory of either side; then numbers start again, and both sides have to
// notice (by an incarnation) before they compare numbers.

/// The sending half. Messages are copied when they are sent again, so a large
/// one is best a shared pointer.
template <class Message>
class resend_window {
public:
  struct item {
    uint64_t number = 0;
    size_t bytes = 0;
    Message message;
  };

  /// Some of what is kept, for a loop.
  class items {
  public:
    using iterator = typename std::deque<item>::const_iterator;

    items(iterator first, iterator last) : first_(first), last_(last) {
    }

    iterator begin() const noexcept {
      return first_;
    }

    iterator end() const noexcept {
      return last_;
    }

  private:
    iterator first_;
    iterator last_;
  };

  /// Keeps it and says under which number to send it. `bytes` is what it counts
  /// in bytes().
  uint64_t push(Message message, size_t bytes) {
    bytes_ += bytes;
    kept_.push_back({++last_, bytes, std::move(message)});
    return last_;
  }

  /// All up to this number have arrived. False if there was no such number yet:
  /// who says that is not the other half of this session. What was acknowledged
  /// before changes nothing.
  bool acknowledge(uint64_t number) {
    if (number > last_)
      return false;
    for (; !kept_.empty() && kept_.front().number <= number; kept_.pop_front())
      bytes_ -= kept_.front().bytes;
    return true;
  }

  /// Whether a receiver that has everything up to this number can go on: it
  /// lacks nothing that is not kept any more, and has nothing that was never
  /// sent.
  bool can_resume_after(uint64_t number) const noexcept {
    return number >= acknowledged() && number <= last_;
  }

  /// What is kept from this number on, in order; all of it for 0. Valid until
  /// the next change.
  items unacknowledged_from(uint64_t number) const {
    auto skipped = number > acknowledged() ? number - acknowledged() - 1 : 0;
    skipped = std::min<uint64_t>(skipped, kept_.size());
    return {kept_.begin() + static_cast<std::ptrdiff_t>(skipped), kept_.end()};
  }

  /// The last number that was acknowledged, or given; 0 = none.
  uint64_t acknowledged() const noexcept {
    return last_ - kept_.size();
  }

  uint64_t last() const noexcept {
    return last_;
  }

  /// Not acknowledged.
  size_t count() const noexcept {
    return kept_.size();
  }

  size_t bytes() const noexcept {
    return bytes_;
  }

private:
  std::deque<item> kept_;
  size_t bytes_ = 0;
  uint64_t last_ = 0;
};

enum class arrival : uint8_t {
  /// The next in order: to be delivered.
  is_new,
  /// It was delivered before, over a connection that broke: to be dropped, and
  /// acknowledged again, since the sender may not know.
  is_repeat,
  /// Some before it are missing, which no connection that keeps its order does:
  /// the connection is to be given up.
  gap,
};

/// The receiving half.
class receive_window {
public:
  arrival receive(uint64_t number) noexcept {
    if (number > last_ + 1)
      return arrival::gap;
    ++unacknowledged_;
    if (number <= last_)
      return arrival::is_repeat;
    last_ = number;
    return arrival::is_new;
  }

  /// What to acknowledge, and what to say on a new connection: the last number
  /// that was delivered; 0 = none.
  uint64_t last() const noexcept {
    return last_;
  }

  /// Arrivals since the last acknowledgement. It may wait for a number of them
  /// or a time, but not for ever: the sender keeps what is not acknowledged.
  uint64_t unacknowledged() const noexcept {
    return unacknowledged_;
  }

  /// The number to acknowledge now.
  uint64_t take_acknowledgement() noexcept {
    unacknowledged_ = 0;
    return last_;
  }

private:
  uint64_t last_ = 0;
  uint64_t unacknowledged_ = 0;
};

} // namespace troupe::core
