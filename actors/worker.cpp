#include "actors/worker.hpp"

namespace troupe::actors {

worker_actor::behavior_type worker_state::make_behavior(agent_host_impl agent) {
  agent_ = std::move(agent);
  compat::die_with_exception_text(self_);
  // Nobody is left to report to then.
  compat::monitor(self_, agent_);
  compat::on_down(self_, [this](const caf::down_msg&) { self_->quit(); });
  return {
    [this](const execute& x) {
      x.self->started = x.self->now();
      compat::send(self_, agent_, executed{run(x)});
    },
  };
}

core::attempt_outcome worker_state::run(const execute& x) {
  struct counted {
    explicit counted(handler_count& all) : all(all) {
      all.enter();
    }

    ~counted() {
      all.leave();
    }

    counted(const counted&) = delete;
    counted& operator=(const counted&) = delete;

    handler_count& all;
  };

  counted guard{*x.self->shared().env.handlers};
  return run_plain(*x.run, *x.self);
}

worker_actor::behavior_type
worker(worker_actor::stateful_pointer<worker_state> self,
       agent_host_impl agent) {
  return compat::state_of(self).make_behavior(std::move(agent));
}

} // namespace troupe::actors
