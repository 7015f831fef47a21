#include "core/admissions.hpp"

#include "core/spec_codec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace troupe::core {

uint32_t admissions::add_queue(const queue_spec& spec) {
  auto number = registry_.add_queue(spec);
  if (number >= lines_.size())
    lines_.resize(number + 1);
  lines_[number].spec = spec;
  return number;
}

// -- coming -------------------------------------------------------------------

result<admissions::ticket>
admissions::submit(std::span<const task_spec_ptr> specs, time_point now,
                   repeats& keys) {
  if (!task_registry::have_keys(specs))
    return submit_new(specs, now);
  auto resolved = registry_.find_repeats(specs, keys.elsewhere, now);
  if (!resolved)
    return fail(std::move(resolved).error());
  keys.found = std::move(resolved->repeated);
  if (resolved->specs.empty())
    return ticket{0};
  auto made = submit_new(resolved->specs, now);
  if (made && *made != 0) {
    auto& kept = *held_.at(*made);
    kept.first = specs.front()->id;
    kept.repeated = std::exchange(keys.found, {});
  }
  return made;
}

result<admissions::ticket>
admissions::submit_new(std::span<const task_spec_ptr> specs, time_point now) {
  if (!held_.empty()) {
    auto behind = line_of_needed(specs);
    if (!behind)
      behind = line_before(specs);
    if (behind)
      return hold(specs, *behind, now);
  }
  auto accepted = accept(specs, now);
  if (accepted)
    return ticket{0};
  if (accepted.error().code == ec::queue_full)
    if (auto full = full_queue(specs);
        full && lines_[*full].spec.when_full == full_policy::wait)
      return hold(specs, *full, now);
  return fail(std::move(accepted).error());
}

result<admissions::ticket>
admissions::hold(std::span<const task_spec_ptr> specs, uint32_t queue,
                 time_point now) {
  auto& in = lines_[queue];
  if (!may_wait(queue, specs)) {
    error why{ec::queue_full,
              fmt::format("queue '{}' never has room for {} tasks: no more "
                          "than {} may wait in it; submit them in parts",
                          in.spec.name, count_in(queue, specs),
                          in.spec.waiting_max)};
    why.is_permanent = true;
    return fail(std::move(why));
  }
  if (in.tasks + specs.size() > in.spec.held_max)
    return fail(ec::queue_full,
                fmt::format("queue '{}' is full, and {} of {} tasks are kept "
                            "until it has room already",
                            in.spec.name, in.tasks, in.spec.held_max));
  submission added;
  added.number = ++last_;
  added.specs.assign(specs.begin(), specs.end());
  added.first = specs.front()->id;
  added.line = added.counts_in = queue;
  if (in.spec.full_wait_max > duration::zero()) {
    added.deadline = now + in.spec.full_wait_max;
    deadlines_.add(added.deadline, added.number);
  }
  for (auto& spec : specs)
    held_tasks_[spec->id] = added.number;
  in.tasks += specs.size();
  held_.emplace(last_, in.held.insert(in.held.end(), std::move(added)));
  return last_;
}

std::optional<uint32_t>
admissions::line_of_needed(std::span<const task_spec_ptr> specs,
                           ticket self) const {
  ticket last = 0;
  auto look = [&](const task_id& id) {
    if (auto i = held_tasks_.find(id);
        i != held_tasks_.end() && i->second != self)
      last = std::max(last, i->second);
  };
  for (auto& spec : specs) {
    look(spec->parent);
    for (auto& needed : spec->dependencies)
      look(needed.task);
  }
  if (last == 0)
    return std::nullopt;
  return held_.at(last)->line;
}

std::optional<uint32_t>
admissions::line_before(std::span<const task_spec_ptr> specs) const {
  for (auto& spec : specs)
    if (auto queue = registry_.queue_number(spec->queue);
        queue && !lines_[*queue].held.empty())
      return queue;
  return std::nullopt;
}

std::optional<uint32_t>
admissions::full_queue(std::span<const task_spec_ptr> specs) const {
  std::vector<uint64_t> added(lines_.size());
  for (auto& spec : specs)
    if (auto queue = registry_.queue_number(spec->queue);
        queue && ++added[*queue] > registry_.room(*queue))
      return queue;
  return std::nullopt;
}

uint64_t admissions::count_in(uint32_t queue,
                              std::span<const task_spec_ptr> specs) const {
  return static_cast<uint64_t>(std::ranges::count(
    specs, registry_.queue_name(queue), [](auto& x) { return x->queue; }));
}

// -- going --------------------------------------------------------------------

std::vector<admissions::verdict> admissions::release(time_point now) {
  std::vector<verdict> verdicts;
  proceed(now, verdicts);
  // There may be room for who comes after one that has given up.
  if (expire(now, verdicts))
    proceed(now, verdicts);
  return verdicts;
}

void admissions::proceed(time_point now, std::vector<verdict>& verdicts) {
  // Whoever moves to another line may be next there.
  for (auto has_moved = true; std::exchange(has_moved, false);)
    for (uint32_t queue = 0; queue < lines_.size(); ++queue) {
      auto& from = lines_[queue].held;
      while (!from.empty()) {
        auto first = from.begin();
        auto to = line_of_needed(first->specs, first->number);
        auto accepted = result<void>{};
        if (!to)
          to = attempt(*first, now, accepted);
        else if (*to == queue)
          // Behind the one it needs, which came here after it.
          from.splice(from.end(), from, first);
        if (!to)
          settle(first, std::move(accepted), verdicts);
        else if (*to != queue)
          has_moved = move(first, *to);
        else if (first == from.begin())
          break;
      }
    }
}

result<void> admissions::accept(std::span<const task_spec_ptr> specs,
                                time_point now) {
  auto accepted = registry_.submit(specs, now);
  // Who submits again, not knowing whether one that died had heard of it.
  if (!accepted && accepted.error().code == ec::duplicate
      && std::ranges::all_of(specs, [this](auto& x) {
           auto known = registry_.spec_of(x->id);
           return known && is_same(*known, *x);
         }))
    return {};
  return accepted;
}

/// A task that was accepted meanwhile may have a key of one that was kept.
result<void> admissions::look_again(submission& x, time_point now) {
  if (!task_registry::have_keys(x.specs))
    return {};
  auto resolved = registry_.find_repeats(x.specs, {}, now);
  if (!resolved)
    return fail(std::move(resolved).error());
  if (resolved->specs.size() == x.specs.size())
    return {};
  for (auto& spec : x.specs)
    held_tasks_.erase(spec->id);
  lines_[x.counts_in].tasks -= x.specs.size() - resolved->specs.size();
  x.specs = std::move(resolved->specs);
  for (auto& spec : x.specs)
    held_tasks_[spec->id] = x.number;
  std::ranges::move(resolved->repeated, std::back_inserter(x.repeated));
  return {};
}

std::optional<uint32_t> admissions::attempt(submission& x, time_point now,
                                            result<void>& accepted) {
  accepted = look_again(x, now);
  if (!accepted || x.specs.empty())
    return std::nullopt;
  // One look is cheaper than a submission in vain.
  if (count_in(x.line, x.specs) > registry_.room(x.line))
    return x.line;
  accepted = accept(x.specs, now);
  if (accepted || accepted.error().code != ec::queue_full)
    return std::nullopt;
  auto full = full_queue(x.specs);
  return full && may_wait(*full, x.specs) ? full : std::nullopt;
}

bool admissions::move(place x, uint32_t to) {
  auto& from = lines_[x->line].held;
  lines_[to].held.splice(lines_[to].held.end(), from, x);
  x->line = to;
  return true;
}

bool admissions::may_wait(uint32_t queue,
                          std::span<const task_spec_ptr> specs) const {
  auto& spec = lines_[queue].spec;
  return spec.when_full == full_policy::wait
         && count_in(queue, specs) <= spec.waiting_max;
}

bool admissions::expire(time_point now, std::vector<verdict>& verdicts) {
  auto count = verdicts.size();
  while (next_deadline() != never && next_deadline() <= now) {
    auto* due
      = deadlines_.first([this](auto& x) { return held_.contains(x.key); });
    auto x = held_.at(due->key);
    auto& spec = lines_[x->line].spec;
    auto text = fmt::format(
      "queue '{}' had no room for {} more within {}; no more than {} may wait "
      "in it",
      spec.name, x->specs.size(), to_string(spec.full_wait_max),
      spec.waiting_max);
    settle(x, fail(ec::queue_full, std::move(text)), verdicts);
  }
  return verdicts.size() > count;
}

std::vector<admissions::verdict> admissions::give_up(const error& why) {
  std::vector<verdict> verdicts;
  for (auto& from : lines_)
    while (!from.held.empty())
      settle(from.held.begin(), fail(why), verdicts);
  std::ranges::sort(verdicts, {}, &verdict::number);
  return verdicts;
}

void admissions::settle(place x, result<void> accepted,
                        std::vector<verdict>& verdicts) {
  verdicts.push_back(
    {x->number, x->first, std::move(accepted), std::move(x->repeated)});
  for (auto& spec : x->specs)
    held_tasks_.erase(spec->id);
  lines_[x->counts_in].tasks -= x->specs.size();
  held_.erase(x->number);
  lines_[x->line].held.erase(x);
  auto is_held = [this](auto& item) {
    return held_.contains(item.key);
  };
  deadlines_.compact(held_.size(), is_held);
}

time_point admissions::next_deadline() {
  auto* first
    = deadlines_.first([this](auto& x) { return held_.contains(x.key); });
  return first ? first->due : never;
}

} // namespace troupe::core
