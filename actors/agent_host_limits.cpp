// Whether the attempts of an agent are within their limits, and what becomes of
// those that are not.

#include "actors/agent_host.hpp"

#include <fmt/format.h>

#include <utility>

namespace troupe::actors {

void agent_host_state::set_deadline(attempt& x, core::duration from_now) {
  if (from_now <= core::duration::zero())
    return;
  x.deadline = deadlines_.add(now() + from_now, {&x, {}});
  set_timer();
}

void agent_host_state::begin_watch(attempt& x) {
  auto& limits = x.order().spec->limits;
  if (limits.attempt <= core::duration::zero()
      && limits.heartbeat <= core::duration::zero())
    return;
  x.watch.begin(limits, now());
  if (!x.outside.empty())
    x.watch.suspend(now());
  x.sign_of_life();
  watch(x);
}

void agent_host_state::watch(attempt& x) {
  deadlines_.forget(std::exchange(x.deadline, 0));
  auto next = x.watch.next(x.last_sign());
  if (next == core::never)
    return;
  x.deadline = deadlines_.add(next, {&x, {}});
  set_timer();
}

void agent_host_state::look_after(attempt& x) {
  x.deadline = 0;
  // It has been told to stop, and the time for that is over: its worker is left
  // to it, and another takes its place.
  if (x.verdict.code != core::ec::none) {
    abandon_worker(x.key());
    give_up(x);
    return;
  }
  // A thread that waits at a checkpoint has time.
  x.watch.extend(core::duration{x.gate().waited.exchange(0)});
  if (x.gate().waiting > 0) {
    set_deadline(x, std::chrono::seconds{1});
    return;
  }
  // What waits for child tasks cannot give a sign.
  if (x.is_parked)
    x.sign_of_life();
  auto why = x.watch.verdict(now(), x.last_sign());
  if (why.code == core::ec::none)
    watch(x);
  else
    stop(x, std::move(why));
}

// -- threads that do not come back --------------------------------------------

void agent_host_state::abandon_worker(const core::attempt_key& key) {
  for (auto& [address, busy] : busy_workers_)
    if (busy.key == key)
      busy.is_abandoned = true;
  abandoned_changed(+1);
}

void agent_host_state::abandoned_changed(int by) {
  abandoned_ += static_cast<uint32_t>(by);
  tell_watcher();
}

void agent_host_state::tell_watcher() {
  if (!watcher_)
    return;
  messages::agent_condition told;
  told.abandoned = abandoned_;
  auto max = links_->agent.abandoned_max();
  told.is_offline = abandoned_ > max;
  if (told.is_offline)
    told.note = fmt::format("{} handlers did not return when told to stop, "
                            "more than its abandoned_max of {}",
                            abandoned_, max);
  compat::send(self_, watcher_, std::move(told));
}

} // namespace troupe::actors
