#include "core/failure_detector.hpp"

#include "core/enum_names.hpp"
#include "core/validate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace troupe::core {

namespace {

constexpr std::array<std::string_view, 3> health_names{
  "alive",
  "suspect",
  "dead",
};
static_assert(health_names.size() == static_cast<size_t>(peer_health_last) + 1);

} // namespace

std::string_view to_string(peer_health x) noexcept {
  return name_of(health_names, x);
}

std::vector<std::string> validate(const liveness_settings& x) {
  std::vector<std::string> problems;
  auto check_order = [&](std::string_view longer_name, duration longer,
                         std::string_view name, duration shorter) {
    if (longer <= shorter)
      problems.push_back(fmt::format("{}: {} is not longer than {}, {}",
                                     longer_name, to_string(longer), name,
                                     to_string(shorter)));
  };
  if (x.heartbeat_interval <= duration::zero())
    problems.emplace_back("heartbeat_interval: must be longer than nothing");
  check_order("suspect_after", x.suspect_after, "heartbeat_interval",
              x.heartbeat_interval);
  check_order("dead_after", x.dead_after, "suspect_after", x.suspect_after);
  if (x.dead_after > time_max)
    problems.push_back(fmt::format("dead_after: {} is longer than 100 years",
                                   to_string(x.dead_after)));
  if (x.gone_after <= duration::zero())
    problems.emplace_back("gone_after: must be longer than nothing");
  check_order("lease", x.lease, "heartbeat_interval", x.heartbeat_interval);
  if (x.lease >= x.dead_after)
    problems.push_back(fmt::format(
      "lease: {} is not shorter than dead_after, {}: a worker that is cut off "
      "would still work on tasks that others have been given",
      to_string(x.lease), to_string(x.dead_after)));
  return problems;
}

result<void> check(const liveness_settings& x) {
  auto problems = validate(x);
  if (problems.empty())
    return {};
  return fail(ec::invalid_argument,
              fmt::format("liveness: {}", fmt::join(problems, "; ")));
}

time_point failure_detector::dead_at(const entry& x) const noexcept {
  auto silent = x.last + settings_.dead_after;
  return x.closed == never ? silent
                           : earliest(silent, x.closed + settings_.gone_after);
}

time_point failure_detector::due(const entry& x) const noexcept {
  if (x.health == peer_health::dead)
    return never;
  if (x.health == peer_health::suspect)
    return dead_at(x);
  return earliest(x.last + settings_.suspect_after, dead_at(x));
}

void failure_detector::add(peer_number peer, time_point now) {
  auto& added = peers_[peer] = entry{now};
  next_due_ = earliest(next_due_, due(added));
}

void failure_detector::forget(peer_number peer) {
  peers_.erase(peer);
  if (peers_.empty())
    next_due_ = never;
}

failure_detector::sign_of_life failure_detector::heard(peer_number peer,
                                                       time_point now) {
  auto i = peers_.find(peer);
  if (i == peers_.end() || i->second.health == peer_health::dead)
    return sign_of_life::too_late;
  auto& known = i->second;
  known.last = std::max(known.last, now);
  if (known.health == peer_health::alive)
    return sign_of_life::expected;
  known.health = peer_health::alive;
  // Sooner than it would have been dead.
  next_due_ = earliest(next_due_, due(known));
  return sign_of_life::alive_again;
}

void failure_detector::closed(peer_number peer, time_point now) {
  auto i = peers_.find(peer);
  if (i == peers_.end())
    return;
  i->second.closed = now;
  next_due_ = earliest(next_due_, due(i->second));
}

failure_detector::sign_of_life failure_detector::reopened(peer_number peer,
                                                          time_point now) {
  if (auto i = peers_.find(peer); i != peers_.end())
    i->second.closed = never;
  return heard(peer, now);
}

std::vector<failure_detector::change> failure_detector::check(time_point now) {
  std::vector<change> changes;
  if (next_due_ == never || now < next_due_)
    return changes;
  auto lateness = now - next_due_;
  if (lateness <= settings_.heartbeat_interval)
    lateness = duration::zero();
  next_due_ = never;
  for (auto& [number, x] : peers_) {
    if (x.health == peer_health::dead)
      continue;
    // What was heard after the check was due is no silence.
    x.last = std::max(x.last, std::min(x.last + lateness, now));
    // Who has come back may be what was not read yet.
    if (x.closed != never && lateness > duration::zero())
      x.closed = now;
    if (now >= due(x)) {
      x.health = x.health == peer_health::alive ? peer_health::suspect
                                                : peer_health::dead;
      changes.push_back({number, x.health, now - x.last});
    }
    next_due_ = earliest(next_due_, due(x));
  }
  return changes;
}

peer_health failure_detector::health(peer_number peer) const noexcept {
  auto i = peers_.find(peer);
  return i == peers_.end() ? peer_health::dead : i->second.health;
}

time_point failure_detector::last_heard(peer_number peer) const noexcept {
  auto i = peers_.find(peer);
  return i == peers_.end() ? never : i->second.last;
}

} // namespace troupe::core
