#include "core/supervision.hpp"

#include "core/enum_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace troupe::core {

namespace {

constexpr std::array<std::string_view, 3> restart_strategy_names{
  "one_for_one",
  "one_for_all",
  "rest_for_one",
};
static_assert(restart_strategy_names.size()
              == static_cast<size_t>(restart_strategy_last) + 1);

constexpr std::array<std::string_view, 3> restart_type_names{
  "permanent",
  "transient",
  "temporary",
};
static_assert(restart_type_names.size()
              == static_cast<size_t>(restart_type_last) + 1);

} // namespace

std::string_view to_string(restart_strategy x) noexcept {
  return name_of(restart_strategy_names, x);
}

std::string_view to_string(restart_type x) noexcept {
  return name_of(restart_type_names, x);
}

uint64_t supervision::add(child_spec spec, bool is_running, time_point now) {
  auto& x = children_.emplace_back();
  x.number = ++last_number_;
  x.spec = std::move(spec);
  x.at = is_running ? state::running : state::down;
  x.must_stop = is_running && is_stopping_;
  x.must_start = !is_running && !is_stopping_;
  auto number = x.number;
  advance(now);
  return number;
}

const child_spec* supervision::find(uint64_t child) const noexcept {
  auto i = std::ranges::find(children_, child, &entry::number);
  return i == children_.end() ? nullptr : &i->spec;
}

void supervision::ended(uint64_t child, bool is_normal, std::string_view why,
                        time_point now) {
  auto i = std::ranges::find(children_, child, &entry::number);
  if (i == children_.end() || i->at == state::down)
    return;
  auto was_asked = std::exchange(i->at, state::down) == state::stopping;
  if (was_asked)
    due_ = never;
  auto is_restarted = i->spec.restart == restart_type::permanent
                      || (i->spec.restart == restart_type::transient
                          && !is_normal);
  if (!was_asked && !i->must_stop && !is_stopping_) {
    if (!is_restarted) {
      children_.erase(i);
    } else if (!window_.allows(now)) {
      give_up(*i, why);
    } else {
      auto dead = static_cast<size_t>(i - children_.begin());
      auto is_alone = strategy_ == restart_strategy::one_for_one;
      restart(strategy_ == restart_strategy::one_for_all ? 0 : dead,
              is_alone ? dead + 1 : children_.size(), dead);
    }
  }
  advance(now);
}

void supervision::restart(size_t from, size_t to, size_t dead) {
  for (auto i = from; i < to; ++i) {
    auto& x = children_[i];
    x.must_stop = x.at == state::running;
    // What is never started again goes with the others.
    x.must_start = i == dead || x.spec.restart != restart_type::temporary;
  }
}

void supervision::give_up(const entry& x, std::string_view why) {
  gave_up_ = fmt::format("'{}' had to be started again more than {} times "
                         "within {}; it ended last with: {}",
                         x.spec.id, limits_.intensity,
                         to_string(limits_.period), why);
  stop_all();
}

void supervision::stop(time_point now) {
  stop_all();
  advance(now);
}

void supervision::stop_all() {
  is_stopping_ = true;
  for (auto& x : children_) {
    x.must_stop = x.at == state::running;
    x.must_start = false;
  }
}

void supervision::expire(time_point now) {
  if (due_ == never || now < due_)
    return;
  due_ = never;
  for (auto& x : children_)
    if (x.at == state::stopping)
      actions_.push_back({supervisor_action::kind::kill, x.number});
}

bool supervision::is_waiting() const noexcept {
  return std::ranges::any_of(children_, [](auto& x) {
    return x.at == state::stopping || x.must_stop;
  });
}

void supervision::advance(time_point now) {
  stop_next(now);
  start_next();
}

void supervision::stop_next(time_point now) {
  auto is_stopping = std::ranges::find(children_, state::stopping, &entry::at);
  if (is_stopping != children_.end())
    return;
  for (auto i = children_.rbegin(); i != children_.rend(); ++i) {
    if (!std::exchange(i->must_stop, false) || i->at != state::running)
      continue;
    i->at = state::stopping;
    auto is_killed = i->spec.shutdown <= duration::zero();
    due_ = is_killed ? never : now + i->spec.shutdown;
    actions_.push_back({is_killed ? supervisor_action::kind::kill
                                  : supervisor_action::kind::stop,
                        i->number});
    return;
  }
}

void supervision::start_next() {
  if (is_waiting())
    return;
  if (is_stopping_) {
    children_.clear();
    has_ended_ = true;
    return;
  }
  std::erase_if(children_, [](const entry& x) {
    return x.at == state::down && !x.must_start;
  });
  for (auto& x : children_) {
    if (!std::exchange(x.must_start, false))
      continue;
    x.at = state::running;
    actions_.push_back({supervisor_action::kind::start, x.number});
  }
}

std::vector<supervisor_action> supervision::take_actions() {
  return std::exchange(actions_, {});
}

} // namespace troupe::core
