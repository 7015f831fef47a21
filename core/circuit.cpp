#include "core/circuit.hpp"

#include "core/enum_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace troupe::core {

namespace {

constexpr std::array<std::string_view, 3> state_names{
  "closed",
  "open",
  "half_open",
};
static_assert(state_names.size()
              == static_cast<size_t>(circuit_state_last) + 1);

} // namespace

std::string_view to_string(circuit_state x) noexcept {
  return name_of(state_names, x);
}

circuit::circuit(const circuit_settings& settings)
  : settings_(settings), window_(settings.window) {
}

bool circuit::advance(time_point now) {
  if (state_ == circuit_state::open && !is_forced_ && now >= until_) {
    // Not now: whoever looks late must not find another circuit.
    enter(circuit_state::half_open, until_, "the cool-down is over");
    return true;
  }
  if (state_ == circuit_state::half_open && !has_place()
      && now >= probes_until_) {
    admitted_ = successes_;
    ++round_;
    return true;
  }
  return false;
}

bool circuit::admits(time_point now) {
  advance(now);
  return state_ == circuit_state::closed
         || (state_ == circuit_state::half_open && has_place());
}

void circuit::admit(uint32_t tasks, time_point now) {
  if (state_ != circuit_state::half_open)
    return;
  admitted_ += std::min(tasks, settings_.probes - admitted_);
  probes_until_ = now + settings_.probe_time;
}

void circuit::record(bool is_success, time_point started, time_point now) {
  advance(now);
  if (state_ == circuit_state::open || started < since_)
    return;
  if (state_ == circuit_state::closed)
    count(is_success, now);
  else if (!is_success)
    open(now, "a probe failed");
  else if (++successes_ >= settings_.probes)
    enter(circuit_state::closed, now,
          fmt::format("{} of {} probes succeeded", successes_,
                      settings_.probes));
}

void circuit::count(bool is_success, time_point now) {
  window_.add(!is_success, now);
  if (is_success) {
    failures_in_row_ = 0;
    return;
  }
  ++failures_in_row_;
  if (settings_.failures_max > 0
      && failures_in_row_ >= settings_.failures_max) {
    open(now, fmt::format("{} failures in a row", failures_in_row_));
    return;
  }
  if (settings_.failure_rate <= 0)
    return;
  auto [calls, failures] = window_.count(now);
  // 0.1 * 30 is a little more than 3.
  auto limit = settings_.failure_rate * static_cast<double>(calls) - 1e-6;
  if (calls >= settings_.calls_min && static_cast<double>(failures) >= limit)
    open(now, fmt::format("{} of {} calls failed in {}", failures, calls,
                          to_string(settings_.window)));
}

void circuit::trip(time_point now) {
  advance(now);
  if (is_forced_)
    return;
  if (state_ == circuit_state::open) {
    enter(circuit_state::open, now, "tripped by hand");
    until_ = now + cool_down();
  } else {
    open(now, "tripped by hand");
  }
}

void circuit::force_open(time_point now) {
  advance(now);
  if (is_forced_)
    return;
  enter(circuit_state::open, now, "forced open by hand");
  is_forced_ = true;
}

void circuit::reset(time_point now) {
  enter(circuit_state::closed, now, "reset by hand");
  trips_ = 0;
}

void circuit::restore(const circuit_memory& x, time_point now) {
  enter(x.state, std::min(x.since, now), x.why);
  trips_ = x.trips;
  if (x.state != circuit_state::open)
    return;
  is_forced_ = x.is_forced;
  if (!is_forced_)
    until_ = std::min(x.until, now + settings_.cool_down_max);
}

circuit_memory circuit::memory() const {
  return {state_, is_forced_, since_, until_, why_, trips_};
}

time_point circuit::next() const noexcept {
  if (state_ == circuit_state::open)
    return until_;
  if (state_ == circuit_state::half_open && !has_place())
    return probes_until_;
  return never;
}

circuit_info circuit::info(time_point now) const {
  circuit_info result;
  result.state = state_;
  result.is_forced = is_forced_;
  result.since = since_;
  result.until = until_;
  result.why = why_;
  result.failures_in_row = failures_in_row_;
  auto [calls, failures] = window_.count(now);
  result.calls = calls;
  result.failures = failures;
  result.trips = trips_;
  return result;
}

duration circuit::cool_down() const {
  auto longest = static_cast<double>(settings_.cool_down_max.count());
  // Infinite after many trips, which is more than the longest all the same.
  auto scaled = static_cast<double>(settings_.cool_down.count())
                * std::pow(settings_.cool_down_factor, trips_ - 1.0);
  if (scaled >= longest)
    return settings_.cool_down_max;
  return duration{static_cast<int64_t>(scaled)};
}

void circuit::open(time_point now, std::string why) {
  if (state_ == circuit_state::closed && trips_ > 0
      && now - since_ >= cool_down())
    trips_ = 0;
  if (trips_ < std::numeric_limits<uint32_t>::max())
    ++trips_;
  enter(circuit_state::open, now, std::move(why));
  until_ = now + cool_down();
}

void circuit::enter(circuit_state to, time_point now, std::string why) {
  ++changes_;
  ++round_;
  state_ = to;
  is_forced_ = false;
  since_ = now;
  until_ = never;
  why_ = std::move(why);
  admitted_ = 0;
  successes_ = 0;
  if (to != circuit_state::closed)
    return;
  failures_in_row_ = 0;
  window_.clear();
}

} // namespace troupe::core
