// What the manager does for its journal: it hands over what was decided, and
// tells nobody before that is safe.

#include "actors/manager.hpp"
#include "core/spec_codec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace troupe::actors {

namespace {

/// The journal may be busy with a commit, or with many of them.
constexpr core::duration look_up_time_max = std::chrono::seconds{60};

/// Of those who make ids, more is taken for another clock altogether.
constexpr core::duration clock_difference_max = std::chrono::minutes{1};

} // namespace

bool manager_state::is_safe() const noexcept {
  return untold_.empty() && memory_->barrier <= committed_;
}

void manager_state::record() {
  if (!registry_->has_images())
    return;
  auto images = registry_->take_images();
  auto is_urgent = std::ranges::any_of(images, [](auto& x) {
    return x.is_awaited && x.durability == core::durability::strict;
  });
  auto receipt = memory_->intake->add(std::move(images), is_urgent);
  if (is_urgent)
    memory_->barrier = receipt.batch;
  if (receipt.is_news)
    compat::send(self_, memory_->journal, messages::write_journal{is_urgent});
}

void manager_state::keep_back(std::vector<core::admissions::verdict> verdicts,
                              std::vector<done_promise> idle) {
  auto& actions = registry_->actions();
  auto is_empty = [](const core::registry_actions& x) {
    return x.events.empty() && x.answers.empty() && x.watched.empty()
           && std::ranges::all_of(x.queues, [](auto& line) {
                return line.enqueue.empty() && line.withdraw.empty();
              });
  };
  if (is_empty(actions) && verdicts.empty() && acknowledgements_.empty()
      && idle.empty())
    return;
  auto& kept = untold_.emplace_back();
  kept.batch = memory_->barrier;
  kept.actions = std::exchange(actions, {});
  actions.queues.resize(kept.actions.queues.size());
  kept.verdicts = std::move(verdicts);
  kept.acknowledgements = std::exchange(acknowledgements_, {});
  kept.idle = std::move(idle);
}

void manager_state::on_committed(uint64_t batch) {
  committed_ = std::max(committed_, batch);
  while (!untold_.empty() && untold_.front().batch <= committed_) {
    auto x = std::move(untold_.front());
    untold_.pop_front();
    tell(x.actions, std::move(x.verdicts), std::move(x.acknowledgements),
         std::move(x.idle));
    if (x.last)
      x.last();
  }
  // What had to wait until it could be forgotten.
  if (untold_.empty())
    flush();
}

void manager_state::on_condition(core::error trouble) {
  // A journal that was started again says how it is.
  if (trouble == memory_->trouble)
    return;
  auto is_well = trouble.code == core::ec::none;
  core::event happened;
  happened.at = env_.now();
  happened.kind = is_well ? core::event_kind::journal_recovered
                          : core::event_kind::journal_degraded;
  happened.text = is_well ? std::string{} : core::to_string(trouble);
  memory_->trouble = std::move(trouble);
  // They would wait for as long as it takes.
  if (!is_well)
    for (auto& keeper : std::exchange(keepers_, {}))
      std::exchange(*keeper, {})->deliver(messages::done{not_written()});
  // It is not about anything that has to be safe.
  messages::publish_events report;
  report.events.push_back(std::move(happened));
  compat::send(self_, bus_, std::move(report));
}

caf::result<messages::done> manager_state::keep(messages::keep_document& x) {
  if (!memory_->intake)
    return messages::done{};
  if (!x.audit.action.empty())
    audit(x.audit.by, x.audit.action.c_str(), x.audit.task,
          std::move(x.audit.detail));
  if (x.what.kind.empty())
    return messages::done{};
  auto receipt = memory_->intake->add(std::move(x.what));
  memory_->barrier = receipt.batch;
  if (receipt.is_news)
    compat::send(self_, memory_->journal, messages::write_journal{true});
  if (memory_->trouble.code != core::ec::none)
    return messages::done{not_written()};
  auto promise = self_->make_response_promise<messages::done>();
  auto keeper = std::make_shared<std::optional<done_promise>>(promise);
  keepers_.push_back(keeper);
  when_safe([this, keeper] {
    if (!*keeper)
      return;
    std::exchange(*keeper, {})->deliver(messages::done{});
    std::erase(keepers_, keeper);
  });
  return promise;
}

/// Of what is in the intake and stays there until it is written.
core::error manager_state::not_written() const {
  auto& trouble = memory_->trouble;
  return {trouble.code,
          fmt::format("it has happened, and is not safe: the journal cannot be "
                      "written, and it will be there as soon as it can: {}",
                      trouble.message)};
}

/// A process before this one may have accepted it and seen its end, or this one
/// may have forgotten it: then it is in the journal, and not here. Ids tell
/// when they were made; some are of another kind, or of a clock that is ahead.
bool manager_state::may_be_written(const core::task_spec& spec) const {
  if (!memory_->journal)
    return false;
  auto made = core::time_of(spec.id);
  auto is_old = made < memory_->began || made <= registry_->forgotten_until();
  return (is_old || is_ahead(made)) && registry_->spec_of(spec.id) == nullptr;
}

/// Reads the clock about once in a minute, and not for every task.
bool manager_state::is_ahead(core::time_point made) const {
  if (made > ahead_from_)
    ahead_from_ = env_.now() + clock_difference_max;
  return made > ahead_from_;
}

/// Asks the journal for those of the tasks that it may have. What it does not
/// have is submitted by `go_on`; what was accepted before is refused, or taken
/// for accepted if all of it asks for the same.
void manager_state::look_up(spec_list specs,
                            const std::function<void(spec_list)>& go_on,
                            const std::function<void(core::error)>& decide) {
  struct search {
    size_t open = 0;
    size_t known = 0;
    core::error why;
  };

  auto state = std::make_shared<search>();
  for (auto& spec : specs)
    if (may_be_written(*spec))
      ++state->open;
  if (state->open == 0) {
    go_on(std::move(specs));
    return;
  }
  auto finish = [state, specs, go_on, decide] {
    if (--state->open > 0)
      return;
    if (state->why.code != core::ec::none)
      decide(state->why);
    else if (state->known == 0)
      go_on(specs);
    else if (state->known == specs.size())
      decide({});
    else
      decide({core::ec::duplicate,
              "some of the tasks were accepted before, and some were not"});
  };
  for (auto& spec : specs) {
    if (!may_be_written(*spec))
      continue;
    compat::request(self_, memory_->journal, look_up_time_max,
                    messages::get_task{spec->id})
      .then(
        [state, spec, finish](messages::task_found& x) {
          if (x.failure.code == core::ec::none) {
            ++state->known;
            if (!core::is_same(*x.record.spec, *spec))
              state->why = {core::ec::duplicate,
                            fmt::format("task '{}' has the id {} of a task "
                                        "that was accepted before",
                                        spec->name, core::to_string(spec->id))};
          } else if (x.failure.code != core::ec::unknown_task) {
            state->why = std::move(x.failure);
          }
          finish();
        },
        [state, finish](const caf::error&) {
          state->why = {core::ec::unavailable,
                        "the journal did not say whether it has the task"};
          finish();
        });
  }
}

bool manager_state::may_have_written_keys(const spec_list& specs) const {
  return memory_->journal && core::task_registry::have_keys(specs)
         && !registry_->unknown_keys(specs).empty();
}

/// Asks the journal for tasks with the same keys that are not here any more.
void manager_state::look_up_keys(
  spec_list specs, const std::function<void(spec_list, record_list)>& go_on,
  const std::function<void(core::error)>& decide) {
  if (!may_have_written_keys(specs)) {
    go_on(std::move(specs), {});
    return;
  }
  compat::request(self_, memory_->journal, look_up_time_max,
                  messages::find_keys{registry_->unknown_keys(specs)})
    .then(
      [specs, go_on, decide](messages::keys_found& x) {
        if (x.failure.code == core::ec::none)
          go_on(specs, std::move(x.tasks));
        else
          decide(std::move(x.failure));
      },
      [decide](const caf::error&) {
        decide({core::ec::unavailable,
                "the journal did not say whether it has the keys"});
      });
}

/// An attempt may have lived on while the manager was another one: what it
/// submitted then may have ended, and must not be done again.
void manager_state::look_up_child(const core::task_spec_ptr& spec,
                                  const child_request& request) {
  auto refuse = [this, spec, request](const core::error& why) {
    refuse_child(*spec, request, why);
    flush();
  };
  compat::request(self_, memory_->journal, look_up_time_max,
                  messages::get_task{spec->id})
    .then(
      [this, spec, request, refuse](messages::task_found& x) {
        auto is_unknown = x.failure.code == core::ec::unknown_task;
        if (is_unknown || is_known(spec)) {
          take_child(spec, request);
          flush();
        } else if (x.failure.code != core::ec::none) {
          refuse(x.failure);
        } else if (!core::is_same(*x.record.spec, *spec)) {
          refuse({core::ec::duplicate,
                  fmt::format("task '{}' has the id {} of a task that was "
                              "accepted before",
                              spec->name, core::to_string(spec->id))});
        } else if (request.is_awaited) {
          tell_ended(request.watcher, {std::move(x.record)});
        }
      },
      [refuse](const caf::error&) {
        refuse({core::ec::unavailable,
                "the journal did not say whether it has the task"});
      });
}

/// For somebody who waits for the ends of tasks that are not here any more.
caf::result<messages::done>
manager_state::await_written(const std::vector<core::task_id>& tasks,
                             messages::task_watcher_actor client) {
  struct search {
    size_t open = 0;
    core::error why;
    record_list ended;
  };

  auto state = std::make_shared<search>();
  state->open = tasks.size();
  auto promise = self_->make_response_promise<messages::done>();
  auto finish = [this, state, promise, client]() mutable {
    if (--state->open > 0)
      return;
    tell_ended(client, std::move(state->ended));
    promise.deliver(messages::done{state->why});
  };
  for (auto& id : tasks)
    compat::request(self_, memory_->journal, look_up_time_max,
                    messages::get_task{id})
      .then(
        [state, finish](messages::task_found& x) mutable {
          if (x.failure.code != core::ec::none)
            state->why = std::move(x.failure);
          else if (x.record.has_ended())
            state->ended.push_back(std::move(x.record));
          finish();
        },
        [state, finish](const caf::error&) mutable {
          state->why = {core::ec::unavailable,
                        "the journal did not say whether it has the task"};
          finish();
        });
  return promise;
}

void manager_state::audit(const std::string& by, const char* action,
                          const core::task_id& task, std::string detail) {
  if (!memory_->intake)
    return;
  // It is written with what comes of it, or before.
  auto receipt = memory_->intake->add(
    core::audit_entry{env_.now(), by, action, task, std::move(detail)});
  if (receipt.is_news)
    compat::send(self_, memory_->journal, messages::write_journal{false});
}

/// Of submissions the journal itself writes down who made them.
void manager_state::audit_replays(const spec_list& specs,
                                  const std::string& by) {
  for (auto& spec : specs)
    if (!spec->replay_of->is_nil())
      audit(by, "replay", *spec->replay_of,
            "as task " + core::to_string(spec->id));
}

/// Whether there is a place for what is accepted.
core::result<void> manager_state::check_journal() const {
  auto& trouble = memory_->trouble;
  if (trouble.code == core::ec::none)
    return {};
  core::error why{trouble.code,
                  fmt::format("nothing is accepted while the journal cannot be "
                              "written: {}",
                              trouble.message)};
  return core::fail(std::move(why));
}

/// A queue that was started again is told all it has to do.
void manager_state::recover_queue(uint32_t number,
                                  messages::queue_actor queue) {
  // What was on its way to the last one is among it.
  for (auto& x : untold_)
    if (number < x.actions.queues.size())
      x.actions.queues[number] = {};
  when_safe([this, queue = std::move(queue),
             order = std::make_shared<messages::recover_tasks>(
               messages::recover_tasks{registry_->recover(number)})] {
    compat::send(self_, queue, std::move(*order));
  });
}

} // namespace troupe::actors
