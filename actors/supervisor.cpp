#include "actors/supervisor.hpp"

#include <exception>
#include <utility>

namespace troupe::actors {

namespace {

bool is_normal(const caf::error& reason) {
  return !reason || reason == caf::exit_reason::normal
         || reason == caf::exit_reason::user_shutdown;
}

} // namespace

supervisor_impl::behavior_type
supervisor_state::make_behavior(const environment& env,
                                supervisor_settings settings,
                                std::vector<child> children) {
  env_ = env;
  settings_ = std::move(settings);
  supervision_ = std::make_unique<core::supervision>(settings_.strategy,
                                                     settings_.limits);
  compat::on_exit(self_, [this](const caf::exit_msg& x) { on_exit(x); });
  for (auto& x : children)
    add(std::move(x));
  flush();
  return {
    [this](supervise& x) {
      add(std::move(x.what));
      flush();
    },
    [this](timer_due) {
      auto now = env_.now();
      timer_.fired(now);
      supervision_->expire(now);
      flush();
    },
  };
}

void supervisor_state::add(child x) {
  auto running = std::exchange(x.running, nullptr);
  auto number = supervision_->add(x.spec, running != nullptr, env_.now());
  children_.emplace(number, entry{std::move(x), {}, {}});
  if (running)
    watch(number, running);
}

void supervisor_state::watch(uint64_t number, const caf::actor& running) {
  auto& x = children_.at(number);
  x.address = running.address();
  numbers_.emplace(x.address, number);
  // It may be dead already; then its end is told at once.
  compat::link(self_, running);
}

void supervisor_state::on_exit(const caf::exit_msg& x) {
  if (auto i = numbers_.find(x.source); i != numbers_.end()) {
    auto number = i->second;
    numbers_.erase(i);
    ended(number, x.reason);
  } else {
    supervision_->stop(env_.now());
  }
  flush();
}

void supervisor_state::ended(uint64_t number, const caf::error& reason) {
  auto& x = children_.at(number);
  x.why = reason ? compat::describe(self_->system(), reason) : "it quit";
  supervision_->ended(number, is_normal(reason), x.why, env_.now());
}

void supervisor_state::start(uint64_t number) {
  auto& x = children_.at(number);
  caf::actor running;
  try {
    running = x.what.start();
  } catch (const std::exception& what) {
    x.why = what.what();
  }
  if (!running) {
    supervision_->ended(number, false, x.why, env_.now());
    return;
  }
  watch(number, running);
  if (settings_.on_restart && !x.why.empty())
    settings_.on_restart(x.what.spec.id, x.why);
}

void supervisor_state::flush() {
  // Starting may fail, and that may lead to more.
  for (auto actions = supervision_->take_actions(); !actions.empty();
       actions = supervision_->take_actions()) {
    for (auto& action : actions) {
      if (action.what == core::supervisor_action::kind::start) {
        start(action.child);
        continue;
      }
      auto is_killed = action.what == core::supervisor_action::kind::kill;
      if (auto to
          = caf::actor_cast<caf::actor>(children_.at(action.child).address))
        self_->send_exit(to, is_killed ? caf::exit_reason::kill
                                       : caf::exit_reason::user_shutdown);
    }
  }
  std::erase_if(children_, [this](auto& x) {
    return supervision_->find(x.first) == nullptr;
  });
  timer_.set(self_, supervision_->next_due(), env_.now());
  if (!supervision_->has_ended())
    return;
  if (supervision_->gave_up().empty())
    self_->quit(caf::exit_reason::user_shutdown);
  else
    self_->quit(
      caf::make_error(caf::sec::runtime_error, supervision_->gave_up()));
}

supervisor_impl::behavior_type
supervisor(supervisor_impl::stateful_pointer<supervisor_state> self,
           const environment& env, supervisor_settings settings,
           std::vector<child> children) {
  return compat::state_of(self).make_behavior(env, std::move(settings),
                                              std::move(children));
}

} // namespace troupe::actors
