#include "tests/simulation/crashing_troupe.hpp"

#include "tests/support/tasks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace troupe::test {

core::result<void> mortal_journal::commit(const core::journal_batch& batch) {
  core::error full{core::ec::journal_full, "no room"};
  if (is_dead_)
    return core::fail(full);
  if (std::uniform_int_distribution<int>{1, 100}(random_) <= failing_percent_)
    inner_.fail_at(random_() % (batch.tasks.size() + 1), full);
  auto ok = inner_.commit(batch);
  // What does not fit to what is there was never to be written.
  EXPECT_TRUE(ok || ok.error().code == core::ec::journal_full)
    << to_string(ok.error());
  return ok;
}

crashing_troupe::crashing_troupe(uint64_t seed)
  : seed_(seed), random_(seed * 6'700'417) {
}

int crashing_troupe::roll(int from, int to) {
  return std::uniform_int_distribution<int>{from, to}(random_);
}

bool crashing_troupe::chance(int percent) {
  return roll(1, 100) <= percent;
}

// -- a life -------------------------------------------------------------------

void crashing_troupe::open(virtual_troupe& troupe) {
  for (auto* name : {"one", "two"}) {
    core::queue_spec spec;
    spec.name = name;
    spec.max_concurrent = 2;
    troupe.add_queue(spec);
  }
  for (int i = 1; i <= 2; ++i) {
    actors::agent_definition agent{fmt::format("agent-{}", i)};
    agent.slots(2);
    agent.on("work", [this](actors::task_context& ctx) { return work(ctx); });
    EXPECT_EQ(troupe.add_agent(std::move(agent)), core::error{});
  }
}

core::task_spec crashing_troupe::random_task(virtual_troupe& troupe) {
  auto spec = make_task(troupe, fmt::format("task-{}", tasks_.size()));
  spec.queue = chance(50) ? "one" : "two";
  spec.priority = roll(0, 100);
  spec.retry.max_retries = static_cast<uint32_t>(roll(0, 2));
  spec.retry.base = std::chrono::milliseconds{roll(0, 300)};
  if (chance(10))
    spec.limits.total = std::chrono::milliseconds{roll(1, 5000)};
  spec.parameters = core::payload{{"do", roll(0, 9)}, {"ms", roll(1, 300)}};
  for (int n = roll(0, 2); n > 0 && !ids_.empty(); --n) {
    auto& needed
      = ids_[static_cast<size_t>(roll(0, static_cast<int>(ids_.size()) - 1))];
    if (tasks_.at(needed).is_accepted
        && std::ranges::find(spec.dependencies, needed, &core::dependency::task)
             == spec.dependencies.end())
      spec.dependencies.push_back(
        {needed, {}, static_cast<core::on_failure>(roll(0, 2))});
  }
  return spec;
}

void crashing_troupe::submit(virtual_troupe& troupe) {
  auto& added = lines_.emplace_back();
  added.who = std::make_unique<client>(troupe);
  messages::submit_tasks request;
  for (int i = roll(1, 6); i > 0; --i) {
    auto spec = share(random_task(troupe));
    tasks_[spec->id].spec = spec;
    added.ids.push_back(spec->id);
    request.specs.push_back(std::move(spec));
  }
  added.who->send(troupe.parts().manager, std::move(request));
}

/// As clients do that were not answered by a process that is gone. What the
/// tasks depend on may have been forgotten with it.
void crashing_troupe::submit_again(virtual_troupe& troupe) {
  for (auto& line : lines_) {
    line.who = std::make_unique<client>(troupe);
    messages::submit_tasks request;
    for (auto& id : line.ids)
      request.specs.push_back(
        std::make_shared<const core::task_spec>(*tasks_.at(id).spec));
    line.who->send(troupe.parts().manager, std::move(request));
  }
  messages::await_tasks watched;
  for (auto& [id, task] : tasks_)
    if (task.is_accepted && !task.end && !task.has_ended_before)
      watched.tasks.push_back(id);
  watcher_->send(troupe.parts().manager, std::move(watched));
}

/// What clients are told.
void crashing_troupe::listen() {
  std::erase_if(lines_, [this](auto& line) {
    auto answers = line.who->template take<messages::done>();
    if (answers.empty())
      return false;
    auto& why = answers.front().failure;
    for (auto& id : line.ids) {
      auto& task = tasks_.at(id);
      task.is_accepted = why.code == core::ec::none;
      if (task.is_accepted)
        ids_.push_back(id);
    }
    // One that ended and was forgotten with its process is known, too.
    EXPECT_TRUE(why.code == core::ec::none || why.code == core::ec::journal_full
                || why.code == core::ec::unknown_task
                || why.code == core::ec::duplicate)
      << to_string(why);
    return true;
  });
  for (auto& report : watcher_->take<messages::tasks_ended>())
    for (auto& record : report.records) {
      auto& task = tasks_.at(record.id());
      // Whoever asks twice is told twice.
      EXPECT_TRUE(!task.end
                  || (task.end->status == record.status
                      && task.end->finished == record.finished
                      && task.end->result == record.result))
        << record.name() << " has ended twice";
      task.end = std::move(record);
    }
}

void crashing_troupe::disturb(virtual_troupe& troupe) {
  auto manager = troupe.parts().manager;
  if (ids_.empty() || chance(60)) {
    submit(troupe);
    return;
  }
  auto any
    = ids_[static_cast<size_t>(roll(0, static_cast<int>(ids_.size()) - 1))];
  switch (roll(0, 5)) {
    case 0:
      troupe.send(manager, messages::cancel_task{any});
      break;
    case 1:
      troupe.send(manager, messages::set_task_priority{any, roll(0, 100)});
      break;
    case 2:
      troupe.send(manager, messages::pause_task{any});
      break;
    case 3:
      troupe.send(manager, messages::drop_dead_letter{any});
      break;
    default: {
      messages::await_tasks watched{{any}};
      if (!tasks_.at(any).end && !tasks_.at(any).has_ended_before)
        watcher_->send(manager, std::move(watched));
    }
  }
}

void crashing_troupe::live(bool is_last) {
  ++lives_;
  auto journal = std::make_shared<mortal_journal>(content_, random_(),
                                                  is_last ? 0 : roll(0, 20));
  {
    virtual_troupe troupe{
      seed_ * 100 + static_cast<uint64_t>(lives_), 0, {}, {}, journal};
    watcher_ = std::make_unique<client>(troupe);
    open(troupe);
    submit_again(troupe);
    for (int i = is_last ? 0 : roll(3, 15); i > 0; --i) {
      disturb(troupe);
      for (int steps = roll(0, 80); steps > 0 && troupe.step(); --steps) {
        // It may end in the middle of anything.
      }
      if (chance(50))
        troupe.advance(std::chrono::milliseconds{roll(1, 400)});
      listen();
    }
    if (is_last) {
      troupe.settle();
      for (auto& id : ids_)
        troupe.send(troupe.parts().manager, messages::resume_task{id});
      EXPECT_TRUE(troupe.run_until_idle(std::chrono::seconds{300}));
      listen();
    }
    journal->die();
    lines_.shrink_to_fit();
    for (auto& line : lines_)
      line.who.reset();
    watcher_.reset();
  }
  check_promises();
}

core::async<core::payload> crashing_troupe::work(actors::task_context& ctx) {
  auto id = ctx.id();
  if (auto i = tasks_.find(id); i != tasks_.end()) {
    EXPECT_FALSE(i->second.has_ended_before)
      << i->second.spec->name << " ran after its end";
    EXPECT_FALSE(i->second.end)
      << i->second.spec->name << " ran after its end was told";
  }
  auto& parameters = ctx.parameters();
  auto what = parameters.at("do").get<int>();
  auto attempt = ctx.attempt_number();
  if (what >= 3) {
    std::chrono::milliseconds time{parameters.at("ms").get<int>()};
    co_await ctx.sleep(time);
  }
  if (what == 9 || (what == 8 && attempt == 1))
    throw core::failure{{core::ec::handler_failed, "no luck"}};
  if (what == 7) {
    core::task_spec child;
    child.name = "child";
    child.capabilities = {"work"};
    child.queue = ctx.task().queue;
    child.parameters = core::payload{{"do", 1}, {"ms", 1}};
    auto outcome = co_await ctx.run(std::move(child));
    co_return outcome.result;
  }
  co_return core::payload(core::json(attempt));
}

// -- the checks ---------------------------------------------------------------

/// What clients were told is there, and no more has ended than once.
void crashing_troupe::check_promises() {
  for (auto& [id, task] : tasks_) {
    auto number = content_->numbers.find(id);
    EXPECT_TRUE(!task.is_accepted || number != content_->numbers.end())
      << task.spec->name << " was accepted and is lost";
    if (number == content_->numbers.end())
      continue;
    auto& image = content_->tasks.at(number->second);
    EXPECT_EQ(to_string(image.spec->id), to_string(id));
    EXPECT_TRUE(!task.has_ended_before || image.has_ended())
      << task.spec->name << " goes on";
    if (image.has_ended())
      task.has_ended_before = true;
    if (!task.end)
      continue;
    EXPECT_EQ(image.status, task.end->status) << task.spec->name;
    EXPECT_EQ(image.result, task.end->result) << task.spec->name;
    EXPECT_EQ(image.failure.code,
              task.end->failure ? task.end->failure->code : core::ec::none)
      << task.spec->name;
  }
}

void crashing_troupe::run() {
  for (int i = roll(1, 5); i > 0; --i)
    live(false);
  live(true);
  for (auto& [id, task] : tasks_)
    EXPECT_TRUE(!task.is_accepted || task.has_ended_before) << task.spec->name;
  for (auto& [number, image] : content_->tasks) {
    EXPECT_TRUE(image.has_ended()) << image.spec->name;
    // The last attempt may have been lost with every process.
    EXPECT_LE(image.failures, image.spec->retry.max_retries + 1)
      << image.spec->name;
  }
}

} // namespace troupe::test
