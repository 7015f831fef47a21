#include "actors/journal.hpp"

#include "storage/journal_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace troupe::actors {

namespace {

/// Between two tries to write after an error: it doubles up to the second.
constexpr core::duration retry_delay_min = std::chrono::milliseconds{100};
constexpr core::duration retry_delay_max = std::chrono::seconds{5};

/// Tasks forgotten at once; commits go on in between.
constexpr uint64_t forget_steps = 500;

} // namespace

journal_impl::behavior_type
journal_state::make_behavior(const environment& env,
                             core::journal_settings settings,
                             std::shared_ptr<journal_intake> intake) {
  env_ = env;
  settings_ = std::move(settings);
  intake_ = std::move(intake);
  sweep_at_ = env_.now() + settings_.sweep_interval;
  set_timer();
  return {
    [this](messages::write_journal x) { on_write(x.is_urgent); },
    [this](messages::forget_others& x) { sweep(std::move(x.needed)); },
    [this](messages::attach_journal_client) {
      client_ = compat::sender_as<messages::journal_client_actor>(self_);
      // What one before this one has not told, or not written.
      compat::send(self_, client_,
                   messages::journal_committed{intake_->committed()});
      write();
      compat::send(self_, client_, messages::journal_condition{trouble_});
    },
    [this](messages::get_task x) { return find(x.task); },
    [this](const messages::find_keys& x) { return find(x.keys); },
    [this](const messages::list_audit& x) { return list_audit(x.query); },
    [this](const messages::list_tasks& x) { return list(x.query); },
    [this](messages::get_journal) { return status(); },
    [this](sweep_due& x) { sweep(std::move(x.needed)); },
    [this](timer_due) { on_timer(); },
  };
}

// -- writing ------------------------------------------------------------------

void journal_state::on_write(bool is_urgent) {
  if (is_urgent) {
    write();
  } else if (patient_until_ == core::never) {
    patient_until_ = env_.now() + settings_.relaxed_delay;
    set_timer();
  }
}

void journal_state::write() {
  if (retry_at_ != core::never)
    return;
  patient_until_ = core::never;
  auto left = intake_->commit();
  if (!left) {
    failed(std::move(left).error());
    return;
  }
  if (client_)
    compat::send(self_, client_,
                 messages::journal_committed{intake_->committed()});
  if (trouble_.code != core::ec::none) {
    trouble_ = {};
    retry_delay_ = core::duration::zero();
    if (client_)
      compat::send(self_, client_, messages::journal_condition{});
    // Whoever wanted to write meanwhile was not heard.
    compat::send(self_, caf::actor_cast<journal_impl>(self_),
                 messages::write_journal{true});
  }
  intake_->journal().tidy_up();
}

void journal_state::failed(core::error why) {
  retry_delay_ = std::clamp(2 * retry_delay_, retry_delay_min, retry_delay_max);
  retry_at_ = env_.now() + retry_delay_;
  set_timer();
  auto is_news = trouble_ != why;
  trouble_ = std::move(why);
  if (client_ && is_news)
    compat::send(self_, client_, messages::journal_condition{trouble_});
}

// -- forgetting ---------------------------------------------------------------

void journal_state::sweep(std::vector<uint64_t> needed) {
  auto more = forget(needed);
  if (more && !*more)
    more = forget_audit();
  // One that cannot write forgets later.
  if (more && *more) {
    compat::send(self_, caf::actor_cast<journal_impl>(self_),
                 sweep_due{std::move(needed)});
    return;
  }
  sweep_at_ = env_.now() + settings_.sweep_interval;
  set_timer();
}

core::result<bool> journal_state::forget(const std::vector<uint64_t>& needed) {
  auto& all = settings_.queues;
  std::vector<std::string> named;
  named.reserve(all.size());
  for (auto& x : all)
    named.push_back(x.queue);
  std::optional<storage::json_lines> archive;
  if (!settings_.archive.empty()) {
    auto opened = storage::json_lines::open(settings_.archive);
    if (!opened)
      return core::fail(std::move(opened).error());
    archive = *std::move(opened);
  }
  uint64_t count = 0;
  auto one = [&](const core::journal_retention& keep, std::string queue,
                 std::vector<std::string> others) -> core::result<void> {
    storage::retention_order order;
    if (keep.age > core::duration::zero())
      order.finished_before = env_.now() - keep.age;
    order.count_max = keep.count;
    order.queue = std::move(queue);
    order.other_queues = std::move(others);
    order.needed = needed;
    order.steps = forget_steps;
    auto gone = archive ? storage::archive_and_forget(intake_->journal(), order,
                                                      *archive)
                        : intake_->journal().forget(order);
    if (!gone)
      return core::fail(std::move(gone).error());
    count = std::max(count, *gone);
    return {};
  };
  for (auto& x : all)
    if (auto ok = one(x.keep, x.queue, {}); !ok)
      return core::fail(std::move(ok).error());
  if (auto ok = one(settings_.retention, {}, std::move(named)); !ok)
    return core::fail(std::move(ok).error());
  return count >= forget_steps;
}

core::result<bool> journal_state::forget_audit() {
  auto& keep = settings_.audit;
  storage::audit_retention_order order;
  if (keep.age > core::duration::zero())
    order.before = env_.now() - keep.age;
  order.count_max = keep.count;
  order.steps = forget_steps;
  auto gone = intake_->journal().forget_audit(order);
  if (!gone)
    return core::fail(std::move(gone).error());
  return *gone >= forget_steps;
}

// -- questions ----------------------------------------------------------------

messages::task_found journal_state::find(const core::task_id& id) {
  auto found = intake_->journal().find(id);
  if (!found)
    return {std::move(found).error(), {}};
  if (!*found)
    return {core::error{core::ec::unknown_task,
                        fmt::format("no task {}; it never existed, or the "
                                    "journal has forgotten it",
                                    core::to_string(id))},
            {}};
  return {{}, core::to_record(**std::move(found))};
}

messages::tasks_found journal_state::list(const core::task_query& query) {
  auto page = intake_->journal().list(query);
  if (!page)
    return {std::move(page).error(), {}};
  return {{}, *std::move(page)};
}

messages::keys_found
journal_state::find(const std::vector<core::key_question>& keys) {
  messages::keys_found answer;
  for (auto& key : keys) {
    auto found = intake_->journal().find(key);
    if (!found)
      return {std::move(found).error(), {}};
    if (*found)
      answer.tasks.push_back(core::to_record(**std::move(found)));
  }
  return answer;
}

messages::audit_found
journal_state::list_audit(const core::audit_query& query) {
  auto page = intake_->journal().list_audit(query);
  if (!page)
    return {std::move(page).error(), {}};
  return {{}, *std::move(page)};
}

core::journal_status journal_state::status() const {
  return {trouble_, intake_->waiting(), intake_->committed()};
}

// -- time ---------------------------------------------------------------------

void journal_state::set_timer() {
  auto write_at = retry_at_ != core::never ? retry_at_ : patient_until_;
  timer_.set(self_, core::earliest(write_at, sweep_at_), env_.now());
}

void journal_state::on_timer() {
  auto now = env_.now();
  timer_.fired(now);
  auto& write_at = retry_at_ != core::never ? retry_at_ : patient_until_;
  if (write_at != core::never && write_at <= now) {
    write_at = core::never;
    write();
  }
  if (sweep_at_ <= now && sweep_at_ != core::never) {
    // Until the client has answered there is nothing to wait for.
    sweep_at_ = core::never;
    if (client_)
      compat::send(self_, client_, messages::ask_needed{});
  }
  set_timer();
}

journal_impl::behavior_type
journal(journal_impl::stateful_pointer<journal_state> self,
        const environment& env, core::journal_settings settings,
        std::shared_ptr<journal_intake> intake) {
  return compat::state_of(self).make_behavior(env, std::move(settings),
                                              std::move(intake));
}

} // namespace troupe::actors
