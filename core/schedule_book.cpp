#include "core/schedule_book.hpp"

#include "core/nearest.hpp"
#include "core/scheduled_task.hpp"
#include "core/stable_hash.hpp"
#include "core/validate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace troupe::core {

namespace {

__extension__ using wide_product = unsigned __int128;

uint64_t hash_of_time(uint64_t seed, std::string_view name,
                      time_point at) noexcept {
  return hash_on(hash_on(mixed_bits(seed), name), at);
}

/// Whether no more than what has been handed out and waits may come.
bool has_all_runs(const schedule_spec& spec, const schedule_state& state) {
  return spec.max_runs != 0
         && state.runs + state.waiting.size() >= spec.max_runs;
}

} // namespace

schedule_book::schedule_book(const time_zones& zones, uint64_t seed)
  : zones_(&zones), seed_(seed) {
}

result<void> schedule_book::add(schedule_spec spec, time_point now) {
  return insert(std::move(spec), std::nullopt, now);
}

result<void> schedule_book::restore(schedule_spec spec, schedule_state state) {
  auto added = state.added;
  return insert(std::move(spec), std::move(state), added);
}

result<void> schedule_book::insert(schedule_spec spec,
                                   std::optional<schedule_state> state,
                                   time_point now) {
  if (auto checked = check(spec); !checked)
    return checked;
  if (by_name_.contains(spec.name))
    return fail(ec::duplicate,
                fmt::format("there is a schedule '{}' already", spec.name));
  auto times = timetable::make(spec, now, *zones_);
  if (!times)
    return fail(times.error().code,
                fmt::format("schedule '{}': when.zone: {}", spec.name,
                            times.error().message));
  if (!state) {
    state.emplace();
    state->added = now;
    state->passed = times->before_first();
    state->is_paused = spec.is_paused;
  }
  auto index = static_cast<uint32_t>(entries_.size());
  if (free_.empty()) {
    entries_.emplace_back();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  by_name_.emplace(spec.name, index);
  entries_[index].emplace(
    entry{std::make_shared<const schedule_spec>(std::move(spec)),
          std::move(*times), std::move(*state)});
  arm(index);
  return {};
}

result<uint32_t> schedule_book::index_of(std::string_view name) const {
  if (auto i = by_name_.find(name); i != by_name_.end())
    return i->second;
  std::vector<std::string_view> names;
  for (auto& x : by_name_)
    names.emplace_back(x.first);
  return fail(ec::invalid_argument,
              fmt::format("there is no schedule '{}'{}", name,
                          did_you_mean(name, names)));
}

result<schedule_state> schedule_book::remove(std::string_view name) {
  auto index = index_of(name);
  if (!index)
    return fail(index.error());
  auto state = std::move(entries_[*index]->state);
  due_.erase(*index);
  by_name_.erase(by_name_.find(name));
  entries_[*index].reset();
  free_.push_back(*index);
  return state;
}

result<void> schedule_book::pause(std::string_view name) {
  auto index = index_of(name);
  if (!index)
    return fail(index.error());
  entries_[*index]->state.is_paused = true;
  arm(*index);
  return {};
}

result<void> schedule_book::resume(std::string_view name) {
  auto index = index_of(name);
  if (!index)
    return fail(index.error());
  entries_[*index]->state.is_paused = false;
  arm(*index);
  return {};
}

due_runs schedule_book::take_due(time_point now) {
  due_runs result;
  while (auto index = due_.take_due(now)) {
    auto& x = *entries_[*index];
    auto& state = x.state;
    auto is_changed = false;
    if (!state.running && !state.waiting.empty()) {
      auto nominal = state.waiting.front();
      state.waiting.erase(state.waiting.begin());
      hand_out(x, nominal, result);
      is_changed = true;
    }
    is_changed |= pass(x, now, result);
    if (is_changed)
      result.changed.push_back(x.spec->name);
    arm(*index);
  }
  return result;
}

bool schedule_book::pass(entry& x, time_point now, due_runs& out) const {
  auto& state = x.state;
  if (has_all_runs(*x.spec, state))
    return false;
  auto& catch_up = x.spec->catch_up;
  auto is_all = catch_up.policy == catch_up_policy::all;
  // Two more than may be caught up with: the last may be on time, or not due.
  auto passed = x.times.passed(state.passed, now,
                               is_all ? catch_up.runs_max + 2 : 2);
  auto& times = passed.newest;
  if (!times.empty() && with_jitter(x, times.back()) > now) {
    times.pop_back();
    --passed.count;
  }
  if (times.empty())
    return false;
  state.passed = times.back();
  auto is_late = now - with_jitter(x, times.back()) > catch_up.late_max;
  size_t wanted = catch_up.policy == catch_up_policy::none && is_late ? 0 : 1;
  if (is_all)
    wanted = catch_up.runs_max + (is_late ? 0 : 1);
  wanted = std::min(wanted, times.size());
  state.missed += passed.count - wanted;
  for (auto i = times.end() - static_cast<ptrdiff_t>(wanted); i != times.end();
       ++i)
    come(x, *i, out);
  return true;
}

void schedule_book::come(entry& x, time_point nominal, due_runs& out) const {
  auto& state = x.state;
  if (has_all_runs(*x.spec, state))
    return;
  if (!state.running) {
    hand_out(x, nominal, out);
    return;
  }
  auto skip = [&state](time_point which) {
    ++state.skipped;
    state.last_skipped = which;
  };
  switch (x.spec->overlap) {
    case overlap_policy::skip:
      skip(nominal);
      break;
    case overlap_policy::queue:
      if (state.waiting.size() < x.spec->queue_max)
        state.waiting.push_back(nominal);
      else
        skip(nominal);
      break;
    case overlap_policy::cancel_previous:
      if (!state.waiting.empty())
        skip(state.waiting.front());
      state.waiting.assign(1, nominal);
      if (!state.is_cancelling)
        out.cancel.push_back({x.spec, *state.running});
      state.is_cancelling = true;
      break;
  }
}

void schedule_book::hand_out(entry& x, time_point nominal, due_runs& out) {
  auto& state = x.state;
  state.running = run_key{++state.runs, nominal};
  state.is_cancelling = false;
  state.last_nominal = nominal;
  out.submit.push_back({x.spec, *state.running});
}

time_point schedule_book::next_due() {
  return due_.next();
}

bool schedule_book::run_ended(std::string_view name, uint64_t number) {
  auto i = by_name_.find(name);
  if (i == by_name_.end())
    return false;
  auto& state = entries_[i->second]->state;
  if (!state.running || state.running->number != number)
    return false;
  state.running.reset();
  state.is_cancelling = false;
  arm(i->second);
  return true;
}

void schedule_book::arm(uint32_t index) {
  due_.erase(index);
  auto& x = *entries_[index];
  if (auto due = due_of(x); due != never && !x.state.is_paused)
    due_.add(index, due);
}

time_point schedule_book::due_of(const entry& x) const {
  if (!x.state.running && !x.state.waiting.empty())
    return x.state.waiting.front();
  if (has_all_runs(*x.spec, x.state))
    return never;
  auto next = x.times.next(x.state.passed);
  return next == never ? never : with_jitter(x, next);
}

time_point schedule_book::with_jitter(const entry& x,
                                      time_point nominal) const {
  auto most = x.spec->jitter;
  if (most == duration::zero())
    return nominal;
  if (auto next = x.times.next(nominal); next != never)
    most = std::min(most, next - nominal);
  auto share = wide_product{hash_of_time(seed_, x.spec->name, nominal)}
               * static_cast<uint64_t>(most.count());
  return nominal + duration{static_cast<int64_t>(share >> 64)};
}

const schedule_state* schedule_book::state(std::string_view name) const {
  auto i = by_name_.find(name);
  return i == by_name_.end() ? nullptr : &entries_[i->second]->state;
}

schedule_info schedule_book::info_of(uint32_t index, size_t count,
                                     time_point now) const {
  auto& x = *entries_[index];
  schedule_info result{x.spec, x.state, due_.due(index), {}, {}};
  auto& state = x.state;
  if (state.running)
    result.task = id_of_run(x.spec->name, state.added, *state.running);
  if (has_all_runs(*x.spec, state))
    return result;
  if (x.spec->max_runs != 0)
    count = std::min<uint64_t>(count, x.spec->max_runs - state.runs
                                        - state.waiting.size());
  auto at = x.times.next(std::max(state.passed, now));
  for (; at != never && result.next.size() < count; at = x.times.next(at))
    result.next.push_back(at);
  return result;
}

std::optional<schedule_info>
schedule_book::info(std::string_view name, size_t count, time_point now) const {
  auto i = by_name_.find(name);
  if (i == by_name_.end())
    return std::nullopt;
  return info_of(i->second, count, now);
}

std::vector<schedule_info> schedule_book::list(size_t count,
                                               time_point now) const {
  std::vector<schedule_info> result;
  for (auto& [name, index] : by_name_)
    result.push_back(info_of(index, count, now));
  return result;
}

} // namespace troupe::core
