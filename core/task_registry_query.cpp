#include "core/task_registry_entry.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::core {

namespace {

/// How many tasks one call of list() looks at.
constexpr size_t list_steps_max = 20'000;

/// How many dependencies explain() names.
constexpr size_t named_max = 5;

} // namespace

task_record task_registry::record_of(const entry& x) const {
  auto record = to_record(image_of(x));
  // What it will wait for when it is resumed is nobody's business.
  if (x.status == task_status::pending)
    record.reason = x.reason;
  record.progress = x.progress;
  record.progress_note = rare_of(x).progress_note;
  return record;
}

result<task_record> task_registry::get(const task_id& id) const {
  auto slot = find(id);
  if (slot == none)
    return fail(ec::unknown_task,
                fmt::format("no task {}; it never existed or its record has "
                            "been cleaned up",
                            to_string(id)));
  return record_of(at(slot));
}

task_spec_ptr task_registry::running(const attempt_key& key) const {
  auto slot = find(key);
  if (slot == none)
    return nullptr;
  return at(slot).spec;
}

bool task_registry::has_ended(const task_id& id) const {
  auto slot = find(id);
  return slot != none && is_end(at(slot).status);
}

result<void> task_registry::may_have_children(const attempt_key& parent) const {
  auto slot = find(parent.task);
  if (slot == none)
    return fail(ec::unknown_task,
                fmt::format("no task {}", to_string(parent.task)));
  auto& x = at(slot);
  if (x.attempt == parent.number
      && (x.is_live || x.status == task_status::completed))
    return {};
  return fail(ec::wrong_status, fmt::format("attempt {} of '{}' is over",
                                            parent.number, x.spec->name));
}

void task_registry::watch(const task_id& id) {
  if (auto slot = find(id); slot != none)
    at(slot).is_watched = true;
}

bool task_registry::matches(const entry& x, const task_query& query) const {
  auto is_like = [](const std::string& wanted, const std::string& is) {
    return wanted.empty() || wanted == is;
  };
  if (query.status && *query.status != x.status)
    return false;
  if (!query.parent.is_nil() && query.parent != x.spec->parent)
    return false;
  return is_like(query.queue, x.spec->queue)
         && is_like(query.owner, x.spec->owner)
         && is_like(query.name, x.spec->name)
         && (query.tag.empty()
             || std::ranges::find(x.spec->tags, query.tag)
                  != x.spec->tags.end());
}

task_page task_registry::list(const task_query& query) const {
  task_page page;
  auto limit = std::clamp<uint32_t>(query.limit, 1, 1000);
  uint64_t position = order_first_;
  if (auto slot = find(query.after); slot != none) {
    position = at(slot).position + 1;
  } else if (!query.after.is_nil()) {
    // It has been forgotten meanwhile. Ids nearly always grow with positions.
    while (position - order_first_ < order_.size()
           && (order_[position - order_first_] == none
               || at(order_[position - order_first_]).spec->id <= query.after))
      ++position;
  }
  const entry* last = nullptr;
  auto steps = list_steps_max;
  auto i = static_cast<size_t>(position - order_first_);
  for (; i < order_.size() && steps > 0 && page.tasks.size() < limit; ++i) {
    if (order_[i] == none)
      continue;
    --steps;
    last = &at(order_[i]);
    if (matches(*last, query))
      page.tasks.push_back(record_of(*last));
  }
  if (i < order_.size() && last != nullptr)
    page.next = last->spec->id;
  return page;
}

std::string task_registry::explain_blocked(const entry& x) const {
  std::string names;
  size_t waiting = 0;
  for (auto& needed : x.spec->dependencies) {
    auto slot = find(needed.task);
    if (slot == none || is_end(at(slot).status))
      continue;
    if (++waiting <= named_max)
      names += fmt::format("{}'{}' ({})", names.empty() ? "" : ", ",
                           at(slot).spec->name, to_string(at(slot).status));
  }
  if (waiting > named_max)
    names += fmt::format(" and {} more", waiting - named_max);
  return fmt::format("waits for {} of {} dependencies: {}", waiting,
                     x.spec->dependencies.size(), names);
}

std::string task_registry::explain_end(const entry& x) {
  auto text = fmt::format("{} at {}", to_string(x.status),
                          to_string(x.finished));
  if (rare_of(x).failure.code != ec::none)
    text += fmt::format(" ({})", to_string(rare_of(x).failure));
  return text;
}

result<task_registry::explanation>
task_registry::explain(const task_id& id) const {
  auto slot = find(id);
  if (slot == none)
    return fail(ec::unknown_task, fmt::format("no task {}", to_string(id)));
  auto& x = at(slot);
  if (is_end(x.status))
    return explanation{explain_end(x), std::nullopt};
  if (x.status == task_status::running)
    return explanation{
      fmt::format("runs on agent '{}' since {}, attempt {}{}",
                  agent_name(x.agent).empty() ? "?" : agent_name(x.agent),
                  to_string(x.started), x.attempt,
                  x.is_to_pause ? "; is to pause at its next checkpoint" : ""),
      std::nullopt};
  if (x.status != task_status::pending)
    return explanation{explain_wait(x), std::nullopt};
  if (x.is_enqueued)
    return explanation{{}, x.queue};
  return explanation{explain_blocked(x), std::nullopt};
}

} // namespace troupe::core
