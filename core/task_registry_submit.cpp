#include "core/task_registry_entry.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::core {

namespace {

/// Dependencies that can no longer be waited for are not looked at.
bool counts_as_completed(task_status status, const error& why) {
  return status == task_status::completed || (why.code == ec::skipped);
}

} // namespace

result<void> task_registry::submit(std::span<const task_spec_ptr> specs,
                                   time_point now) {
  auto where = check_queues(specs);
  if (!where)
    return fail(std::move(where).error());
  if (has_key_rules_)
    if (auto ok = check_keys(specs, where->queues); !ok)
      return ok;
  std::vector<uint32_t> slots;
  slots.reserve(specs.size());
  for (size_t i = 0; i < specs.size(); ++i) {
    auto slot = insert(specs[i], where->queues[i], now);
    if (!slot) {
      roll_back(slots);
      return fail(std::move(slot).error());
    }
    slots.push_back(*slot);
  }
  if (auto ok = check_dependencies(slots); !ok) {
    roll_back(slots);
    return ok;
  }
  if (!where->shed.empty())
    shed(*where, *specs.front(), now);
  stats_.submitted += specs.size();
  for (auto slot : slots) {
    auto& x = at(slot);
    auto& line = lines_[x.queue];
    ++line.waiting;
    x.is_waiting = true;
    if (!x.is_volatile)
      x.number = ++last_number_;
    touch(slot);
    if (line.when_full == full_policy::shed)
      line.unbegun.emplace(shed_order{x.priority, x.position}, slot);
    if (x.spec->keys)
      keys_.add(*x.spec, slot);
    auto& submitted = push_event(event_kind::task_submitted, x, now);
    submitted.subject = x.spec->queue;
    submitted.text = x.spec->name;
    if (!x.spec->parent.is_nil())
      make_rare(at(find(x.spec->parent))).children.push_back(x.spec->id);
  }
  if (!where->shed.empty())
    cancel_orphans(slots, now);
  if (has_key_rules_)
    for (auto slot : slots)
      claim_key(slot, now);
  for (auto slot : slots) {
    // A parent in the same submission may have taken it along already, or
    // another task with its key.
    if (!is_end(at(slot).status))
      connect(slot, now);
    // Not before it has taken hold of what both depend on.
    if (!at(slot).spec->replay_of->is_nil())
      replayed(*at(slot).spec, now);
  }
  return {};
}

result<task_registry::placement>
task_registry::check_queues(std::span<const task_spec_ptr> specs) const {
  placement where;
  auto& numbers = where.queues;
  numbers.reserve(specs.size());
  where.added.resize(lines_.size());
  auto is_short = false;
  for (auto& spec : specs) {
    // Most submissions name one queue over and over.
    if (!numbers.empty() && lines_[numbers.back()].name == spec->queue) {
      numbers.push_back(numbers.back());
    } else {
      auto number = queue_number(spec->queue);
      if (!number)
        return fail(ec::unknown_queue,
                    fmt::format("task '{}' names queue '{}', which does not "
                                "exist; add it with add_queue()",
                                spec->name, spec->queue));
      numbers.push_back(*number);
    }
    if (++where.added[numbers.back()] <= room(numbers.back()))
      continue;
    auto& line = lines_[numbers.back()];
    is_short = true;
    if (line.when_full != full_policy::shed)
      return fail(ec::queue_full,
                  fmt::format("queue '{}' has {} of {} waiting tasks and no "
                              "room for {} more; submit again when some have "
                              "started",
                              line.name, line.waiting, line.waiting_max,
                              specs.size()));
  }
  if (is_short)
    if (auto ok = choose_to_shed(where, specs); !ok)
      return fail(std::move(ok).error());
  return where;
}

result<uint32_t> task_registry::insert(const task_spec_ptr& spec,
                                       uint32_t queue, time_point now) {
  auto slot = take_slot();
  if (index_.try_insert(spec->id, slot) != none) {
    free_slots_.push_back(slot);
    return fail(ec::duplicate,
                fmt::format("task '{}' has the id {} of a task that exists",
                            spec->name, to_string(spec->id)));
  }
  auto& x = at(slot);
  x.spec = spec;
  x.created = now;
  x.queue = queue;
  x.priority = static_cast<uint8_t>(spec->priority.value());
  x.position = order_first_ + order_.size();
  order_.push_back(slot);
  auto durability = durability_of(*spec, lines_[queue]);
  x.is_volatile = durability == durability::volatile_;
  x.is_strict = durability == durability::strict;
  ++stats_.total;
  ++stats_.pending;
  return slot;
}

void task_registry::roll_back(const std::vector<uint32_t>& slots) {
  for (auto slot : slots) {
    index_.erase(at(slot).spec->id);
    at(slot) = entry{};
    free_slots_.push_back(slot);
    order_.pop_back();
  }
  stats_.total -= slots.size();
  stats_.pending -= slots.size();
}

result<void>
task_registry::check_dependencies(const std::vector<uint32_t>& slots) const {
  auto may_have_cycle = false;
  for (auto slot : slots) {
    auto& x = at(slot);
    for (auto& needed : x.spec->dependencies) {
      auto found = find(needed.task);
      if (found == none)
        return fail(ec::unknown_task,
                    fmt::format("task '{}' depends on {}, which does not "
                                "exist or has been forgotten",
                                x.spec->name, to_string(needed.task)));
      // A graph in topological order needs no search.
      may_have_cycle = may_have_cycle || at(found).position >= x.position;
      if (keeps_images_ && !x.is_volatile && at(found).is_volatile)
        return fail(ec::not_durable,
                    fmt::format("task '{}' is to survive the process, but "
                                "depends on '{}', which does not; set the "
                                "durability of both alike",
                                x.spec->name, at(found).spec->name));
    }
    if (!x.spec->replay_of->is_nil())
      if (auto ok = check_replay(*x.spec); !ok)
        return ok;
    if (x.spec->parent.is_nil())
      continue;
    auto parent = find(x.spec->parent);
    if (parent == none)
      return fail(ec::unknown_task,
                  fmt::format("task '{}' is a child of {}, which does not "
                              "exist or has been forgotten",
                              x.spec->name, to_string(x.spec->parent)));
    auto status = at(parent).status;
    if (status == task_status::cancelled || status == task_status::failed)
      return fail(ec::wrong_status,
                  fmt::format("task '{}' is a child of '{}', which has {}",
                              x.spec->name, at(parent).spec->name,
                              status == task_status::failed
                                ? "failed"
                                : "been cancelled"));
  }
  if (may_have_cycle)
    return check_cycles(slots);
  return {};
}

/// Depth-first search with an explicit stack (Tarjan's colouring), so that the
/// cycle found can be spelled out.
result<void>
task_registry::check_cycles(const std::vector<uint32_t>& slots) const {
  enum class colour : uint8_t { white, grey, black };
  auto first = at(slots.front()).position;
  std::vector<colour> colours(slots.size(), colour::white);

  struct frame {
    size_t index;
    size_t next = 0;
  };

  std::vector<frame> stack;
  for (size_t root = 0; root < slots.size(); ++root) {
    if (colours[root] != colour::white)
      continue;
    stack.push_back({root});
    colours[root] = colour::grey;
    while (!stack.empty()) {
      auto& top = stack.back();
      auto& spec = *at(slots[top.index]).spec;
      if (top.next == spec.dependencies.size()) {
        colours[top.index] = colour::black;
        stack.pop_back();
        continue;
      }
      auto& needed = at(find(spec.dependencies[top.next++].task));
      if (needed.position < first)
        continue;
      auto index = static_cast<size_t>(needed.position - first);
      if (colours[index] == colour::grey) {
        auto start = std::ranges::find(stack, index, &frame::index);
        std::string path;
        for (auto i = start; i != stack.end(); ++i)
          path += at(slots[i->index]).spec->name + " -> ";
        return fail(ec::cycle,
                    fmt::format("the dependencies form a cycle: {}{} (each "
                                "needs the next)",
                                path, needed.spec->name));
      }
      if (colours[index] == colour::white) {
        colours[index] = colour::grey;
        stack.push_back({index});
      }
    }
  }
  return {};
}

void task_registry::connect(uint32_t slot, time_point now) {
  auto& x = at(slot);
  x.reason = pending_reason::blocked;
  x.holds_pins = !x.spec->dependencies.empty();
  if (auto limit = x.spec->limits.total; limit > duration::zero())
    ends_due_.add(slot, x.created + limit);
  for (auto& needed : x.spec->dependencies) {
    auto& from = at(find(needed.task));
    ++from.pins;
    if (!is_end(from.status)) {
      add_edge(from, slot, needed.policy);
      ++x.unmet;
    }
  }
  // What had ended before may already decide.
  for (auto& needed : x.spec->dependencies) {
    auto& from = at(find(needed.task));
    auto& why = rare_of(from).failure;
    if (is_end(from.status) && !counts_as_completed(from.status, why)
        && needed.policy != on_failure::run) {
      dependency_ended(slot, from, needed.policy, now);
      return;
    }
  }
  if (x.unmet == 0)
    make_ready(slot, now);
}

void task_registry::add_edge(entry& from, uint32_t to, on_failure policy) {
  uint32_t number = free_edge_;
  if (number != none) {
    free_edge_ = edges_[number].next;
    edges_[number] = {to, none, policy};
  } else {
    number = static_cast<uint32_t>(edges_.size());
    edges_.push_back({to, none, policy});
  }
  if (from.last_edge == none)
    from.first_edge = number;
  else
    edges_[from.last_edge].next = number;
  from.last_edge = number;
}

} // namespace troupe::core
