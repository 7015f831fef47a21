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
      compat::send(self_, agent_, executed{run_plain(*x.run, *x.self)});
    },
  };
}

worker_actor::behavior_type
worker(worker_actor::stateful_pointer<worker_state> self,
       agent_host_impl agent) {
  return compat::state_of(self).make_behavior(std::move(agent));
}

} // namespace troupe::actors
