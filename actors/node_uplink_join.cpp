// How a node joins its manager, comes back to it, and gives up what it has when
// it must take itself for lost.

#include "actors/batch_lists.hpp"
#include "actors/node_uplink.hpp"
#include "actors/secret_answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

namespace troupe::actors {

namespace {

/// To connect and to be answered, each.
constexpr core::duration answer_timeout = std::chrono::seconds{5};

core::error unanswered(const caf::error& why) {
  return why == caf::sec::request_timeout
           ? core::error{core::ec::timeout, "the manager did not answer"}
           : core::error{core::ec::unavailable, "the connection has broken"};
}

} // namespace

void node_uplink_state::say(node_state state, const core::error& why) {
  if (options_.on_state)
    options_.on_state(state, why);
}

// -- the connection -----------------------------------------------------------

void node_uplink_state::dial_now() {
  dial_at_ = core::never;
  if (memory_->has_left)
    return;
  compat::send(self_, connector_, dial{++connection_});
}

void node_uplink_state::dial_soon(const core::error& why) {
  say(node_state::waiting, why);
  auto chance = std::uniform_real_distribution<double>{0, 1}(random_);
  // As long as there is a session, what runs here may be given to others.
  dial_at_ = now() + backoff_.failed(now(), chance, session_ != 0);
  wait_for_times();
}

/// The connection is of no use any more. The session goes on in the next one.
void node_uplink_state::lose(const core::error& why) {
  if (memory_->has_left)
    return;
  manager_ = nullptr;
  door_ = nullptr;
  entered_at_ = core::never;
  ++connection_;
  beats_.clear();
  // What waited for an answer to come in.
  put_before(pending_, std::exchange(held_, {}));
  dial_soon(why);
}

void node_uplink_state::on_dialled(dialled& x) {
  if (x.number != connection_ || memory_->has_left)
    return;
  if (x.failure.code != core::ec::none) {
    lose(x.failure);
    return;
  }
  door_ = std::move(x.door);
  nonce_ = link::random_nonce();
  messages::join_node request;
  request.name = memory_->spec.name;
  request.incarnation = incarnation_;
  request.token = std::move(x.token);
  request.nonce = link::to_hex(nonce_);
  auto number = connection_;
  auto handle = compat::request(self_, door_, answer_timeout,
                                std::move(request));
  // CAF 1.x has then() for temporaries only.
  // NOLINTNEXTLINE(performance-move-const-arg)
  std::move(handle).then(
    [this, number](messages::node_challenge& answer) {
      if (number == connection_)
        on_challenge(answer);
    },
    [this, number](const caf::error& why) {
      if (number == connection_)
        lose(unanswered(why));
    });
}

void node_uplink_state::on_challenge(messages::node_challenge& x) {
  if (x.failure.code != core::ec::none) {
    lose(x.failure);
    return;
  }
  auto proof = answer_challenge(options_.secret, nonce_, memory_->spec.name, x);
  if (proof)
    enter(*std::move(proof));
  else
    lose(proof.error());
}

void node_uplink_state::enter(std::string proof) {
  messages::enter_node request;
  request.spec = memory_->spec;
  request.incarnation = incarnation_;
  request.proof = std::move(proof);
  request.session = session_;
  request.received = channel_.received();
  for (auto& [number, x] : memory_->agents)
    request.agents.push_back({number, x.spec});
  for (auto& [key, x] : memory_->attempts)
    request.claims.push_back({x.agent, key, x.at, x.is_paused});
  // Their outcomes will come.
  auto claim = [&](const std::vector<core::attempt_outcome>& outcomes) {
    for (auto& x : outcomes)
      request.claims.push_back(
        {0, x.key, core::live_attempt::state::running, false});
  };
  for (auto& [number, outcomes] : on_way_)
    claim(outcomes);
  claim(pending_.outcomes);
  request.uplink = caf::actor_cast<messages::node_uplink_actor>(self_);
  held_ = std::exchange(pending_, {});
  entered_at_ = now();
  auto number = connection_;
  auto handle = compat::request(self_, door_, answer_timeout,
                                std::move(request));
  // NOLINTNEXTLINE(performance-move-const-arg)
  std::move(handle).then(
    [this, number](messages::node_welcome& answer) {
      if (number == connection_)
        on_welcome(answer);
    },
    [this, number](const caf::error& why) {
      if (number == connection_)
        lose(unanswered(why));
    });
}

// -- the session --------------------------------------------------------------

void node_uplink_state::on_welcome(messages::node_welcome& x) {
  if (x.failure.code != core::ec::none) {
    lose(x.failure);
    // Next time as one that has nothing.
    if (x.failure.code == core::ec::agent_lost)
      give_up_all();
    return;
  }
  if (x.is_resumed
      && (x.session != session_ || !channel_.can_resume_after(x.received))) {
    lose({core::ec::unavailable, "the manager has mistaken this node"});
    give_up_all();
    return;
  }
  manager_ = x.actor;
  compat::monitor(self_, manager_);
  times_ = x.times;
  lease_ = core::work_lease{times_.lease, entered_at_};
  heard_ = now();
  // At once: the manager waits for it before it says anything.
  next_beat_ = heard_;
  beats_.clear();
  backoff_.connected(heard_);
  if (x.is_resumed)
    resume(x);
  else
    begin(x);
  say(node_state::joined);
  on_time();
  flush();
}

void node_uplink_state::resume(const messages::node_welcome& x) {
  channel_.resume_after(x.received);
  put_before(pending_, std::exchange(held_, {}));
  forget_acknowledged();
}

/// A new session. What was claimed is known, so only what has come of it since
/// needs to be said; all else that was on its way is asked for again.
void node_uplink_state::begin(const messages::node_welcome& x) {
  auto before = std::exchange(held_, {});
  auto on_way = std::exchange(on_way_, {});
  channel_ = frame_channel{env_.batch_bytes_max};
  if (x.is_adopted) {
    for (auto& key : x.unwanted)
      give_up(key);
    // Nor those that wait for what was given up before.
    for (auto& [key, old] : memory_->given_up)
      old.next.reset();
    messages::node_reports known;
    for (auto& [number, some] : on_way)
      std::ranges::move(some, std::back_inserter(known.outcomes));
    std::ranges::move(before.outcomes, std::back_inserter(known.outcomes));
    // An attempt with the same number may be made in its place.
    std::erase_if(known.outcomes, [&](auto& outcome) {
      return std::ranges::find(x.unwanted, outcome.key) != x.unwanted.end();
    });
    known.children = std::move(before.children);
    known.progress = std::move(before.progress);
    known.events = std::move(before.events);
    put_before(pending_, std::move(known));
  } else {
    give_up_all();
  }
  session_ = x.session;
  for (auto& [number, agent] : memory_->agents)
    agent.refusal = {};
  pending_.conditions.clear();
  for (auto& [number, agent] : memory_->agents)
    tell_condition(number, agent);
}

/// Others may get what runs here: stops it, and does not say what comes of it.
void node_uplink_state::give_up_all() {
  while (!memory_->attempts.empty())
    give_up(memory_->attempts.begin()->first);
  for (auto& [key, x] : memory_->given_up)
    x.next.reset();
  session_ = 0;
  on_way_.clear();
  held_ = {};
  auto agents = std::exchange(pending_, {});
  pending_.added = std::move(agents.added);
  pending_.removed = std::move(agents.removed);
  channel_ = frame_channel{env_.batch_bytes_max};
  end_leaving();
}

void node_uplink_state::give_up(core::attempt_key key) {
  auto i = memory_->attempts.find(key);
  if (i == memory_->attempts.end())
    return;
  if (auto known = memory_->agents.find(i->second.agent);
      known != memory_->agents.end()) {
    compat::send(self_, known->second.host, messages::cancel_attempts{{key}});
    auto& old = memory_->given_up[key];
    old.agent = i->second.agent;
    old.queue = i->second.spec->queue;
  }
  memory_->attempts.erase(i);
}

/// In the place of an uplink that has died, of whose session it knows nothing.
/// So what runs is given up; but the agents would report that it has ended to
/// the one before, and may have.
void node_uplink_state::take_over() {
  give_up_all();
  std::map<std::pair<uint32_t, std::string>, std::vector<core::attempt_key>>
    lines;
  for (auto& [key, x] : memory_->given_up)
    lines[{x.agent, x.queue}].push_back(key);
  auto me = caf::actor_cast<messages::attempt_sink_actor>(self_);
  for (auto& [line, keys] : lines) {
    auto& [agent, queue] = line;
    compat::send(self_, memory_->agents.at(agent).host,
                 messages::adopt_attempts{asked_.size(), queue, me});
    asked_.push_back(std::move(keys));
  }
  for (auto& [number, x] : memory_->agents) {
    compat::monitor(self_, x.host);
    compat::send(self_, x.host, messages::watch_agent{});
  }
}

/// What has ended already, nobody will report.
void node_uplink_state::on_adopted(const messages::attempts_adopted& x) {
  if (x.recovery >= asked_.size())
    return;
  std::vector<messages::node_order> waited;
  for (auto& key : std::exchange(asked_[x.recovery], {}))
    if (std::ranges::find(x.attempts, key, &core::live_attempt::key)
        == x.attempts.end())
      is_over(key, waited);
  run(waited);
  leave_if_done();
}

/// One that was given up; the order that waited for it is to be carried out.
void node_uplink_state::is_over(const core::attempt_key& key,
                                std::vector<messages::node_order>& waited) {
  auto i = memory_->given_up.find(key);
  if (i == memory_->given_up.end())
    return;
  if (i->second.next)
    waited.push_back(*std::move(i->second.next));
  memory_->given_up.erase(i);
}

bool node_uplink_state::is_of_session(uint64_t session) {
  return manager_ && session == session_;
}

// -- time ---------------------------------------------------------------------

void node_uplink_state::beat(core::time_point when) {
  beats_.emplace_back(++last_beat_, when);
  compat::send(self_, manager_,
               messages::node_beat{session_, last_beat_,
                                   channel_.take_acknowledgement()});
}

void node_uplink_state::on_time() {
  auto when = now();
  if (session_ != 0 && lease_.is_over(when)) {
    give_up_all();
    // What it has said that it has, in order to enter, is not true any more.
    if (manager_ || entered_at_ != core::never)
      lose({core::ec::timeout,
            fmt::format("the manager was silent for {}, so what ran here has "
                        "been stopped",
                        core::to_string(times_.lease))});
  }
  if (manager_ && when - heard_ >= times_.suspect_after)
    lose({core::ec::timeout, fmt::format("the manager was silent for {}",
                                         core::to_string(when - heard_))});
  if (manager_ && when >= next_beat_) {
    beat(when);
    next_beat_ = when + times_.heartbeat;
  }
  if (dial_at_ != core::never && when >= dial_at_)
    dial_now();
  leave_if_done();
  wait_for_times();
}

void node_uplink_state::wait_for_times() {
  auto next = core::earliest(dial_at_, core::earliest(memory_->leave_by,
                                                      memory_->hand_back_by));
  if (session_ != 0)
    next = core::earliest(next, lease_.ends_at());
  if (manager_)
    next = core::earliest(core::earliest(next, next_beat_),
                          heard_ + times_.suspect_after);
  timer_.set(self_, next, now());
}

} // namespace troupe::actors
