// What the manager does for tasks that wait for somebody outside.

#include "actors/manager.hpp"

#include <utility>

namespace troupe::actors {

messages::done manager_state::pause(const core::task_id& id) {
  auto order = registry_->pause(id, env_.now());
  flush();
  if (!order)
    return {std::move(order).error()};
  if (*order && (*order)->queue && queues_[*(*order)->queue])
    compat::send(self_, queues_[*(*order)->queue],
                 messages::hold_task{id, (*order)->number});
  return {};
}

messages::done manager_state::resume(const core::task_id& id) {
  auto order = registry_->resume(id, env_.now());
  flush();
  if (!order)
    return {std::move(order).error()};
  if (order->queue && queues_[*order->queue])
    compat::send(self_, queues_[*order->queue], messages::release_task{id});
  return {};
}

void manager_state::on_question(messages::ask_input& x) {
  // The agent of an attempt that is over must not get the answers of the next.
  if (registry_->running(x.key) == nullptr)
    return;
  // Before it is asked, since it may be answered at once.
  askers_.insert_or_assign(
    x.key.task, compat::sender_as<messages::input_asker_actor>(self_));
  auto task = x.key.task;
  registry_->ask(x.key, std::move(x.what), env_.now());
  flush();
  if (!registry_->is_asking(task))
    askers_.erase(task);
}

messages::done manager_state::provide(messages::provide_input& x) {
  auto ok = registry_->provide(x.task, std::move(x.value), env_.now());
  flush();
  if (!ok)
    return {std::move(ok).error()};
  return {};
}

messages::input_list manager_state::inputs(size_t limit) const {
  return {registry_->pending_inputs(limit)};
}

void manager_state::on_paused(const messages::attempt_paused& x) {
  registry_->checkpoint_reached(x.key, x.number, env_.now());
  flush();
}

/// A dead letter waits for somebody, too.
messages::done manager_state::drop(const core::task_id& dead_letter) {
  auto ok = registry_->drop_dead_letter(dead_letter);
  if (!ok)
    return {std::move(ok).error()};
  return {};
}

void manager_state::tell_answers() {
  for (auto& answer : std::exchange(registry_->actions().answers, {})) {
    auto task = answer.key.task;
    auto i = askers_.find(task);
    if (i == askers_.end())
      continue;
    messages::inputs_answered told;
    told.answers.push_back(std::move(answer));
    compat::send(self_, i->second, std::move(told));
    if (!registry_->is_asking(task))
      askers_.erase(task);
  }
}

} // namespace troupe::actors
