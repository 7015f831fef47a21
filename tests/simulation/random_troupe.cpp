// Long because it is one world, and all that may happen in it.

#include "tests/simulation/random_troupe.hpp"

#include "tests/support/tasks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace troupe::test {

namespace {

const std::vector<std::string> capabilities{"a", "b", "c"};

} // namespace

// -- what handlers see --------------------------------------------------------

random_troupe::running_guard::running_guard(random_troupe& world,
                                            const actors::task_context& ctx)
  : world_(world),
    agent_(ctx.agent()),
    queue_(ctx.task().queue),
    resources_(ctx.task().resources) {
  resume();
  for (auto& x : resources_)
    EXPECT_TRUE((world_.resources_used_[{agent_, x.name}] += x.amount)
                  <= amount_of(world_.agent_resources_[agent_], x.name)
                || world_.has_lost_some_)
      << x.name << " of agent " << agent_;
  auto& key = ctx.task().concurrency_key;
  if (key.empty())
    return;
  key_ = {queue_, key};
  auto limit = world_.key_limits_[queue_];
  EXPECT_TRUE(++world_.running_with_key_[key_] <= limit || limit == 0
              || world_.has_lost_some_)
    << "limit of key " << key << " in queue " << queue_;
}

random_troupe::running_guard::~running_guard() {
  if (counts_)
    pause();
  if (!key_.second.empty())
    --world_.running_with_key_[key_];
  for (auto& x : resources_)
    world_.resources_used_[{agent_, x.name}] -= x.amount;
}

void random_troupe::running_guard::pause() {
  counts_ = false;
  --world_.running_on_agent_[agent_];
  --world_.running_in_queue_[queue_];
}

void random_troupe::running_guard::resume() {
  counts_ = true;
  EXPECT_LE(++world_.running_on_agent_[agent_], world_.agent_slots_[agent_])
    << "slots of agent " << agent_;
  auto limit = world_.queue_limits_[queue_];
  EXPECT_TRUE(++world_.running_in_queue_[queue_] <= limit || limit == 0
              || world_.has_lost_some_)
    << "limit of queue " << queue_;
}

void random_troupe::on_start(const actors::task_context& ctx) {
  auto& numbers = starts_[ctx.id()];
  // What an agent had not begun when it was removed at once may come late.
  EXPECT_TRUE(!numbers.contains(ctx.attempt_number())
              && (has_lost_some_ || numbers.empty()
                  || *numbers.rbegin() < ctx.attempt_number()))
    << "attempt " << ctx.attempt_number() << " was started twice";
  numbers.insert(ctx.attempt_number());
  for (auto& input : ctx.dependencies()) {
    EXPECT_TRUE(core::is_end(input.status))
      << ctx.task().name << " runs before " << input.alias;
    if (input.status == core::task_status::completed) {
      EXPECT_EQ(input.result.value(), core::json(to_string(input.task)));
    }
  }
}

core::async<core::payload> random_troupe::work(actors::task_context& ctx) {
  on_start(ctx);
  running_guard guard{*this, ctx};
  auto what = static_cast<behaviour>(ctx.parameters()["do"].get<int>());
  switch (what) {
    case behaviour::succeed:
      break;
    case behaviour::fail:
      co_return core::fail(core::ec::handler_failed, "as asked");
    case behaviour::crash:
      throw std::runtime_error{"as asked"};
    case behaviour::sleep:
      co_await ctx.sleep(
        std::chrono::milliseconds{ctx.parameters()["ms"].get<int>()});
      break;
    case behaviour::ask: {
      guard.pause();
      core::task_spec child;
      child.name = ctx.task().name + "/child";
      child.capabilities = {"a"};
      child.queue = ctx.task().queue;
      child.parameters = core::payload{{"do", 0}};
      auto record = co_await ctx.run(std::move(child));
      EXPECT_TRUE(record.has_ended());
      guard.resume();
      break;
    }
    case behaviour::spawn: {
      core::task_spec child;
      child.name = ctx.task().name + "/spawned";
      child.capabilities = {"a"};
      child.queue = ctx.task().queue;
      child.parameters = core::payload{{"do", 0}};
      ctx.submit(std::move(child));
      break;
    }
    case behaviour::hang:
      co_await ctx.sleep(std::chrono::hours{1000});
      break;
  }
  co_return core::payload(core::json(to_string(ctx.id())));
}

// -- making it ----------------------------------------------------------------

random_troupe::random_troupe(uint64_t seed)
  : random_(seed * 7919),
    rate_limits_(some_rate_limits(seed)),
    troupe_(seed, seed % 4 == 0 ? 1 + seed / 4 % 3 : 0, {}, rate_limits_) {
  troupe_.ask<messages::subscribed>(troupe_.parts().bus,
                                    messages::subscribe{1, 1'000'000});
  add_queues();
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
    spec.routing = static_cast<core::routing_strategy>(roll(0, 2));
    spec.is_fair = chance(30);
    if (chance(30))
      spec.aging = std::chrono::seconds{1};
    spec.key_max = static_cast<uint32_t>(roll(0, 2));
    spec.at_key_max = chance(50) ? core::key_policy::wait
                                 : static_cast<core::key_policy>(roll(1, 3));
    // What waits for a token may need what would be refused meanwhile.
    if (!rate_limits_.limits.empty()
        && spec.at_key_max == core::key_policy::refuse)
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
  if (rate_limits_.limits.empty())
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
  for (auto& capability : capabilities)
    if (chance(60))
      agent.on(capability,
               [this](actors::task_context& ctx) { return work(ctx); });
  if (agent.handlers().empty())
    agent.on("a", [this](actors::task_context& ctx) { return work(ctx); });
  agent_ids_.push_back(agent.spec().id);
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
  if (chance(30))
    spec.resources.push_back({"cpu", roll(1, 8) / 2.0});
  if (chance(10))
    spec.resources.push_back({"gpu", 1});
  if (chance(25))
    spec.concurrency_key = fmt::format("key-{}", roll(1, 3));
  auto what = chance(50) ? behaviour::succeed
                         : static_cast<behaviour>(roll(1, 6));
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
  if (chance(10))
    spec.limits.waiting = some_time();
  if (chance(10))
    spec.limits.total = some_time();
}

void random_troupe::submit_graph() {
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
  if (rate_limits_.limits.empty()) {
    auto failure = troupe_.submit(std::move(specs));
    if (failure.code == core::ec::key_busy
        || failure.code == core::ec::queue_full)
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
  client_.send(troupe_.parts().submissions, std::move(request));
  ++submissions_;
}

bool random_troupe::is_all_accepted() const {
  return client_.got<messages::done>().size() == submissions_;
}

// -- its life -----------------------------------------------------------------

void random_troupe::disturb() {
  auto& parts = troupe_.parts();
  auto any = [this](auto& list) {
    return list[static_cast<size_t>(
      roll(0, static_cast<int>(list.size()) - 1))];
  };
  switch (roll(0, 7)) {
    case 0:
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
    default:
      submit_graph();
  }
}

/// So that everything can end: all queues run, and somebody can do everything.
void random_troupe::quieten() {
  for (auto& name : paused_)
    troupe_.send(troupe_.queue(name), messages::resume_queue{});
  actors::agent_definition agent{"able"};
  agent.slots(2);
  agent_slots_["able"] = 2;
  agent.resource("cpu", 4).resource("gpu", 1);
  agent_resources_["able"] = agent.spec().resources;
  for (auto& capability : capabilities)
    agent.on(capability,
             [this](actors::task_context& ctx) { return work(ctx); });
  EXPECT_EQ(troupe_.add_agent(std::move(agent)), core::error{});
  for (int i = 0; i < 100'000 && !is_all_accepted(); ++i)
    troupe_.advance(std::chrono::milliseconds{100});
  EXPECT_TRUE(is_all_accepted());
  for (auto& answer : client_.got<messages::done>())
    EXPECT_EQ(answer.failure, core::error{});
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
  auto is_done = troupe_.run_until_idle(std::chrono::minutes{5});
  EXPECT_TRUE(is_done);
  if (!is_done)
    for (auto& id : ids_)
      if (auto record = troupe_.get(id); !record.has_ended())
        ADD_FAILURE() << record.name() << ": " << troupe_.explain(id);
  take_events();
  EXPECT_EQ(order_.findings(), std::vector<std::string>{});
  EXPECT_EQ(rates_.findings(), std::vector<std::string>{});
  check_ends();
  check_left_overs();
  check_rates();
}

void random_troupe::take_events() {
  auto& self = troupe_.self();
  while (self->has_next_message()) {
    self->receive(
      [&](messages::events_published& x) {
        for (auto& event : x.events) {
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
    EXPECT_EQ(ends_[id], 1) << record.name();
    if (record.status == core::task_status::completed) {
      EXPECT_EQ(end_kinds_[id], core::event_kind::task_completed);
      EXPECT_FALSE(starts_[id].empty()) << record.name();
    } else {
      EXPECT_TRUE(record.failure) << record.name();
    }
  }
}

void random_troupe::check_left_overs() {
  EXPECT_EQ(troupe_.stats().unended(), 0u);
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

/// Of the limit for all: no more than its burst and its rate in any stretch of
/// time.
void random_troupe::check_rates() const {
  EXPECT_EQ(accepted_.size(), ids_.size());
  // What has passed a limit may be kept for a full queue.
  if (rate_limits_.limits.empty() || may_be_kept_)
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
