// What comes from a node: signs of life, and what its agents report.

#include "actors/node_session.hpp"
#include "core/validate.hpp"

#include <utility>

namespace troupe::actors {

void node_session_state::on_frame(messages::node_frame& x) {
  if (!is_heard(x.session))
    return;
  core::arrival arrival{};
  if (!channel_.acknowledged(x.received)) {
    end("it has received what was never sent");
    return;
  }
  auto batch = channel_.receive(x, arrival);
  if (channel_.is_broken()) {
    end("it has said more at once than is taken in");
    return;
  }
  // The session can go on, in another connection.
  if (arrival == core::arrival::gap) {
    if (uplink_) {
      compat::send(self_, uplink_, messages::node_unknown{number_});
      uplink_ = nullptr;
      tell_conditions();
    }
    return;
  }
  if (batch) {
    messages::node_reports reports;
    if (!compat::decode(self_->system(), *batch, reports)) {
      end("it has said what cannot be understood");
      return;
    }
    take_in(reports);
  }
  if (uplink_ && channel_.owes_acknowledgement())
    compat::send(self_, uplink_,
                 messages::node_beat{number_, 0,
                                     channel_.take_acknowledgement()});
  flush_soon();
}

void node_session_state::on_beat(const messages::node_beat& x) {
  if (!is_heard(x.session))
    return;
  if (!channel_.acknowledged(x.received)) {
    end("it has received what was never sent");
    return;
  }
  if (uplink_)
    compat::send(self_, uplink_,
                 messages::node_beat{number_, x.number,
                                     channel_.take_acknowledgement()});
  flush();
}

void node_session_state::take_in(messages::node_reports& x) {
  for (auto& agent : x.added)
    add(agent);
  if (!x.added.empty())
    keep();
  for (auto& child : x.children)
    pass_children(child);
  auto manager = links_->where->owner().get();
  for (auto& news : x.progress)
    compat::anon_send(manager, messages::update_progress{news.key, news.percent,
                                                         std::move(news.note)});
  for (auto& news : x.events)
    compat::anon_send(manager,
                      messages::report_event{news.key, std::move(news.what)});
  for (auto& asked : x.questions)
    if (auto i = agents_.find(asked.agent); i != agents_.end())
      compat::send_as(self_,
                      caf::actor_cast<caf::strong_actor_ptr>(i->second.actor),
                      manager,
                      messages::ask_input{asked.key, std::move(asked.what)});
  take_in_attempts(x);
  take_in_agents(x);
}

void node_session_state::take_in_attempts(messages::node_reports& x) {
  for (auto& signal : x.signals) {
    auto* known = ledger_.find(signal.key);
    if (known == nullptr)
      continue;
    switch (signal.kind) {
      case messages::report_kind::parked:
        known->at = core::live_attempt::state::parked;
        if (known->sink)
          compat::send(self_, known->sink,
                       messages::attempts_parked{{signal.key}});
        break;
      case messages::report_kind::unparked:
        known->at = core::live_attempt::state::unparking;
        if (known->sink)
          compat::send(self_, known->sink,
                       messages::attempts_unparked{{signal.key}});
        break;
      case messages::report_kind::paused:
        if (auto i = agents_.find(known->agent); i != agents_.end())
          compat::send_as(
            self_, caf::actor_cast<caf::strong_actor_ptr>(i->second.actor),
            links_->where->owner().get(),
            messages::attempt_paused{signal.key, signal.number});
        break;
    }
  }
  messages::attempts_ended report;
  messages::attempt_sink_actor sink;
  auto pass_on = [&] {
    if (sink && !report.outcomes.empty())
      compat::send(self_, sink, std::exchange(report, {}));
    report.outcomes.clear();
  };
  for (auto& outcome : x.outcomes) {
    auto* known = ledger_.find(outcome.key);
    // Late, and fenced off: it was given to another agent, or cancelled.
    if (known == nullptr)
      continue;
    if (known->sink != sink) {
      pass_on();
      sink = known->sink;
    }
    auto number = known->agent;
    ledger_.end(outcome.key);
    set_load(number);
    report.outcomes.push_back(std::move(outcome));
  }
  pass_on();
}

void node_session_state::pass_children(messages::node_child& x) {
  auto i = agents_.find(x.agent);
  if (i == agents_.end())
    return;
  messages::submit_children request;
  request.parent = x.parent;
  request.is_awaited = x.is_awaited;
  for (auto& child : x.specs) {
    auto ok = core::check(*child.spec);
    if (ok)
      request.specs.push_back(std::move(child.spec));
    else
      pending_.refusals.push_back(
        {x.agent, x.parent, child.spec->id, std::move(ok).error()});
  }
  if (request.specs.empty())
    return;
  compat::send_as(self_,
                  caf::actor_cast<caf::strong_actor_ptr>(i->second.actor),
                  links_->where->owner().get(), std::move(request));
}

} // namespace troupe::actors
