// What is submitted to the manager, and what it keeps until a full queue has
// room.

#include "actors/manager.hpp"
#include "core/spec_codec.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::actors {

core::result<core::admissions::ticket>
manager_state::accept(const std::vector<core::task_spec_ptr>& specs) {
  if (memory_->is_stopping)
    return core::fail(core::ec::stopping,
                      "Troupe is stopping and accepts no more tasks");
  if (auto ok = check_journal(); !ok)
    return core::fail(std::move(ok).error());
  return admissions_->submit(specs, env_.now());
}

bool manager_state::is_known(const core::task_spec_ptr& spec) const {
  auto known = registry_->spec_of(spec->id);
  return known && core::is_same(*known, *spec);
}

caf::result<messages::done>
manager_state::submit(const messages::submit_tasks& x) {
  auto is_old = std::ranges::any_of(x.specs, [this](auto& spec) {
    return may_be_written(*spec);
  });
  if (is_old) {
    asker who{self_->make_response_promise<messages::done>(), {}};
    look_up(
      x.specs, [this, who](auto specs) { submit_for(std::move(specs), who); },
      [this, who, first = x.specs.front()->id](auto why) {
        decide_for(first, who, std::move(why));
      });
    return who.promise;
  }
  auto accepted = accept(x.specs);
  if (!accepted || *accepted == 0) {
    flush();
    // What is refused has not become anything that could be lost.
    if (!accepted)
      return messages::done{std::move(accepted).error()};
    return answer(messages::done{});
  }
  auto promise = self_->make_response_promise<messages::done>();
  kept_.emplace(*accepted, asker{promise, {}});
  flush();
  return promise;
}

void manager_state::on_stream(messages::stream_tasks& x) {
  auto client = compat::sender_as<messages::stream_client_actor>(self_);
  messages::stream_acknowledged decided;
  std::vector<core::task_spec_ptr> one(1);
  for (auto& spec : x.specs) {
    one.front() = std::move(spec);
    if (may_be_written(*one.front())) {
      look_up(
        one,
        [this, client](auto specs) {
          submit_for(std::move(specs), {{}, client});
        },
        [this, client, id = one.front()->id](auto why) {
          decide_for(id, {{}, client}, std::move(why));
        });
      continue;
    }
    auto accepted = accept(one);
    if (accepted && *accepted != 0) {
      kept_.emplace(*accepted, asker{{}, client});
      continue;
    }
    ++decided.count;
    if (!accepted)
      decided.refused.push_back({one.front()->id, std::move(accepted).error()});
  }
  if (decided.count > 0)
    acknowledge(client, std::move(decided));
  // More of them are probably waiting in the mailbox.
  flush_soon();
}

/// For somebody who is answered later.
void manager_state::submit_for(std::vector<core::task_spec_ptr> specs,
                               asker who) {
  auto accepted = accept(specs);
  if (accepted && *accepted != 0)
    kept_.emplace(*accepted, std::move(who));
  else
    decide_for(specs.front()->id, who,
               accepted ? core::error{} : std::move(accepted).error());
}

void manager_state::decide_for(const core::task_id& first, const asker& who,
                               core::error why) {
  if (who.client) {
    messages::stream_acknowledged decided;
    decided.count = 1;
    if (why.code != core::ec::none)
      decided.refused.push_back({first, std::move(why)});
    acknowledge(who.client, std::move(decided));
    flush_soon();
    return;
  }
  flush();
  when_safe([promise = who.promise, why]() mutable {
    promise.deliver(messages::done{std::move(why)});
  });
}

void manager_state::acknowledge(const messages::stream_client_actor& client,
                                messages::stream_acknowledged what) {
  auto i = std::ranges::find(acknowledgements_, client,
                             &acknowledgement::client);
  if (i == acknowledgements_.end()) {
    acknowledgements_.push_back({client, std::move(what)});
    return;
  }
  i->what.count += what.count;
  std::ranges::move(what.refused, std::back_inserter(i->what.refused));
}

void manager_state::tell_kept(std::vector<core::admissions::verdict> verdicts) {
  for (auto& x : verdicts) {
    auto who = std::move(kept_.extract(x.number).mapped());
    auto why = x.accepted ? core::error{} : std::move(x.accepted).error();
    if (!who.client) {
      who.promise.deliver(messages::done{std::move(why)});
      continue;
    }
    messages::stream_acknowledged decided;
    decided.count = 1;
    if (why.code != core::ec::none)
      decided.refused.push_back({x.task, std::move(why)});
    acknowledge(who.client, std::move(decided));
  }
}

void manager_state::on_children(messages::submit_children& x) {
  messages::children_refused refused;
  std::vector<core::task_spec_ptr> one(1);
  for (auto& spec : x.specs) {
    one.front() = std::move(spec);
    // What runs may go on submitting children while Troupe drains.
    core::result<void> accepted;
    if (memory_->is_cancelling)
      accepted = core::fail(core::ec::stopping, "Troupe is stopping");
    else if (is_known(one.front()))
      // Its agent submits again what a manager that died may not have heard.
      accepted = {};
    else if (!one.front()->parent.is_nil())
      // What was cancelled with its attempt must not be followed by more.
      accepted = registry_->may_have_children(x.parent);
    if (accepted && !is_known(one.front()))
      accepted = check_journal();
    if (accepted && !is_known(one.front()))
      accepted = registry_->submit(one, env_.now());
    auto& id = one.front()->id;
    if (!accepted) {
      core::event told;
      told.at = env_.now();
      told.kind = core::event_kind::task_logged;
      told.task = x.parent.task;
      told.attempt = x.parent.number;
      told.text = fmt::format("child task '{}' was refused: {}",
                              one.front()->name,
                              core::to_string(accepted.error()));
      registry_->report(x.parent, std::move(told));
      refused.refused.push_back({id, std::move(accepted).error()});
    } else if (x.is_awaited) {
      registry_->watch(id);
      watchers_[id].push_back(
        compat::sender_as<messages::task_watcher_actor>(self_));
      // It may have ended right away.
      if (registry_->has_ended(id))
        registry_->actions().watched.push_back(id);
    }
  }
  if (x.is_awaited && !refused.refused.empty()) {
    refused.parent = x.parent;
    compat::send(self_, compat::sender_as<messages::parent_actor>(self_),
                 std::move(refused));
  }
  flush();
}

} // namespace troupe::actors
