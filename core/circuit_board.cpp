#include "core/circuit_board.hpp"

#include "core/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace troupe::core {

namespace {

error refusal(const std::string& key, const circuit& x, time_point now) {
  auto known = x.info(now);
  std::string text;
  if (known.is_forced)
    text = "has been opened by hand until somebody resets it";
  else if (known.state == circuit_state::open)
    text = fmt::format("is open until {} ({}); submit again then",
                       to_string(known.until), known.why);
  else
    text = fmt::format("is half-open and its probes are under way; submit "
                       "again when it has closed, at the latest after {}",
                       to_string(x.next()));
  error why{ec::circuit_open, fmt::format("circuit '{}' {}", key, text)};
  if (auto next = x.next(); next != never)
    why.retry_after = next - now;
  return why;
}

event_kind kind_of(circuit_state x) noexcept {
  switch (x) {
    case circuit_state::open:
      return event_kind::circuit_opened;
    case circuit_state::half_open:
      return event_kind::circuit_half_open;
    case circuit_state::closed:
      break;
  }
  return event_kind::circuit_closed;
}

} // namespace

bool is_evidence(const attempt_outcome& x) noexcept {
  return x.is_success()
         || (!x.failure.is_permanent && x.failure.code != ec::cancelled
             && x.failure.code != ec::skipped
             && x.failure.code != ec::invalid_argument);
}

circuit_board::circuit_board(const circuit_options& options)
  : options_(options) {
}

template <class F>
void circuit_board::change(circuits::value_type& x, F f) {
  auto& [key, breaker] = x;
  auto changes = breaker.changes();
  not_closed_ -= breaker.state() != circuit_state::closed;
  f(breaker);
  not_closed_ += breaker.state() != circuit_state::closed;
  if (breaker.changes() != changes)
    note(x);
}

std::string_view circuit_board::key_of(const task_spec& x) const noexcept {
  switch (options_.scope) {
    case circuit_scope::capability:
      return x.capabilities.empty() ? std::string_view{}
                                    : std::string_view{x.capabilities.front()};
    case circuit_scope::queue:
      return x.queue;
    case circuit_scope::agent:
      return x.wish == agent_wish::require ? std::string_view{x.agent}
                                           : std::string_view{};
    case circuit_scope::all:
      break;
  }
  return "all";
}

result<void> circuit_board::admit(std::span<const task_spec_ptr> specs,
                                  time_point now) {
  if (is_closed())
    return {};
  for (auto& spec : specs) {
    auto i = circuits_.find(key_of(*spec));
    if (i == circuits_.end())
      continue;
    advance(*i, now);
    if (!i->second.admits(now))
      return fail(refusal(i->first, i->second, now));
  }
  for (auto& spec : specs)
    if (auto i = circuits_.find(key_of(*spec)); i != circuits_.end())
      admit(*i, spec->queue, now);
  return {};
}

void circuit_board::admit(circuits::value_type& x, const std::string& queue,
                          time_point now) {
  x.second.admit(1, now);
  if (x.second.state() == circuit_state::half_open)
    probes_.push_back({queue, x.first});
}

bool circuit_board::admit_waiting(const std::string& queue,
                                  std::string_view circuit, time_point now) {
  auto i = circuits_.find(circuit);
  if (i == circuits_.end())
    return false;
  advance(*i, now);
  if (!i->second.admits(now))
    return false;
  admit(*i, queue, now);
  return true;
}

std::vector<circuit_board::probe> circuit_board::take_probes() {
  return std::exchange(probes_, {});
}

std::vector<circuit_bar> circuit_board::bars() const {
  std::vector<circuit_bar> result;
  if (is_closed())
    return result;
  for (auto& [key, x] : circuits_)
    if (x.state() != circuit_state::closed)
      result.push_back({key, x.state() == circuit_state::half_open, x.round()});
  std::ranges::sort(result, {}, &circuit_bar::key);
  return result;
}

void circuit_board::record(const attempt_evidence& x, time_point now) {
  auto key = key_of(*x.spec);
  if (key.empty())
    return;
  auto& known = find_or_add(key);
  advance(known, now);
  change(known, [&](circuit& breaker) {
    breaker.record(x.is_success, x.started, now);
  });
}

bool circuit_board::advance(time_point now) {
  if (is_closed())
    return false;
  auto result = false;
  for (auto& x : circuits_)
    result = advance(x, now) || result;
  return result;
}

time_point circuit_board::next() const {
  auto result = never;
  if (is_closed())
    return result;
  for (auto& [key, x] : circuits_)
    result = earliest(result, x.next());
  return result;
}

// -- by hand ------------------------------------------------------------------

result<void> circuit_board::trip(std::string_view key, time_point now) {
  return named(key).map([&](auto* x) {
    advance(*x, now);
    change(*x, [now](circuit& breaker) { breaker.trip(now); });
  });
}

result<void> circuit_board::force_open(std::string_view key, time_point now) {
  return named(key).map([&](auto* x) {
    advance(*x, now);
    change(*x, [now](circuit& breaker) { breaker.force_open(now); });
  });
}

result<void> circuit_board::reset(std::string_view key, time_point now) {
  auto i = circuits_.find(key);
  if (i == circuits_.end()) {
    std::vector<std::string_view> keys;
    for (auto& [known, x] : circuits_)
      keys.push_back(known);
    std::ranges::sort(keys);
    return fail(ec::invalid_argument,
                fmt::format("there is no circuit '{}'{}", key,
                            did_you_mean(key, keys)));
  }
  change(*i, [now](circuit& breaker) { breaker.reset(now); });
  return {};
}

std::vector<circuit_info> circuit_board::list(time_point now) const {
  std::vector<circuit_info> result;
  result.reserve(circuits_.size());
  for (auto& [key, x] : circuits_)
    result.emplace_back(x.info(now)).key = key;
  std::ranges::sort(result, {}, &circuit_info::key);
  return result;
}

void circuit_board::restore(const std::string& key, const circuit_memory& x,
                            time_point now) {
  auto& breaker = find_or_add(key).second;
  not_closed_ -= breaker.state() != circuit_state::closed;
  breaker.restore(x, now);
  not_closed_ += breaker.state() != circuit_state::closed;
}

std::optional<circuit_memory>
circuit_board::memory_of(std::string_view key) const {
  auto i = circuits_.find(key);
  if (i == circuits_.end())
    return std::nullopt;
  auto known = i->second.memory();
  if (known.state == circuit_state::closed && known.trips == 0)
    return std::nullopt;
  return known;
}

std::vector<event> circuit_board::take_events() {
  return std::exchange(events_, {});
}

// -- bookkeeping --------------------------------------------------------------

circuit_board::circuits::value_type&
circuit_board::find_or_add(std::string_view key) {
  auto i = circuits_.find(key);
  if (i == circuits_.end())
    i = circuits_.emplace(std::string{key}, circuit{options_.settings}).first;
  return *i;
}

result<circuit_board::circuits::value_type*>
circuit_board::named(std::string_view key) {
  if (key.empty())
    return fail(ec::invalid_argument, "a circuit has a name");
  return &find_or_add(key);
}

bool circuit_board::advance(circuits::value_type& x, time_point now) {
  auto result = false;
  change(x, [&](circuit& breaker) { result = breaker.advance(now); });
  return result;
}

void circuit_board::note(const circuits::value_type& x) {
  auto known = x.second.info(x.second.since());
  auto& added = events_.emplace_back();
  added.at = known.since;
  added.kind = kind_of(known.state);
  added.subject = x.first;
  added.text = std::move(known.why);
  if (known.until != never)
    added.text += fmt::format("; open until {}", to_string(known.until));
}

} // namespace troupe::core
