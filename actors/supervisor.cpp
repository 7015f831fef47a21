#include "actors/supervisor.hpp"

#include <exception>
#include <utility>

namespace troupe::actors {

namespace {

bool is_normal(const caf::error& reason) {
  return !reason || reason == caf::exit_reason::normal
         || reason == caf::exit_reason::user_shutdown;
}

std::string describe(caf::actor_system& system, const caf::error& reason) {
  if (!reason)
    return "it quit";
  if (reason == caf::exit_reason::user_shutdown)
    return "it was stopped, with what it stands on";
  return compat::describe(system, reason);
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
  compat::on_down(self_, [this](const caf::down_msg& x) { on_down(x); });
  compat::on_exit(self_, [this](const caf::exit_msg&) {
    supervision_->stop(env_.now());
    flush();
  });
  self_->attach_functor([all = running_] {
    for (auto& [number, x] : *all)
      caf::anon_send_exit(x, caf::exit_reason::kill);
    all->clear();
  });
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
  children_.emplace(number, entry{std::move(x), {}});
  if (running)
    watch(number, std::move(running));
}

void supervisor_state::watch(uint64_t number, caf::actor running) {
  numbers_.emplace(running.address(), number);
  // Of one that is dead already the news comes at once.
  compat::monitor(self_, running);
  running_->insert_or_assign(number, std::move(running));
}

void supervisor_state::on_down(const caf::down_msg& x) {
  auto i = numbers_.find(x.source);
  if (i == numbers_.end())
    return;
  auto number = i->second;
  numbers_.erase(i);
  ended(number, x.reason);
  flush();
}

void supervisor_state::ended(uint64_t number, const caf::error& reason) {
  auto& x = children_.at(number);
  running_->erase(number);
  x.why = describe(self_->system(), reason);
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
  watch(number, std::move(running));
  if (settings_.on_restart && !x.why.empty())
    settings_.on_restart(x.what.spec.id, std::exchange(x.why, {}));
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
      self_->send_exit(running_->at(action.child),
                       is_killed ? caf::exit_reason::kill
                                 : caf::exit_reason::user_shutdown);
    }
  }
  std::erase_if(children_, [this](auto& x) {
    return supervision_->find(x.first) == nullptr;
  });
  timer_.set(self_, supervision_->next_due(), env_.now());
  if (settings_.ends_when_empty && supervision_->is_empty()) {
    self_->quit();
    return;
  }
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
