// Long because it is one world, and all that may happen in it.

#include "tests/simulation/random_troupe.hpp"

#include "tests/support/tasks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::test {

namespace {

const std::vector<std::string> capabilities{"a", "b", "c"};

} // namespace

// -- making it ----------------------------------------------------------------

random_troupe::random_troupe(uint64_t seed)
  : random_(seed * 7919),
    rate_limits_(some_rate_limits(seed)),
    circuits_(some_circuits(seed, rate_limits_)),
    has_waiting_gates_(
      !rate_limits_.limits.empty()
      || (circuits_ && circuits_->on_open == core::open_policy::hold)),
    troupe_(seed, seed % 4 == 0 ? 1 + seed / 4 % 3 : 0, circuits_, rate_limits_,
            some_journal(seed)) {
  subscribe();
  add_queues();
  is_deadly_ = seed % 3 == 1 || seed % 12 == 0;
  for (int i = roll(1, 3); i > 0; --i)
    add_agent();
}

/// In one world of three; one for all, and perhaps one for each owner. A graph
/// passes at once or waits.
core::rate_limit_options random_troupe::some_rate_limits(uint64_t seed) {
  core::rate_limit_options result;
  for (uint64_t i = 0; seed % 3 == 0 && i < 1 + seed / 3 % 2; ++i) {
    auto& limit = result.limits.emplace_back();
    limit.name = fmt::format("limit-{}", i);
    limit.scope = i == 0 ? core::limit_scope::all : core::limit_scope::owner;
    limit.rate = {1 + seed % 7, std::chrono::milliseconds{50 + seed % 400},
                  12 + seed % 5};
    limit.when_exceeded = core::rate_policy::wait;
    limit.waiting_max = 1'000'000;
  }
  return result;
}

/// In two worlds of five; they open soon and not for long, so that all comes to
/// its end.
std::optional<core::circuit_options>
random_troupe::some_circuits(uint64_t seed,
                             const core::rate_limit_options& limits) {
  if (seed % 5 > 1)
    return std::nullopt;
  constexpr core::circuit_scope scopes[] = {core::circuit_scope::capability,
                                            core::circuit_scope::queue,
                                            core::circuit_scope::all};
  core::circuit_options result;
  result.scope = scopes[seed / 5 % 3];
  auto& x = result.settings;
  x.failures_max = static_cast<uint32_t>(2 + seed / 15 % 3);
  x.cool_down = std::chrono::milliseconds{20 + seed % 90};
  x.cool_down_max = std::chrono::milliseconds{200};
  x.probes = static_cast<uint32_t>(1 + seed / 7 % 2);
  x.probe_time = std::chrono::milliseconds{600};
  // What has waited for a token is not to be refused.
  if (seed % 5 == 1 || !limits.limits.empty())
    result.on_open = core::open_policy::hold;
  result.held_max = 1'000'000;
  return result;
}

/// In every other world.
std::shared_ptr<storage::journal> random_troupe::some_journal(uint64_t seed) {
  return seed % 2 == 1 ? std::make_shared<storage::memory_journal>() : nullptr;
}

int random_troupe::roll(int from, int to) {
  return std::uniform_int_distribution<int>{from, to}(random_);
}

bool random_troupe::chance(int percent) {
  return roll(1, 100) <= percent;
}

void random_troupe::add_queues() {
  for (int i = roll(1, 3); i > 0; --i) {
    core::queue_spec spec;
    spec.name = fmt::format("queue-{}", i);
    spec.max_concurrent = static_cast<uint32_t>(roll(0, 3));
    spec.routing = static_cast<core::routing_strategy>(
      roll(0, static_cast<int>(core::routing_strategy_last)));
    spec.is_fair = chance(30);
    if (chance(30))
      spec.aging = std::chrono::seconds{1};
    spec.key_max = static_cast<uint32_t>(roll(0, 2));
    spec.at_key_max = chance(50) ? core::key_policy::wait
                                 : static_cast<core::key_policy>(roll(1, 3));
    // What waits for a token may need what would be refused meanwhile.
    if (has_waiting_gates_ && spec.at_key_max == core::key_policy::refuse)
      spec.at_key_max = core::key_policy::wait;
    key_limits_[spec.name] = spec.key_max;
    if (chance(30)) {
      core::token_rate rate;
      rate.tokens = static_cast<uint64_t>(roll(5, 100));
      rate.burst = static_cast<uint64_t>(roll(1, 3));
      spec.rate
        = core::dispatch_rate{rate, static_cast<core::rate_scope>(roll(0, 1))};
      rates_.add(spec);
    }
    if (chance(25))
      bound(spec);
    queue_names_.push_back(spec.name);
    queue_limits_[spec.name] = spec.max_concurrent;
    troupe_.add_queue(spec);
  }
}

/// A graph fits.
void random_troupe::bound(core::queue_spec& spec) {
  spec.waiting_max = static_cast<uint64_t>(roll(12, 20));
  spec.when_full = chance(70) ? core::full_policy::shed
                              : core::full_policy::refuse;
  if (!has_waiting_gates_)
    return;
  // As for keys: what waits is not to be refused.
  spec.when_full = core::full_policy::wait;
  spec.full_wait_max = core::duration::zero();
  spec.held_max = 1'000'000;
  may_be_kept_ = true;
}

void random_troupe::add_agent() {
  actors::agent_definition agent{fmt::format("agent-{}", ++agents_made_)};
  auto slots = static_cast<uint32_t>(roll(1, 3));
  agent.slots(slots);
  agent_slots_[agent.spec().id] = slots;
  if (chance(60))
    agent.resource("cpu", roll(1, 4));
  if (chance(30))
    agent.resource("gpu", 1);
  agent_resources_[agent.spec().id] = agent.spec().resources;
  agent.label("zone", chance(50) ? "a" : "b");
  agent_labels_[agent.spec().id] = agent.spec().labels;
  for (auto& capability : capabilities)
    if (chance(60))
      agent.on(capability,
               [this](actors::task_context& ctx) { return work(ctx); });
  if (agent.handlers().empty())
    agent.on("a", [this](actors::task_context& ctx) { return work(ctx); });
  agent_ids_.push_back(agent.spec().id);
  if (chance(20)) {
    add_stubborn_agent(agent.spec());
    return;
  }
  EXPECT_EQ(troupe_.add_agent(std::move(agent)), core::error{});
}

core::task_spec random_troupe::random_task(const std::string& name) {
  core::task_spec spec;
  spec.id = troupe_.new_id();
  spec.name = name;
  spec.queue = queue_names_[static_cast<size_t>(
    roll(0, static_cast<int>(queue_names_.size()) - 1))];
  spec.capabilities.push_back(capabilities[static_cast<size_t>(roll(0, 2))]);
  if (auto second = capabilities[static_cast<size_t>(roll(0, 2))];
      chance(20) && second != spec.capabilities.front())
    spec.capabilities.push_back(second);
  spec.priority = roll(0, 100);
  spec.owner = fmt::format("owner-{}", roll(1, 3));
  if (chance(20))
    spec.sticky_key = fmt::format("key-{}", roll(1, 3));
  if (chance(10))
    spec.agent = agent_ids_.front();
  if (chance(15))
    spec.placement = core::placement{{{"zone", core::label_test::is, {"a"}}},
                                     {}};
  else if (chance(15))
    spec.placement = core::placement{{},
                                     {{"zone", core::label_test::is, {"b"}}}};
  if (chance(30))
    spec.resources.push_back({"cpu", roll(1, 8) / 2.0});
  if (chance(10))
    spec.resources.push_back({"gpu", 1});
  if (chance(25))
    spec.concurrency_key = fmt::format("key-{}", roll(1, 3));
  auto what = chance(50) ? behaviour::succeed
                         : static_cast<behaviour>(roll(1, 10));
  set_limits(spec, what);
  spec.parameters = core::payload{{"do", static_cast<int>(what)},
                                  {"ms", roll(1, 500)}};
  return spec;
}

void random_troupe::set_limits(core::task_spec& spec, behaviour what) {
  auto some_time = [this] {
    return std::chrono::milliseconds{roll(1, 3000)};
  };
  spec.retry.max_retries = static_cast<uint32_t>(roll(0, 3));
  spec.retry.base = std::chrono::milliseconds{roll(0, 1000)};
  if (what == behaviour::hang || chance(10))
    spec.limits.attempt = some_time();
  // Sleepers have no more than half a second, the silent ones at least one.
  if (what == behaviour::beat || what == behaviour::silence)
    spec.limits.heartbeat = std::chrono::milliseconds{roll(501, 999)};
  if (chance(10))
    spec.limits.waiting = some_time();
  if (chance(10))
    spec.limits.total = some_time();
}

void random_troupe::submit_graph() {
  // It may need what was lost.
  submit_again();
  std::vector<core::task_spec> specs;
  auto known = ids_.size();
  for (int i = roll(1, 12); i > 0; --i) {
    auto spec = random_task(fmt::format("task-{}", ids_.size()));
    for (int n = roll(0, 3); n > 0 && !ids_.empty(); --n) {
      auto& needed
        = ids_[static_cast<size_t>(roll(0, static_cast<int>(ids_.size()) - 1))];
      auto is_known = std::ranges::any_of(spec.dependencies, [&](auto& x) {
        return x.task == needed;
      });
      if (!is_known)
        spec.dependencies.push_back(
          {needed, {}, static_cast<core::on_failure>(roll(0, 2))});
    }
    ids_.push_back(spec.id);
    attempts_max_[spec.id] = spec.retry.max_retries + 1;
    order_.add(spec);
    rates_.add(spec);
    specs.push_back(std::move(spec));
  }
  std::ranges::shuffle(specs, random_);
  for (auto& spec : specs)
    limited_.insert(spec.id);
  if (!has_waiting_gates_) {
    auto failure = troupe_.submit(std::move(specs));
    if (may_be_refused(failure))
      ids_.resize(known);
    else
      EXPECT_EQ(failure, core::error{});
    return;
  }
  // It may have to wait for the answer.
  messages::submit_tasks request;
  for (auto& spec : specs) {
    EXPECT_TRUE(core::check(spec));
    request.specs.push_back(share(std::move(spec)));
  }
  auto to = troupe_.parts().submissions;
  client_.send(to, request);
  submissions_.push_back({std::move(request), std::move(to)});
}

/// Too many with its concurrency key, or in its queue, or its circuit is open.
bool random_troupe::may_be_refused(const core::error& why) noexcept {
  return why.code == core::ec::key_busy || why.code == core::ec::queue_full
         || why.code == core::ec::circuit_open;
}

bool random_troupe::is_accepted(const core::task_spec_ptr& spec) {
  return troupe_
           .ask<messages::task_found>(troupe_.parts().manager,
                                      messages::get_task{spec->id})
           .failure.code
         == core::ec::none;
}

/// All of a graph or none is.
bool random_troupe::is_all_accepted() {
  std::erase_if(submissions_,
                [this](auto& x) { return is_accepted(x.what.specs.front()); });
  return submissions_.empty();
}

/// As clients do whose gate or manager has died before it answered.
void random_troupe::submit_again() {
  if (!has_killed_)
    return;
  troupe_.settle();
  if (is_all_accepted())
    return;
  auto to = troupe_.parts().submissions;
  for (auto& x : submissions_)
    if (x.to != to) {
      client_.send(to, x.what);
      x.to = to;
    }
}

// -- its life -----------------------------------------------------------------

void random_troupe::disturb() {
  auto parts = troupe_.parts();
  auto any = [this](auto& list) {
    return list[static_cast<size_t>(
      roll(0, static_cast<int>(list.size()) - 1))];
  };
  if (ids_.empty()) {
    submit_graph();
    return;
  }
  // Who asks has to get an answer, and not from somebody who is dying.
  auto settle = [this] {
    if (has_killed_)
      troupe_.settle();
  };
  switch (roll(0, is_deadly_ ? 15 : 11)) {
    case 0:
      settle();
      add_agent();
      break;
    case 1:
      if (agent_ids_.size() > 1) {
        auto id = any(agent_ids_);
        auto is_at_once = chance(50);
        troupe_.remove_agent(id, is_at_once);
        has_lost_some_ = has_lost_some_ || is_at_once;
        std::erase(agent_ids_, id);
      }
      break;
    case 2: {
      auto name = any(queue_names_);
      troupe_.send(troupe_.queue(name), messages::pause_queue{});
      paused_.insert(name);
      break;
    }
    case 3:
      for (auto& name : paused_)
        troupe_.send(troupe_.queue(name), messages::resume_queue{});
      paused_.clear();
      break;
    case 4:
      troupe_.send(parts.manager, messages::cancel_task{any(ids_)});
      break;
    case 5:
      troupe_.send(parts.manager,
                   messages::set_task_priority{any(ids_), roll(0, 100)});
      break;
    case 6:
    case 7:
    case 8:
      settle();
      meddle();
      break;
    case 11:
      settle();
      pause_agents();
      break;
    case 12:
    case 13:
    case 14:
    case 15:
      kill();
      break;
    default:
      settle();
      submit_graph();
  }
}

/// One more, or all go on.
void random_troupe::pause_agents() {
  if (chance(40)) {
    resume_agents();
    return;
  }
  auto& id = agent_ids_[static_cast<size_t>(
    roll(0, static_cast<int>(agent_ids_.size()) - 1))];
  auto refused = troupe_
                   .ask<messages::done>(troupe_.parts().router,
                                        messages::pause_agent{id})
                   .failure;
  EXPECT_EQ(refused, core::error{}) << refused.message;
  // What was on its way to it still begins.
  troupe_.settle();
  paused_agents_.insert(id);
}

void random_troupe::resume_agents() {
  for (auto& id : std::exchange(paused_agents_, {}))
    troupe_.send(troupe_.parts().router, messages::resume_agent{id});
}

/// What people do to single tasks.
void random_troupe::meddle() {
  auto any
    = ids_[static_cast<size_t>(roll(0, static_cast<int>(ids_.size()) - 1))];
  auto manager = troupe_.parts().manager;
  switch (roll(0, 5)) {
    case 5:
      say_again();
      break;
    case 0:
    case 1:
      troupe_.send(manager, messages::pause_task{any});
      break;
    case 2:
      troupe_.send(manager, messages::resume_task{any});
      break;
    case 3:
      replay_one();
      break;
    default:
      answer_some(50);
  }
}

void random_troupe::replay_one() {
  // It might have to wait for its answer.
  if (may_be_kept_)
    return;
  auto dead = troupe_.ask<core::task_page>(troupe_.parts().manager,
                                           messages::list_dead_letters{});
  for (auto& x : dead.tasks) {
    if (!starts_.contains(x.id()) || !attempts_max_.contains(x.id()))
      continue;
    auto spec = core::replay(*x.spec, {}, troupe_.new_id());
    order_.add(spec);
    rates_.add(spec);
    // Past the limits, which may keep it waiting.
    messages::submit_tasks request;
    request.specs.push_back(std::make_shared<const core::task_spec>(spec));
    auto failure
      = troupe_.ask<messages::done>(troupe_.parts().manager, std::move(request))
          .failure;
    // Then it stays what it is.
    if (may_be_refused(failure))
      continue;
    EXPECT_EQ(failure, core::error{}) << failure.message;
    replayed_.insert(x.id());
    ids_.push_back(spec.id);
    attempts_max_[spec.id] = spec.retry.max_retries + 1;
    return;
  }
}

void random_troupe::answer_some(int percent) {
  auto manager = troupe_.parts().manager;
  auto open = troupe_.ask<messages::input_list>(manager,
                                                messages::get_inputs{});
  for (auto& x : open.inputs) {
    EXPECT_FALSE(answered_.contains({x.task, x.what.prompt}))
      << "asked again what was answered";
    if (!chance(percent))
      continue;
    auto answer = core::payload(core::json(to_string(x.task) + x.what.prompt));
    // It may have been cancelled, or its time may be over, by now.
    auto refused
      = troupe_
          .ask<messages::done>(manager, messages::provide_input{x.task, answer})
          .failure;
    if (refused == core::error{})
      answered_.emplace(x.task, x.what.prompt);
    else
      EXPECT_EQ(refused.code, core::ec::wrong_status) << refused.message;
  }
}

/// One of Troupe's own actors, or an agent, whatever it is doing.
void random_troupe::kill() {
  has_killed_ = has_lost_some_ = true;
  auto parts = troupe_.parts();
  std::vector<caf::actor> victims{caf::actor_cast<caf::actor>(parts.bus),
                                  caf::actor_cast<caf::actor>(parts.manager),
                                  caf::actor_cast<caf::actor>(parts.router)};
  if (parts.journal)
    victims.push_back(caf::actor_cast<caf::actor>(parts.journal));
  if (circuits_)
    victims.push_back(caf::actor_cast<caf::actor>(parts.breaker));
  if (!rate_limits_.limits.empty())
    victims.push_back(caf::actor_cast<caf::actor>(parts.limiter));
  for (auto& [name, queue] : parts.queues)
    victims.push_back(caf::actor_cast<caf::actor>(queue));
  for (auto& agent : troupe_.tree().roster()->all())
    victims.push_back(caf::actor_cast<caf::actor>(agent.host));
  auto& victim = victims[static_cast<size_t>(
    roll(0, static_cast<int>(victims.size()) - 1))];
  caf::anon_send_exit(victim, caf::exit_reason::kill);
}

/// So that everything can end: all queues run, and somebody can do everything.
void random_troupe::quieten() {
  troupe_.settle();
  // Also those whose resumption was told an actor that was killed.
  for (auto& name : queue_names_)
    troupe_.send(troupe_.queue(name), messages::resume_queue{});
  for (auto& id : ids_)
    troupe_.send(troupe_.parts().manager, messages::resume_task{id});
  actors::agent_definition agent{"able"};
  agent.slots(2);
  agent_slots_["able"] = 2;
  agent.resource("cpu", 4).resource("gpu", 1);
  agent_resources_["able"] = agent.spec().resources;
  agent.label("zone", "a");
  agent_labels_["able"] = agent.spec().labels;
  for (auto& capability : capabilities)
    agent.on(capability,
             [this](actors::task_context& ctx) { return work(ctx); });
  EXPECT_EQ(troupe_.add_agent(std::move(agent)), core::error{});
  for (int i = 0; i < 100'000 && !is_all_accepted(); ++i) {
    submit_again();
    // What waits for an answer may keep others out of a full queue, and so may
    // what waits for an agent that is paused.
    answer_some(100);
    if (i == 100)
      resume_agents();
    troupe_.advance(std::chrono::milliseconds{100});
  }
  EXPECT_TRUE(is_all_accepted());
  for (auto& answer : client_.got<messages::done>())
    EXPECT_EQ(answer.failure, core::error{}) << answer.failure.message;
}

void random_troupe::run() {
  // One may be refused, e.g. for a concurrency key.
  while (ids_.empty())
    submit_graph();
  for (int i = roll(5, 25); i > 0; --i) {
    for (int steps = roll(0, 60); steps > 0 && troupe_.step(); --steps) {
      // A disturbance comes in the middle of things.
    }
    disturb();
    if (chance(30))
      troupe_.advance(std::chrono::milliseconds{roll(1, 200)});
  }
  quieten();
  auto is_done = false;
  for (int seconds = 0; seconds < 300 && !is_done; ++seconds) {
    answer_some(100);
    // Those whose sticky key is bound to one that is paused wait for it.
    if (seconds == 60)
      resume_agents();
    is_done = troupe_.run_until_idle(std::chrono::seconds{1});
  }
  EXPECT_TRUE(is_done);
  if (!is_done)
    for (auto& id : ids_)
      if (auto record = troupe_.get(id); !record.has_ended())
        ADD_FAILURE() << record.name() << ": " << troupe_.explain(id);
  take_events();
  // What was told an actor that was killed is not heard of, and a queue that is
  // started again starts with a full bucket.
  if (!has_killed_) {
    EXPECT_EQ(order_.findings(), std::vector<std::string>{});
    EXPECT_EQ(rates_.findings(), std::vector<std::string>{});
  }
  check_ends();
  check_dead_letters();
  check_circuits();
  check_left_overs();
  check_rates();
}

/// To the bus that is there now, from the beginning.
void random_troupe::subscribe() {
  auto bus = troupe_.parts().bus;
  if (bus == known_bus_)
    return;
  known_bus_ = bus;
  troupe_.send(bus, messages::subscribe{1, 1'000'000});
}

void random_troupe::take_events() {
  subscribe();
  troupe_.settle();
  auto& self = troupe_.self();
  while (self->has_next_message()) {
    self->receive(
      [&](messages::events_published& x) {
        for (auto& event : x.events) {
          // Another bus tells all of it once more.
          if (event.sequence <= events_seen_)
            continue;
          EXPECT_EQ(event.sequence, ++events_seen_);
          order_.see(event);
          rates_.see(event);
          if (event.kind == core::event_kind::task_submitted
              && limited_.contains(event.task))
            accepted_.push_back(event.at);
          if (core::is_task_end(event.kind)) {
            ++ends_[event.task];
            end_kinds_[event.task] = event.kind;
          }
        }
      },
      [](messages::subscribed&) {
        // nop
      },
      [](messages::done&) {
        // Answers to what disturb() asked.
      });
  }
}

void random_troupe::check_ends() {
  for (auto& [id, count] : ends_)
    EXPECT_EQ(count, 1) << to_string(id);
  for (auto& id : ids_) {
    auto record = troupe_.get(id);
    EXPECT_TRUE(record.has_ended()) << record.name();
    EXPECT_TRUE(has_lost_some_ || starts_[id].size() <= attempts_max_[id])
      << record.name();
    EXPECT_TRUE(ends_[id] == 1 || has_killed_) << record.name();
    if (ends_[id] == 0)
      continue;
    if (record.status == core::task_status::completed) {
      EXPECT_EQ(end_kinds_[id], core::event_kind::task_completed);
      EXPECT_FALSE(starts_[id].empty()) << record.name();
    } else {
      EXPECT_TRUE(record.failure) << record.name();
      auto fell_silent = record.failure
                         && record.failure->message.find("no sign of life")
                              != std::string::npos;
      EXPECT_TRUE(!fell_silent
                  || record.spec->parameters.value()["do"]
                       == static_cast<int>(behaviour::silence))
        << record.name();
    }
  }
}

void random_troupe::check_dead_letters() {
  std::set<core::task_id> dead;
  messages::list_dead_letters request;
  request.query.limit = 1000;
  for (auto& x :
       troupe_.ask<core::task_page>(troupe_.parts().manager, request).tasks)
    dead.insert(x.id());
  for (auto& id : ids_) {
    auto record = troupe_.get(id);
    EXPECT_EQ(dead.contains(id), record.status == core::task_status::failed
                                   && record.attempt > 0
                                   && !replayed_.contains(id))
      << record.name();
  }
}

void random_troupe::check_left_overs() {
  EXPECT_EQ(troupe_.stats().unended(), 0u);
  EXPECT_TRUE(troupe_
                .ask<messages::input_list>(troupe_.parts().manager,
                                           messages::get_inputs{})
                .inputs.empty());
  // What was cancelled may still have a moment to go.
  troupe_.advance(std::chrono::seconds{2});
  for (auto& name : queue_names_) {
    auto info = troupe_.info(name);
    EXPECT_EQ(info.ready, 0u) << name;
    EXPECT_EQ(info.running, 0u) << name;
  }
  for (auto& [agent, count] : running_on_agent_)
    EXPECT_EQ(count, 0u) << agent;
  for (auto& [queue, count] : running_in_queue_)
    EXPECT_EQ(count, 0u) << queue;
  for (auto& [what, amount] : resources_used_)
    EXPECT_EQ(amount, 0) << what.second << " of agent " << what.first;
  for (auto& [key, count] : running_with_key_)
    EXPECT_EQ(count, 0u) << key.second;
}

/// Each that is not closed can close: it admits probes, and they come to it.
void random_troupe::check_circuits() {
  if (!circuits_)
    return;
  auto left = [this] {
    auto known = troupe_.ask<messages::circuit_list>(troupe_.parts().breaker,
                                                     messages::get_circuits{});
    return std::ranges::count_if(known.circuits, [](auto& x) {
      return x.state != core::circuit_state::closed;
    });
  };
  for (int i = 0; i < 20 && left() > 0; ++i) {
    for (auto& queue : queue_names_)
      for (auto& capability : capabilities) {
        auto spec = make_task(troupe_, "probe", capability);
        spec.queue = queue;
        spec.parameters
          = core::payload{{"do", static_cast<int>(behaviour::succeed)}};
        messages::submit_tasks request;
        request.specs.push_back(share(std::move(spec)));
        client_.send(troupe_.parts().submissions, std::move(request));
      }
    troupe_.advance(std::chrono::seconds{1}, std::chrono::milliseconds{20});
  }
  EXPECT_EQ(left(), 0);
  EXPECT_TRUE(troupe_.run_until_idle(std::chrono::seconds{100}));
}

/// Of the limit for all: no more than its burst and its rate in any stretch of
/// time.
void random_troupe::check_rates() const {
  EXPECT_TRUE(accepted_.size() + replayed_.size() == ids_.size()
              || has_killed_);
  // What has passed a limit may be kept for a full queue.
  if (rate_limits_.limits.empty() || may_be_kept_ || circuits_ || has_killed_)
    return;
  auto& rate = rate_limits_.limits.front().rate;
  for (size_t i = 0; i + rate.burst < accepted_.size(); ++i)
    for (auto j = i + rate.burst; j < accepted_.size(); ++j) {
      auto beyond = static_cast<int64_t>(j - i + 1 - rate.burst);
      EXPECT_GE((accepted_[j] - accepted_[i])
                  * static_cast<int64_t>(rate.tokens),
                rate.per * beyond)
        << beyond << " more than the burst";
    }
}

} // namespace troupe::test
