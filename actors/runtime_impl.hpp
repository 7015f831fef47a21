#pragma once

#include "actors/actor_tree.hpp"
#include "actors/client.hpp"
#include "actors/configuration.hpp"
#include "actors/countdown.hpp"
#include "actors/runtime.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace troupe::actors {

/// The actor system behind a runtime, and the order in which it comes and goes.
class runtime::impl {
public:
  explicit impl(runtime_options options);

  core::result<void> add_queue(const core::queue_spec& spec);

  /// `make` makes another when the agent has died, if it is restarted.
  core::result<void>
  add_host(const core::agent_spec& spec,
           const std::function<messages::agent_host_actor(load_counter)>& make,
           bool is_restarted);

  core::result<void> check_circuits() const;
  core::result<void> check_rate_limits() const;

  core::result<std::vector<core::task_record>>
  wait_all(std::span<const core::task_id> ids, core::duration timeout);

  /// Whether no task is left that has not ended: now, if there is no time.
  bool wait_until_idle(core::duration timeout);

  core::result<void> stop(stop_mode mode, core::duration timeout);

  /// Asks one of the actors, or who takes its place if it dies before it has
  /// answered. `ec::timeout`; `ec::unavailable` if nobody will.
  template <class Answer, class Handle, class Request>
  core::result<Answer> ask(Handle assembly::*part, const Request& request,
                           core::duration timeout = core::duration::max()) {
    return ask_current<Answer>([part](const assembly& x) { return x.*part; },
                               request, timeout);
  }

  template <class Answer, class Request>
  core::result<Answer>
  ask_queue(const std::string& name, const Request& request) {
    if (!where().find_queue(name))
      return core::fail(no_such_queue(name));
    return ask_current<Answer>(
      [&name](const assembly& x) { return x.queues.at(name); }, request,
      core::duration::max());
  }

  /// The same for commands, which are answered with messages::done.
  template <class Handle, class Request>
  core::result<void> tell(Handle assembly::*part, const Request& request,
                          core::duration timeout = core::duration::max()) {
    return unpack(ask<messages::done>(part, request, timeout));
  }

  /// The same for one that overtakes what waits in the actor's mailbox.
  template <class Handle, class Request>
  core::result<void>
  tell_urgently(Handle assembly::*part, const Request& request) {
    return with_current([part](const assembly& x) { return x.*part; },
                        core::duration::max(),
                        [&](client& me, const Handle& to, core::duration) {
                          return me.tell_urgently(to, request);
                        });
  }

  static core::result<void> unpack(core::result<messages::done> answer) {
    if (!answer)
      return core::fail(std::move(answer).error());
    if (answer->failure.code != core::ec::none)
      return core::fail(std::move(answer->failure));
    return {};
  }

  /// What `f(client&, handle, time left)` makes of the actor that
  /// `current(assembly)` is, or of its successor if it dies meanwhile.
  template <class Current, class F>
  std::invoke_result_t<F&, client&,
                       const std::invoke_result_t<Current&, const assembly&>&,
                       core::duration>
  with_current(Current current, core::duration timeout, F f) {
    countdown time{timeout};
    for (;;) {
      client me{*system};
      auto to = where().read(current);
      auto made = f(me, to, time.left());
      if (made || made.error().code != core::ec::unavailable)
        return made;
      auto has_changed = where().wait_for(time.left(), [&](const assembly& x) {
        return current(x) != to;
      });
      if (has_changed)
        continue;
      if (auto why = where().closed())
        return core::fail(core::ec::unavailable, *why);
      return core::fail(core::ec::timeout, "no answer in the time given");
    }
  }

  directory& where() const noexcept {
    return *tree->where();
  }

  configuration config;
  std::unique_ptr<caf::actor_system> system;
  environment env;
  std::unique_ptr<actor_tree> tree;
  /// Handlers still ran when stop() gave up.
  bool is_left_behind = false;

private:
  template <class Answer, class Current, class Request>
  core::result<Answer>
  ask_current(Current current, const Request& request, core::duration timeout) {
    return with_current(current, timeout,
                        [&](client& me, const auto& to, core::duration left) {
                          return me.ask<Answer>(to, request, left);
                        });
  }

  static core::error no_such_queue(const std::string& name);
  core::result<void> check_running() const;
  /// Returns how many did not stop in time. They get a moment even if none is
  /// left: most only need to be told.
  size_t stop_agents(client& me, const countdown& time);

  /// For all below.
  mutable std::mutex mutex_;
  std::set<std::string> queues_;
  bool is_stopped_ = false;
};

} // namespace troupe::actors
