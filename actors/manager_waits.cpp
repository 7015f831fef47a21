// What the manager does for tasks that wait for somebody outside.

#include "actors/manager.hpp"

#include <fmt/format.h>

#include <utility>

namespace troupe::actors {

caf::result<messages::done>
manager_state::pause(const messages::pause_task& x) {
  auto& id = x.task;
  auto order = registry_->pause(id, env_.now());
  if (order)
    audit(x.by, "pause", id);
  flush();
  if (!order)
    return messages::done{std::move(order).error()};
  if (*order && (*order)->queue)
    when_safe([this, id, order = **order] {
      if (auto& queue = queues_[*order.queue])
        compat::send(self_, queue, messages::hold_task{id, order.number});
    });
  return answer(messages::done{});
}

caf::result<messages::done>
manager_state::resume(const messages::resume_task& x) {
  auto& id = x.task;
  auto order = registry_->resume(id, env_.now());
  if (order)
    audit(x.by, "resume", id);
  flush();
  if (!order)
    return messages::done{std::move(order).error()};
  if (order->queue)
    when_safe([this, id, number = *order->queue] {
      if (auto& queue = queues_[number])
        compat::send(self_, queue, messages::release_task{id});
    });
  return answer(messages::done{});
}

void manager_state::on_question(messages::ask_input& x) {
  // The agent of an attempt that is over must not get the answers of the next.
  if (registry_->running(x.key) == nullptr)
    return;
  // Before it is asked, since it may be answered at once.
  askers_.insert_or_assign(
    x.key.task, compat::sender_as<messages::input_asker_actor>(self_));
  registry_->ask(x.key, std::move(x.what), env_.now());
  flush();
}

caf::result<messages::done> manager_state::provide(messages::provide_input& x) {
  auto ok = registry_->provide(x.task, std::move(x.value), env_.now());
  // What was answered may be nobody else's business.
  if (ok)
    audit(x.by, "input", x.task);
  flush();
  if (!ok)
    return messages::done{std::move(ok).error()};
  return answer(messages::done{});
}

messages::input_list manager_state::inputs(size_t limit) const {
  return {registry_->pending_inputs(limit)};
}

void manager_state::on_paused(const messages::attempt_paused& x) {
  registry_->checkpoint_reached(x.key, x.number, env_.now());
  flush();
}

/// A dead letter waits for somebody, too.
caf::result<messages::done>
manager_state::drop(const messages::drop_dead_letter& x) {
  auto ok = registry_->drop_dead_letter(x.task);
  if (ok)
    audit(x.by, "drop", x.task);
  flush();
  if (!ok)
    return messages::done{std::move(ok).error()};
  return answer(messages::done{});
}

caf::result<messages::dead_letters_dropped>
manager_state::drop_all(const messages::drop_dead_letters& x) {
  messages::dead_letters_dropped dropped{registry_->drop_dead_letters(x.query)};
  if (dropped.count > 0)
    audit(x.by, "drop", {}, fmt::format("{} dead letters", dropped.count));
  flush();
  return answer(dropped);
}

void manager_state::tell_answers(std::vector<core::input_answer> answers) {
  for (auto& answer : answers) {
    auto i = askers_.find(answer.key.task);
    if (i == askers_.end())
      continue;
    messages::inputs_answered told;
    told.answers.push_back(std::move(answer));
    compat::send(self_, i->second, std::move(told));
  }
}

/// Until then there may be more answers that are not told yet.
void manager_state::forget_askers() {
  std::vector<core::task_id> gone;
  for (auto& [task, asker] : askers_)
    if (registry_->spec_of(task) == nullptr || registry_->has_ended(task))
      gone.push_back(task);
  for (auto& task : gone)
    askers_.erase(task);
}

} // namespace troupe::actors
