#pragma once

#include "core/error.hpp"
#include "core/time.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::core {

enum class peer_health : uint8_t {
  /// Something was heard of it lately.
  alive,
  /// Silent for `suspect_after`: it gets no new work. It may come back.
  suspect,
  /// Silent for `dead_after`: what it worked on is given to others, so it does
  /// not come back. Its process may, as a new peer.
  dead,
};

inline constexpr peer_health peer_health_last = peer_health::dead;

std::string_view to_string(peer_health x) noexcept;

/// How soon silence is noticed, and what follows from it. Longer times forgive
/// slow networks and busy machines; shorter ones move a lost peer's work
/// sooner.
struct liveness_settings {
  /// Who has nothing else to say says so this often.
  duration heartbeat_interval = std::chrono::seconds{1};
  duration suspect_after = std::chrono::seconds{3};
  duration dead_after = std::chrono::seconds{10};
  /// Dead is also whose connection was closed and who did not come back for so
  /// long: the system closes those of a process that has died, and who is alive
  /// comes back at once. One that is alive and cannot come back may work until
  /// the end of its lease on what others have been given meanwhile; not so if
  /// this is as long as `dead_after`.
  duration gone_after = std::chrono::milliseconds{1500};
  /// A worker stops its attempts by itself when no sign of life that it sent
  /// within this time was answered. What is left of `dead_after` is the time it
  /// has for stopping them before others get the tasks; see work_lease.
  duration lease = std::chrono::seconds{8};
};

/// What is wrong with them, each as `<field>: <problem>`; nothing if they are
/// valid: `0 < heartbeat_interval < suspect_after < dead_after <= time_max`,
/// `heartbeat_interval < lease < dead_after`, and `0 < gone_after`.
std::vector<std::string> validate(const liveness_settings& x);

/// The same in one error, `ec::invalid_argument`.
result<void> check(const liveness_settings& x);

/// Suspects peers of which nothing is heard, and gives them up in the end. Any
/// message is a sign of life, not only heartbeats, so that a peer which cannot
/// be reached on the way that work takes does not pass for alive.
///
/// Times are fixed and not learnt from the past (as N. Hayashibara et al., "The
/// phi accrual failure detector", SRDS 2004, do it): a lease needs a time that
/// both sides know. A check that comes late is held against nobody, as L.
/// Dadgar et al. argue ("Lifeguard: local health awareness for more accurate
/// failure detection", DSN 2018): who was stopped or overloaded itself has not
/// read what others sent. So a check that is late by more than a heartbeat's
/// interval moves all silent peers' last signs of life by that lateness.
class failure_detector {
public:
  /// Chosen by the caller. Each incarnation of a peer is another number, and
  /// none is used twice.
  using peer_number = uint64_t;

  struct change {
    peer_number peer = 0;
    /// suspect or dead.
    peer_health health = peer_health::alive;
    /// For how long nothing was heard.
    duration silence = {};

    friend bool operator==(const change&, const change&) = default;
  };

  enum class sign_of_life : uint8_t {
    /// It was alive before.
    expected,
    /// It was suspect and is alive again.
    alive_again,
    /// It is dead, or unknown, and stays so: what it says does not count.
    too_late,
  };

  /// They have to be valid.
  explicit failure_detector(liveness_settings settings = {})
    : settings_(settings) {
  }

  /// A new peer, alive.
  void add(peer_number peer, time_point now);

  /// It is none of ours any more, dead or not.
  void forget(peer_number peer);

  sign_of_life heard(peer_number peer, time_point now);

  /// Its connection was closed, and it has no other one.
  void closed(peer_number peer, time_point now);

  /// It has come back over a connection.
  sign_of_life reopened(peer_number peer, time_point now);

  /// Who has become suspect or dead since the last check, by their numbers. One
  /// that was silent for long enough is suspect first and dead in the next
  /// check, which is due at once then.
  std::vector<change> check(time_point now);

  /// When to check next; `never` if there is nothing to check. It is not later
  /// than the first change, and may be earlier.
  time_point next_due() const noexcept {
    return next_due_;
  }

  /// dead for who is unknown.
  peer_health health(peer_number peer) const noexcept;

  /// `never` for who is unknown.
  time_point last_heard(peer_number peer) const noexcept;

private:
  struct entry {
    time_point last;
    peer_health health = peer_health::alive;
    /// `never` while it has a connection.
    time_point closed = never;
  };

  time_point dead_at(const entry& x) const noexcept;
  time_point due(const entry& x) const noexcept;

  liveness_settings settings_;
  std::map<peer_number, entry> peers_;
  time_point next_due_ = never;
};

} // namespace troupe::core
