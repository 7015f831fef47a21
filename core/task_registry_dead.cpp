// Tasks that failed for good, until somebody has looked after them.

#include "core/task_registry_entry.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::core {

/// Until another follows, the record tells it by itself.
/// Another attempt begins, so the entry will not tell of the first any more.
void task_registry::remember_first_start(entry& x) {
  if (x.attempt != 1)
    return;
  auto& history = extras_of(x).history;
  history.insert(history.begin(),
                 {x.started, history_kind::started, 1, agent_name(x.agent)});
}

void task_registry::bury(uint32_t slot) {
  // It keeps hold of what it depends on, for the case that it is tried again.
  if (auto gone = dead_.add(at(slot).spec->id, slot)) {
    ++stats_.dead_letters_dropped;
    unbury(*gone);
  }
  stats_.dead_letters = dead_.all().size();
}

/// It is an ended task as others then, and may be forgotten.
void task_registry::unbury(uint32_t slot) {
  stats_.dead_letters = dead_.all().size();
  touch(slot);
  release_pins(at(slot));
  ended_.push_back(slot);
}

result<void> task_registry::check_replay(const task_spec& spec) const {
  if (dead_.contains(*spec.replay_of))
    return {};
  auto known = find(*spec.replay_of) != none;
  return fail(known ? ec::wrong_status : ec::unknown_task,
              fmt::format("task '{}' is to be a new try of {}, which is no "
                          "dead letter{}",
                          spec.name, to_string(*spec.replay_of),
                          known ? ", or not any more" : ""));
}

void task_registry::replayed(const task_spec& by, time_point now) {
  auto slot = dead_.erase(*by.replay_of);
  // Another task of the same submission may have the same one.
  if (!slot)
    return;
  extras_of(at(*slot)).remember(
    {now, history_kind::replayed, at(*slot).attempt, to_string(by.id)});
  unbury(*slot);
}

task_page
task_registry::list_dead_letters(const dead_letter_query& query) const {
  task_page page;
  auto limit = std::clamp<uint32_t>(query.limit, 1, 1000);
  auto i = dead_.after(query.after);
  auto last = query.after;
  for (; i != dead_.all().end() && page.tasks.size() < limit; ++i) {
    auto& x = at(i->second);
    last = i->first;
    if (core::matches(query, *x.spec, rare_of(x).failure.code))
      page.tasks.push_back(record_of(x));
  }
  if (i != dead_.all().end())
    page.next = last;
  return page;
}

result<void> task_registry::drop_dead_letter(const task_id& id) {
  auto slot = dead_.erase(id);
  if (!slot)
    return fail(ec::unknown_task,
                fmt::format("task {} is no dead letter", to_string(id)));
  unbury(*slot);
  return {};
}

uint64_t task_registry::drop_dead_letters(const dead_letter_query& query) {
  uint64_t count = 0;
  for (auto i = dead_.after(query.after); i != dead_.all().end();) {
    auto [id, slot] = *i++;
    auto& x = at(slot);
    if (!core::matches(query, *x.spec, rare_of(x).failure.code))
      continue;
    dead_.erase(id);
    unbury(slot);
    ++count;
  }
  return count;
}

} // namespace troupe::core
