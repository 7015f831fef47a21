// What a journal is told of tasks, and how the next process takes them over.

#include "core/task_registry_entry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace troupe::core {

// -- telling ------------------------------------------------------------------

void task_registry::keep_images(uint64_t last_number) {
  keeps_images_ = true;
  last_number_ = last_number;
}

void task_registry::touch(uint32_t slot, bool is_awaited) {
  auto& x = at(slot);
  if (!keeps_images_ || x.is_volatile)
    return;
  x.is_awaited = x.is_awaited || is_awaited;
  if (x.is_changed)
    return;
  x.is_changed = true;
  changed_.push_back(slot);
}

/// A child is no more durable than its parent: it goes with it.
durability task_registry::durability_of(const task_spec& spec,
                                        const line& in) const {
  auto wanted = spec.durability.value_or(in.durability);
  if (spec.parent.is_nil())
    return wanted;
  auto slot = find(spec.parent);
  return slot != none && at(slot).is_volatile ? durability::volatile_ : wanted;
}

std::vector<task_image> task_registry::take_images() {
  std::vector<task_image> images;
  images.reserve(changed_.size());
  for (auto slot : std::exchange(changed_, {})) {
    auto& x = at(slot);
    auto& image = images.emplace_back(image_of(x));
    image.is_awaited = x.is_awaited;
    x.is_changed = x.is_awaited = false;
    image.is_new = !x.has_image;
    image.is_end_known = x.has_end_image;
    x.has_image = true;
    x.has_end_image = is_end(x.status);
  }
  return images;
}

task_image task_registry::image_of(const entry& x) const {
  task_image image;
  image.number = x.number;
  image.spec = x.spec;
  image.created = x.created;
  if (!x.is_strict)
    image.durability = x.is_volatile ? durability::volatile_
                                     : durability::relaxed;
  image.status = x.status;
  image.attempt = x.attempt;
  image.agent = agent_name(x.agent);
  image.is_live = x.is_live;
  image.priority = task_priority{x.priority};
  image.ready_at = x.ready_at;
  image.started = x.started;
  image.finished = x.finished;
  image.is_to_pause = x.is_to_pause;
  image.result = x.result;
  if (!x.more)
    return image;
  image.failures = x.more->failures;
  image.losses = x.more->losses;
  image.pause = x.more->pause;
  if (x.reason == pending_reason::backoff)
    image.retry_at = x.more->retry_at;
  image.failure = rare_of(x).failure;
  image.is_dead_letter = is_end(x.status) && dead_.contains(x.spec->id);
  image.history = x.more->history;
  for (auto& asked : rare_of(x).questions)
    if (asked.is_answered)
      image.answers.push_back(
        {asked.what, asked.answer, asked.at, asked.attempt});
  return image;
}

std::vector<uint64_t> task_registry::needed() const {
  std::vector<uint64_t> numbers;
  auto look = [&](uint32_t slot) {
    auto& x = at(slot);
    if (x.number != 0 && (x.pins > 0 || x.unmet > 0))
      numbers.push_back(x.number);
  };
  std::ranges::for_each(kept_, look);
  // A journal may forget sooner than this does.
  std::ranges::for_each(ended_, look);
  std::ranges::sort(numbers);
  return numbers;
}

// -- taking over --------------------------------------------------------------

result<void> task_registry::restore(task_image&& from) {
  auto queue = add_line(from.spec->queue);
  auto inserted = insert(from.spec, queue, from.created);
  if (!inserted)
    return fail(ec::journal_corrupt, std::move(inserted).error().message);
  auto slot = *inserted;
  auto& x = at(slot);
  if (x.spec->keys)
    keys_.add(*x.spec, slot);
  x.number = from.number;
  x.is_volatile = false;
  x.is_strict = from.durability == durability::strict;
  x.has_image = true;
  x.priority = static_cast<uint8_t>(from.priority.value());
  change(x, from.status, pending_reason::none);
  x.attempt = from.attempt;
  x.ready_at = from.ready_at;
  x.started = from.started;
  x.finished = from.finished;
  if (!from.agent.empty()) {
    auto known = std::ranges::find(former_agents_, from.agent);
    x.agent = former_agent
              + static_cast<uint32_t>(known - former_agents_.begin());
    if (known == former_agents_.end())
      former_agents_.push_back(from.agent);
  }
  if (!is_end(from.status)) {
    restore_course(x, std::move(from));
    return {};
  }
  x.has_end_image = true;
  x.result = std::move(from.result);
  x.progress = from.status == task_status::completed ? 100 : 0;
  if (from.failure.code != ec::none)
    make_rare(x).failure = std::move(from.failure);
  if (from.failures > 0 || from.losses > 0 || !from.history.empty()) {
    auto& more = extras_of(x);
    more.failures = from.failures;
    more.losses = from.losses;
    more.history = std::move(from.history);
  }
  if (from.is_dead_letter) {
    if (auto gone = dead_.add(x.spec->id, slot)) {
      ++stats_.dead_letters_dropped;
      touch(*gone);
    }
    stats_.dead_letters = dead_.all().size();
  }
  return {};
}

/// What an unended task has been through.
void task_registry::restore_course(entry& x, task_image&& from) {
  x.is_live = from.is_live;
  x.is_to_pause = from.is_to_pause;
  // A question that was open is asked again by the attempt that follows.
  if (x.is_live)
    change(x, task_status::running, pending_reason::none);
  else
    change(x, x.is_to_pause ? task_status::paused : task_status::pending,
           from.retry_at != never ? pending_reason::backoff
                                  : pending_reason::queued);
  if (from.failures > 0 || from.losses > 0 || from.pause > 0
      || !from.history.empty()) {
    auto& more = extras_of(x);
    more.failures = from.failures;
    more.losses = from.losses;
    more.pause = from.pause;
    more.retry_at = from.retry_at;
    more.history = std::move(from.history);
  }
  for (auto& given : from.answers) {
    auto& all = make_rare(x).questions;
    auto index = size_t{given.what.number};
    if (index >= all.size())
      all.resize(index + 1);
    all[index] = {std::move(given.what),
                  std::move(given.answer),
                  given.at,
                  given.attempt,
                  0,
                  true};
  }
}

result<void> task_registry::restored(time_point now) {
  std::vector<uint32_t> ended;
  for (auto slot : order_) {
    auto& x = at(slot);
    if (is_end(x.status)) {
      if (!dead_.contains(x.spec->id))
        ended.push_back(slot);
      else if (auto ok = find_dependencies(x); ok) {
        // It keeps hold of them, for the case that it is tried again.
        x.holds_pins = !x.spec->dependencies.empty();
        for (auto& needed : x.spec->dependencies)
          ++at(find(needed.task)).pins;
      }
      continue;
    }
    if (auto ok = reconnect(slot, now); !ok)
      return ok;
  }
  std::ranges::stable_sort(ended, {},
                           [this](auto slot) { return at(slot).finished; });
  for (auto slot : ended) {
    auto& x = at(slot);
    x.is_kept = x.pins > 0 || x.unmet > 0;
    if (x.is_kept)
      kept_.insert(slot);
    else
      ended_.push_back(slot);
  }
  return {};
}

result<void> task_registry::find_dependencies(const entry& x) const {
  for (auto& needed : x.spec->dependencies)
    if (find(needed.task) == none)
      return fail(ec::journal_corrupt,
                  fmt::format("task '{}' ({}) depends on {}, which is not in "
                              "the journal",
                              x.spec->name, to_string(x.spec->id),
                              to_string(needed.task)));
  return {};
}

/// As connect(), for a task that may have begun.
result<void> task_registry::reconnect(uint32_t slot, time_point now) {
  auto& x = at(slot);
  if (auto ok = find_dependencies(x); !ok)
    return ok;
  auto& line = lines_[x.queue];
  x.is_waiting = !x.is_live;
  if (x.is_waiting)
    ++line.waiting;
  if (!x.spec->parent.is_nil())
    if (auto parent = find(x.spec->parent);
        parent != none && !is_end(at(parent).status))
      make_rare(at(parent)).children.push_back(x.spec->id);
  if (x.attempt == 0) {
    // It may have become ready without anybody telling.
    if (x.ready_at == never && !x.spec->dependencies.empty()) {
      auto last = x.created;
      auto is_ready = true;
      for (auto& needed : x.spec->dependencies) {
        auto& from = at(find(needed.task));
        is_ready = is_ready && is_end(from.status);
        last = std::max(last, from.finished);
      }
      if (is_ready)
        x.ready_at = last;
    }
    auto is_paused = x.is_to_pause;
    connect(slot, now);
    if (is_paused && !is_end(x.status))
      change(x, task_status::paused, x.reason);
    return {};
  }
  x.holds_pins = !x.spec->dependencies.empty();
  for (auto& needed : x.spec->dependencies)
    ++at(find(needed.task)).pins;
  if (auto limit = x.spec->limits.total; limit > duration::zero())
    ends_due_.add(slot, x.created + limit);
  x.is_enqueued = true;
  return {};
}

/// Its tasks were there before it: what its rules are about is found out now.
void task_registry::take_into_line(uint32_t queue) {
  auto& line = lines_[queue];
  for (auto slot : order_) {
    if (slot == none || at(slot).queue != queue || is_end(at(slot).status))
      continue;
    auto& x = at(slot);
    if (line.when_full == full_policy::shed && x.attempt == 0)
      line.unbegun.emplace(shed_order{x.priority, x.position}, slot);
    if (has_key_rule(*x.spec, line)) {
      x.holds_key = true;
      line.keys.add(x.spec->concurrency_key, x.position, slot);
    }
  }
}

} // namespace troupe::core
