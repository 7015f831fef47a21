// What the handlers of a random Troupe do, and what they see.

#include "tests/simulation/random_troupe.hpp"

#include <stdexcept>

namespace troupe::test {

random_troupe::running_guard::running_guard(random_troupe& world,
                                            std::string agent,
                                            const core::task_spec& spec)
  : world_(world),
    agent_(std::move(agent)),
    queue_(spec.queue),
    resources_(spec.resources) {
  resume();
  EXPECT_TRUE(allows(*spec.placement, world_.agent_labels_[agent_]))
    << "labels of agent " << agent_;
  for (auto& x : resources_)
    EXPECT_TRUE((world_.resources_used_[{agent_, x.name}] += x.amount)
                  <= amount_of(world_.agent_resources_[agent_], x.name)
                || world_.has_lost_some_)
      << x.name << " of agent " << agent_;
  auto& key = spec.concurrency_key;
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

void random_troupe::on_start(const std::string& agent,
                             const core::attempt_key& key,
                             const core::task_spec& spec,
                             const core::dependency_results& inputs) {
  EXPECT_FALSE(paused_agents_.contains(agent))
    << spec.name << " begins on " << agent << ", which is paused";
  auto& numbers = starts_[key.task];
  // What an agent had not begun when it was removed at once may come late; and
  // if all who knew of an attempt were killed, its number is given once more.
  EXPECT_TRUE(has_killed_
              || (!numbers.contains(key.number)
                  && (has_lost_some_ || numbers.empty()
                      || *numbers.rbegin() < key.number)))
    << "attempt " << key.number << " was started twice";
  numbers.insert(key.number);
  for (auto& input : inputs) {
    EXPECT_TRUE(core::is_end(input.status))
      << spec.name << " runs before " << input.alias;
    if (input.status == core::task_status::completed) {
      EXPECT_EQ(input.result.value(), core::json(to_string(input.task)));
    }
  }
}

/// Somebody reports a success once more, which may have counted or not.
void random_troupe::say_again() {
  if (said_.empty())
    return;
  auto& [key, queue]
    = said_[static_cast<size_t>(roll(0, static_cast<int>(said_.size()) - 1))];
  core::attempt_outcome outcome;
  outcome.key = key;
  outcome.finished = troupe_.now();
  outcome.result = core::payload(core::json(to_string(key.task)));
  messages::attempts_ended report;
  report.outcomes.push_back(std::move(outcome));
  troupe_.send(troupe_.queue(queue), std::move(report));
}

core::async<core::payload> random_troupe::work(actors::task_context& ctx) {
  on_start(ctx.agent(), {ctx.id(), ctx.attempt_number()}, ctx.task(),
           ctx.dependencies());
  running_guard guard{*this, ctx.agent(), ctx.task()};
  auto what = static_cast<behaviour>(ctx.parameters()["do"].get<int>());
  switch (what) {
    case behaviour::succeed:
      break;
    case behaviour::fail:
      // Not co_return core::fail(...): clang 14 destroys that temporary again
      // when the coroutine is resumed elsewhere.
      throw core::failure{{core::ec::handler_failed, "as asked"}};
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
    case behaviour::walk:
    case behaviour::question:
    case behaviour::beat:
    case behaviour::silence:
      co_await wait(ctx, guard, what);
      break;
  }
  said_.emplace_back(core::attempt_key{ctx.id(), ctx.attempt_number()},
                     ctx.task().queue);
  co_return core::payload(core::json(to_string(ctx.id())));
}

/// Those that wait for somebody outside, or are watched while they sleep.
core::async<void> random_troupe::wait(actors::task_context& ctx,
                                      running_guard& guard, behaviour what) {
  const core::duration time
    = std::chrono::milliseconds{ctx.parameters()["ms"].get<int>()};
  // Not where it is awaited: g++ 12 cannot take the braces there.
  const core::payload text{{"type", "string"}};
  for (int i = 0; i < 3; ++i) {
    if (what == behaviour::question) {
      auto prompt = std::to_string(i);
      guard.pause();
      try {
        auto within = i == 1 ? time : core::duration{};
        auto answer = co_await ctx.input(prompt, text, within);
        EXPECT_EQ(answer.value(), to_string(ctx.id()) + prompt);
      } catch (const core::failure& why) {
        EXPECT_EQ(why.reason().code, core::ec::timeout);
        EXPECT_EQ(i, 1);
      }
      guard.resume();
      // So that some start over.
      if (i == 2 && ctx.attempt_number() < 2)
        throw core::failure{{core::ec::unavailable, "as asked"}};
      continue;
    }
    co_await ctx.sleep(what == behaviour::silence ? std::chrono::hours{1}
                                                  : time);
    ctx.heartbeat();
    guard.pause();
    co_await ctx.checkpoint();
    guard.resume();
  }
  EXPECT_NE(what, behaviour::silence) << "nobody has noticed";
}

} // namespace troupe::test
