#include "actors/attempt.hpp"

#include <fmt/format.h>

namespace troupe::actors {

core::task_id attempt::submit(core::task_spec child, bool is_awaited,
                              child_life life) {
  if (child.id.is_nil())
    child.id = links_->env.ids->next(now());
  auto id = child.id;
  child.parent = life == child_life::of_attempt ? order_.spec->id
                                                : core::task_id{};
  messages::submit_children request;
  request.parent = key();
  request.is_awaited = is_awaited;
  request.specs.push_back(
    std::make_shared<const core::task_spec>(std::move(child)));
  // Only coroutines wait for an answer, and they run on their host.
  if (is_awaited)
    host_->submit(std::move(request));
  else
    compat::anon_send(links_->manager.get(), std::move(request));
  return id;
}

void attempt::wait_at_checkpoint() {
  sign_of_life();
  if (gate_.number() == 0)
    return;
  auto since = now();
  ++gate_.waiting;
  gate_.wait(stop_.get_token(), [this](uint32_t number) {
    compat::anon_send(links_->manager.get(),
                      messages::attempt_paused{key(), number});
  });
  auto waited = (now() - since).count();
  gate_.waited += waited;
  gate_.waited_in_all += waited;
  --gate_.waiting;
  sign_of_life();
}

core::time_point attempt::over_at() const noexcept {
  auto limit = order_.spec->limits.attempt;
  if (limit <= core::duration::zero())
    return core::never;
  // That of a coroutine, which runs where its watch is.
  if (context && watch.over_at() != core::never)
    return watch.over_at();
  return started + limit + core::duration{gate_.waited_in_all.load()};
}

core::attempt_outcome run_plain(const plain_handler& run, attempt& self) {
  task_context context{self};
  core::attempt_outcome outcome;
  outcome.key = self.key();
  outcome.started = self.started;
  auto fail = [&](core::error why) {
    if (why.code == core::ec::none)
      why.code = core::ec::handler_failed;
    outcome.failure = std::move(why);
  };
  try {
    auto made = run(context);
    if (made)
      outcome.result = *std::move(made);
    else
      fail(std::move(made).error());
  } catch (const core::failure& what) {
    fail(what.reason());
  }
  outcome.finished = self.now();
  return outcome;
}

core::attempt_outcome crashed(const core::attempt_key& key,
                              core::time_point started, core::time_point now,
                              std::string what) {
  core::attempt_outcome outcome;
  outcome.key = key;
  outcome.started = started;
  outcome.finished = now;
  outcome.failure = {core::ec::handler_crashed,
                     fmt::format("the handler threw: {}", what)};
  return outcome;
}

core::attempt_outcome thrown(const core::attempt_key& key,
                             core::time_point started, core::time_point now) {
  try {
    throw;
  } catch (const core::failure& what) {
    core::attempt_outcome outcome;
    outcome.key = key;
    outcome.started = started;
    outcome.finished = now;
    outcome.failure = what.reason();
    if (outcome.failure.code == core::ec::none)
      outcome.failure.code = core::ec::handler_failed;
    return outcome;
  } catch (const std::exception& what) {
    return crashed(key, started, now, what.what());
  } catch (...) {
    return crashed(key, started, now, "something that is no std::exception");
  }
}

} // namespace troupe::actors
