// Child tasks: what handlers submit, through their agents.

#include "actors/manager.hpp"
#include "actors/result_limit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace troupe::actors {

void manager_state::on_children(messages::submit_children& x) {
  child_request request{x.parent, x.is_awaited,
                        compat::sender_as<messages::parent_actor>(self_),
                        compat::sender_as<messages::task_watcher_actor>(self_)};
  for (auto& spec : x.specs) {
    if (may_be_written(*spec))
      look_up_child(spec, request);
    else
      take_child(spec, request);
  }
  flush();
}

void manager_state::take_child(const core::task_spec_ptr& spec,
                               const child_request& request) {
  spec_list one{spec};
  if (is_known(spec) || !may_have_written_keys(one)) {
    if (auto ok = submit_child(spec, request, {}); !ok)
      refuse_child(*spec, request, ok.error());
    return;
  }
  look_up_keys(
    std::move(one),
    [this, request](spec_list all, const record_list& elsewhere) {
      if (auto ok = submit_child(all.front(), request, elsewhere); !ok)
        refuse_child(*all.front(), request, ok.error());
      flush();
    },
    [this, request, spec](const core::error& why) {
      refuse_child(*spec, request, why);
      flush();
    });
}

core::result<void> manager_state::submit_child(core::task_spec_ptr spec,
                                               const child_request& request,
                                               const record_list& elsewhere) {
  auto id = spec->id;
  auto existing = id;
  if (auto ok = may_submit_child(spec, request); !ok)
    return ok;
  if (!is_known(spec)) {
    if (auto ok = check_journal(); !ok)
      return ok;
    spec_list one{std::move(spec)};
    if (core::task_registry::have_keys(one)) {
      std::vector<core::task_registry::known_task> others;
      for (auto& x : elsewhere)
        others.push_back({x.spec, x.created});
      auto resolved = registry_->find_repeats(one, others, env_.now());
      if (!resolved)
        return core::fail(std::move(resolved).error());
      if (!resolved->repeated.empty())
        existing = resolved->repeated.front().existing;
      one = std::move(resolved->specs);
    }
    if (!one.empty())
      if (auto ok = registry_->submit(one, env_.now()); !ok)
        return ok;
  }
  if (request.is_awaited)
    await_child(id, existing, request, elsewhere);
  return {};
}

core::result<void>
manager_state::may_submit_child(const core::task_spec_ptr& spec,
                                const child_request& request) const {
  // What runs may go on submitting children while Troupe drains.
  if (memory_->is_cancelling)
    return core::fail(core::ec::stopping, "Troupe is stopping");
  // Its agent submits again what a manager that died may not have heard.
  if (is_known(spec))
    return {};
  if (auto ok = check_size(*spec, env_); !ok)
    return ok;
  if (spec->parent.is_nil())
    return {};
  // What was cancelled with its attempt must not be followed by more.
  return registry_->may_have_children(request.parent);
}

/// `existing` is the task that takes its place, or the child itself.
void manager_state::await_child(const core::task_id& child,
                                const core::task_id& existing,
                                const child_request& request,
                                const record_list& elsewhere) {
  if (registry_->spec_of(existing) == nullptr) {
    // Only the journal has it, and has said how it ended.
    messages::tasks_ended ended;
    for (auto& x : elsewhere)
      if (x.id() == existing && ended.records.empty())
        ended.records.push_back(x);
    ended.repeated.push_back({child, existing});
    when_safe([this, client = request.watcher, ended = std::move(ended)] {
      compat::send(self_, client, ended);
    });
    return;
  }
  registry_->watch(existing);
  watchers_[existing].push_back({request.watcher, child});
  // It may have ended right away.
  if (registry_->has_ended(existing))
    registry_->actions().watched.push_back(existing);
}

void manager_state::refuse_child(const core::task_spec& spec,
                                 const child_request& request,
                                 const core::error& why) {
  core::event told;
  told.at = env_.now();
  told.kind = core::event_kind::task_logged;
  told.task = request.parent.task;
  told.attempt = request.parent.number;
  told.text = fmt::format("child task '{}' was refused: {}", spec.name,
                          core::to_string(why));
  registry_->report(request.parent, std::move(told));
  if (request.is_awaited)
    compat::send(self_, request.host,
                 messages::children_refused{request.parent, {{spec.id, why}}});
}

} // namespace troupe::actors
