#include "actors/node_session.hpp"

#include "actors/batch_lists.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::actors {

namespace {

/// A session has one node; the detector numbers them.
constexpr core::failure_detector::peer_number peer = 1;

} // namespace

node_session_impl::behavior_type
node_session_state::make_behavior(std::shared_ptr<const session_links> links,
                                  core::node_document node,
                                  const std::vector<presumed_attempt>& presumed,
                                  bool is_awaited) {
  links_ = std::move(links);
  channel_ = frame_channel{links_->env.batch_bytes_max};
  spec_ = std::move(node.spec);
  incarnation_ = node.incarnation;
  is_awaited_ = is_awaited;
  detector_ = core::failure_detector{links_->liveness};
  joined_ = links_->env.now();
  is_adopted_ = is_awaited;
  renumber();
  for (auto& x : presumed)
    ledger_.presume(x.agent, x.spec, x.number);
  detector_.add(peer, joined_);
  watch();
  compat::on_down(self_, [this](const caf::down_msg& x) { on_down(x); });
  compat::drop_unexpected(self_);
  return {
    [this](messages::node_frame& x) { on_frame(x); },
    [this](to_node& x) { on_order(x); },
    [this](flush_due) {
      is_flush_due_ = false;
      flush();
    },
    [this](const messages::node_beat& x) { on_beat(x); },
    [this](const messages::node_leaves& x) {
      if (x.session == number_)
        end("it has left");
    },
    [this](adopt_remote& x) { adopt(x); },
    [this](admit_node& x) { return enter(x.what); },
    [this](expect_agent& x) { expect(x); },
    [this](const end_session& x) { end(x.why); },
    [this](drain_node x) { drain(x.within); },
    [this](get_node) { return info(); },
    [this](timer_due) {
      timer_.fired(links_->env.now());
      watch();
    },
  };
}

// -- coming and going ---------------------------------------------------------

messages::node_welcome node_session_state::enter(messages::enter_node& x) {
  messages::node_welcome welcome;
  auto& times = links_->liveness;
  welcome.times = {times.heartbeat_interval, times.suspect_after, times.lease};
  auto goes_on = !is_new_ && x.session == number_
                 && channel_.can_resume_after(x.received);
  if (!goes_on && was_heard_) {
    welcome.failure = {core::ec::agent_lost,
                       "its session is over; it has to begin anew"};
    end("it has lost what it had");
    return welcome;
  }
  connect(x.uplink);
  if (goes_on) {
    ++reconnections_;
    channel_.resume_after(x.received);
    welcome.is_resumed = true;
    welcome.received = channel_.received();
  } else {
    begin(x);
    welcome.is_adopted = is_adopted_;
    if (is_adopted_)
      welcome.unwanted = claim(x.claims);
    keep();
  }
  welcome.session = number_;
  welcome.actor = caf::actor_cast<messages::node_session_actor>(self_);
  flush_soon();
  return welcome;
}

/// A node that enters again, and was not heard in between, has not got the
/// welcome: it is welcomed again, as if it had not been.
void node_session_state::begin(messages::enter_node& x) {
  is_awaited_ = false;
  spec_ = std::move(x.spec);
  if (!std::exchange(is_new_, false)) {
    // What it says of the first session after all comes too late.
    renumber();
    set_agents(x.agents);
    return;
  }
  if (!is_adopted_)
    // What a process before had of this name is gone.
    compat::anon_send(links_->where->get().router,
                      messages::drop_node{spec_.name});
  set_agents(x.agents);
  publish(core::event_kind::node_joined);
}

void node_session_state::renumber() {
  auto id = links_->env.ids->next(links_->env.now());
  number_ = std::max<uint64_t>(1, id.low);
}

void node_session_state::connect(const messages::node_uplink_actor& uplink) {
  uplink_ = uplink;
  has_spoken_ = false;
  compat::monitor(self_, uplink_);
  static_cast<void>(detector_.reopened(peer, links_->env.now()));
  if (std::exchange(is_suspect_, false) && !is_new_)
    publish(core::event_kind::node_alive);
  tell_conditions();
  watch();
}

void node_session_state::on_down(const caf::down_msg& x) {
  if (uplink_ && x.source == uplink_.address()) {
    // It may come back over another connection; nothing is lost yet.
    uplink_ = nullptr;
    detector_.closed(peer, links_->env.now());
    tell_conditions();
    watch();
    return;
  }
  for (auto& [number, known] : agents_) {
    if (known.actor.address() == x.source) {
      auto gone = number;
      replace(gone);
      return;
    }
  }
}

/// Is it alive?
void node_session_state::watch() {
  auto now = links_->env.now();
  for (auto& change : detector_.check(now)) {
    auto why = fmt::format("{} for {}",
                           uplink_ || is_awaited_
                             ? "nothing was heard of it"
                             : "its connection was closed, and nothing was "
                               "heard of it",
                           core::to_string(change.silence));
    if (change.health == core::peer_health::dead) {
      end(why);
      return;
    }
    is_suspect_ = true;
    publish(core::event_kind::node_suspect, std::move(why));
    tell_conditions();
  }
  if (retry_at_ != core::never && retry_at_ <= now) {
    retry_at_ = core::never;
    for (auto number : std::exchange(unknown_, {}))
      make_known(number);
  }
  timer_.set(self_, core::earliest(detector_.next_due(), retry_at_), now);
}

bool node_session_state::is_heard(uint64_t session) {
  if (session != number_ || is_new_) {
    auto from = compat::sender_as<messages::node_uplink_actor>(self_);
    if (from)
      compat::send(self_, from, messages::node_unknown{session});
    return false;
  }
  was_heard_ = true;
  // In the connection before, it may not have heard of it.
  if (!std::exchange(has_spoken_, true) && is_draining_ && uplink_)
    tell_drain();
  auto sign = detector_.heard(peer, links_->env.now());
  if (sign == core::failure_detector::sign_of_life::alive_again) {
    is_suspect_ = false;
    publish(core::event_kind::node_alive);
    tell_conditions();
  }
  return true;
}

void node_session_state::drain(core::duration within) {
  is_draining_ = true;
  drain_by_ = core::earliest(drain_by_, end_of(within, links_->env.now()));
  tell_conditions();
  if (uplink_)
    tell_drain();
  else
    end("it was to leave, and is not there");
}

void node_session_state::tell_drain() {
  auto left = core::duration::max();
  if (drain_by_ != core::never)
    left = std::max(core::duration::zero(), drain_by_ - links_->env.now());
  compat::send(self_, uplink_, messages::node_drains{number_, left});
}

void node_session_state::end(const std::string& why) {
  publish(core::event_kind::node_left, why);
  auto parts = links_->where->get();
  // Unless another process has taken its name; and before one does.
  links_->fleet->remove(spec_.name, self_->address(), [&] {
    compat::anon_send(parts.router, messages::drop_node{spec_.name});
    if (parts.journal)
      compat::anon_send(
        parts.manager,
        messages::keep_document{{"node", spec_.name, std::nullopt}, {}});
  });
  self_->quit();
}

void node_session_state::publish(core::event_kind kind, std::string text) {
  core::event happened;
  happened.at = links_->env.now();
  happened.kind = kind;
  happened.subject = spec_.name;
  happened.text = std::move(text);
  messages::publish_events report;
  report.events.push_back(std::move(happened));
  compat::anon_send(links_->where->get().bus, std::move(report));
}

core::node_info node_session_state::info() const {
  core::node_info result;
  result.spec = spec_;
  result.health = uplink_ || is_awaited_ ? detector_.health(peer)
                                         : core::peer_health::suspect;
  result.is_awaited = is_awaited_;
  result.is_draining = is_draining_;
  result.agents = static_cast<uint32_t>(agents_.size());
  result.running = static_cast<uint32_t>(ledger_.size());
  result.joined = joined_;
  result.last_heard = detector_.last_heard(peer);
  result.reconnections = reconnections_;
  return result;
}

// -- what goes to the node ----------------------------------------------------

void node_session_state::on_order(to_node& x) {
  // Of one that has died this may come after the news of its end.
  auto i = agents_.find(x.agent);
  auto from = caf::actor_cast<caf::actor_addr>(self_->current_sender());
  if (i == agents_.end() || i->second.actor.address() != from)
    return;
  for (auto& order : x.what.orders) {
    // It has ended meanwhile.
    if (order.is_resumed
        && ledger_.find({order.spec.spec->id, order.number}) == nullptr)
      continue;
    ledger_.start(order.agent, order.spec.spec, order.number, x.sink);
    pending_.orders.push_back(std::move(order));
  }
  for (auto& command : x.what.commands) {
    if (auto* known = ledger_.find(command.key)) {
      if (command.kind == messages::order_kind::pause)
        known->is_paused = true;
      else if (command.kind == messages::order_kind::resume)
        known->is_paused = false;
    }
  }
  x.what.orders.clear();
  put_before(x.what, std::move(pending_));
  pending_ = std::move(x.what);
  set_load(x.agent);
  flush_soon();
}

/// The router asks, by way of the agent; it has to hear the agent answer.
void node_session_state::adopt(adopt_remote& x) {
  auto i = agents_.find(x.agent);
  if (i == agents_.end())
    return;
  auto router = compat::sender_as<messages::adoption_actor>(self_);
  messages::attempts_adopted answer;
  answer.recovery = x.what.recovery;
  answer.attempts = ledger_.adopt(x.agent, x.what.queue, x.what.sink);
  compat::send_as(self_,
                  caf::actor_cast<caf::strong_actor_ptr>(i->second.actor),
                  router, std::move(answer));
}

void node_session_state::flush_soon() {
  if (!std::exchange(is_flush_due_, true))
    compat::send(self_, caf::actor_cast<node_session_impl>(self_), flush_due{});
}

void node_session_state::flush() {
  if (!uplink_ || !has_spoken_)
    return;
  auto send = [this](messages::node_frame&& x) {
    compat::send(self_, uplink_, std::move(x));
  };
  channel_.send(number_, send);
  while (!is_empty(pending_) && channel_.has_room()) {
    auto [batch, bytes] = take_batch(self_->system(), pending_,
                                     links_->env.batch_bytes_max);
    if (bytes.size() > links_->env.batch_bytes_max) {
      cannot_send(batch);
      continue;
    }
    channel_.push(std::move(bytes));
    channel_.send(number_, send);
  }
}

/// It would come again and again.
void node_session_state::cannot_send(messages::node_orders& batch) {
  for (auto& x : batch.orders) {
    core::attempt_key key{x.spec.spec->id, x.number};
    auto* known = ledger_.find(key);
    if (known == nullptr)
      continue;
    auto sink = known->sink;
    ledger_.end(key);
    set_load(x.agent);
    core::error why{core::ec::limit_exceeded,
                    fmt::format("what the task is given is more than the {} "
                                "bytes that can be sent to a node",
                                links_->env.batch_bytes_max),
                    true};
    end_attempt(key, sink, std::move(why));
  }
}

void node_session_state::end_attempt(const core::attempt_key& key,
                                     const messages::attempt_sink_actor& sink,
                                     core::error why) {
  if (!sink)
    return;
  core::attempt_outcome outcome;
  outcome.key = key;
  outcome.started = outcome.finished = links_->env.now();
  outcome.failure = std::move(why);
  messages::attempts_ended report;
  report.outcomes.push_back(std::move(outcome));
  compat::send(self_, sink, std::move(report));
}

void forget_when_gone(const session_links& links, const std::string& name,
                      const node_session_impl& session) {
  caf::actor_cast<caf::actor>(session)->attach_functor(
    [fleet = links.fleet, name, address = session.address()](
      const caf::error&) { fleet->remove(name, address); });
}

node_session_impl::behavior_type
node_session(node_session_impl::stateful_pointer<node_session_state> self,
             std::shared_ptr<const session_links> links,
             core::node_document node,
             const std::vector<presumed_attempt>& presumed, bool is_awaited) {
  return compat::state_of(self).make_behavior(std::move(links), std::move(node),
                                              presumed, is_awaited);
}

} // namespace troupe::actors
