// What is submitted to the manager, and what it keeps until a full queue has
// room.

#include "actors/manager.hpp"
#include "core/spec_codec.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::actors {

core::result<core::admissions::ticket>
manager_state::accept(const spec_list& specs, core::admissions::repeats& keys,
                      const std::string& by) {
  if (memory_->is_stopping)
    return core::fail(core::ec::stopping,
                      "Troupe is stopping and accepts no more tasks");
  if (auto ok = check_journal(); !ok)
    return core::fail(std::move(ok).error());
  auto accepted = admissions_->submit(specs, env_.now(), keys);
  if (accepted && *accepted == 0)
    audit_replays(specs, by);
  return accepted;
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
  if (is_old || may_have_written_keys(x.specs)) {
    asker who{self_->make_response_promise<messages::done>(), {}, x.by};
    submit_after_look(x.specs, who);
    return who.promise;
  }
  core::admissions::repeats keys;
  auto accepted = accept(x.specs, keys, x.by);
  if (!accepted || *accepted == 0) {
    flush();
    // What is refused has not become anything that could be lost.
    if (!accepted)
      return messages::done{std::move(accepted).error()};
    return answer(messages::done{{}, std::move(keys.found)});
  }
  auto promise = self_->make_response_promise<messages::done>();
  kept_.emplace(*accepted, asker{promise, {}, x.by});
  flush();
  return promise;
}

void manager_state::on_stream(messages::stream_tasks& x) {
  auto client = compat::sender_as<messages::stream_client_actor>(self_);
  messages::stream_acknowledged decided;
  spec_list one(1);
  for (auto& spec : x.specs) {
    one.front() = std::move(spec);
    if (may_be_written(*one.front()) || may_have_written_keys(one)) {
      submit_after_look(one, {{}, client, {}});
      continue;
    }
    core::admissions::repeats keys;
    auto accepted = accept(one, keys, {});
    if (accepted && *accepted != 0) {
      kept_.emplace(*accepted, asker{{}, client, {}});
      continue;
    }
    ++decided.count;
    std::ranges::move(keys.found, std::back_inserter(decided.repeated));
    if (!accepted)
      decided.refused.push_back({one.front()->id, std::move(accepted).error()});
  }
  if (decided.count > 0)
    acknowledge(client, std::move(decided));
  // More of them are probably waiting in the mailbox.
  flush_soon();
}

/// When the journal has said what it knows of their ids and keys.
void manager_state::submit_after_look(spec_list specs, const asker& who) {
  auto decide = [this, who, first = specs.front()->id](core::error why) {
    decide_for(first, who, std::move(why));
  };
  look_up(
    std::move(specs),
    [this, who, decide](spec_list left) {
      look_up_keys(
        std::move(left),
        [this, who](spec_list all, const record_list& elsewhere) {
          submit_for(std::move(all), who, elsewhere);
        },
        decide);
    },
    decide);
}

/// For somebody who is answered later.
void manager_state::submit_for(spec_list specs, asker who,
                               const record_list& elsewhere) {
  core::admissions::repeats keys;
  for (auto& x : elsewhere)
    keys.elsewhere.push_back({x.spec, x.created});
  auto accepted = accept(specs, keys, who.by);
  if (accepted && *accepted != 0)
    kept_.emplace(*accepted, std::move(who));
  else
    decide_for(specs.front()->id, who,
               accepted ? core::error{} : std::move(accepted).error(),
               std::move(keys.found));
}

void manager_state::decide_for(const core::task_id& first, const asker& who,
                               core::error why,
                               std::vector<core::repetition> repeated) {
  if (who.client) {
    messages::stream_acknowledged decided;
    decided.count = 1;
    decided.repeated = std::move(repeated);
    if (why.code != core::ec::none)
      decided.refused.push_back({first, std::move(why)});
    acknowledge(who.client, std::move(decided));
    flush_soon();
    return;
  }
  flush();
  if (why.code != core::ec::none) {
    // What is refused has not become anything that could be lost.
    auto promise = who.promise;
    promise.deliver(messages::done{std::move(why), std::move(repeated)});
    return;
  }
  when_safe(
    [promise = who.promise,
     told = messages::done{std::move(why), std::move(repeated)}]() mutable {
      promise.deliver(std::move(told));
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
  std::ranges::move(what.repeated, std::back_inserter(i->what.repeated));
}

void manager_state::tell_kept(std::vector<core::admissions::verdict> verdicts) {
  for (auto& x : verdicts) {
    auto who = std::move(kept_.extract(x.number).mapped());
    auto why = x.accepted ? core::error{} : std::move(x.accepted).error();
    if (!who.client) {
      who.promise.deliver(
        messages::done{std::move(why), std::move(x.repeated)});
      continue;
    }
    messages::stream_acknowledged decided;
    decided.count = 1;
    decided.repeated = std::move(x.repeated);
    if (why.code != core::ec::none)
      decided.refused.push_back({x.task, std::move(why)});
    acknowledge(who.client, std::move(decided));
  }
}

} // namespace troupe::actors
