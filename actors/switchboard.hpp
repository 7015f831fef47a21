#pragma once

#include "actors/client.hpp"
#include "actors/countdown.hpp"
#include "actors/directory.hpp"

#include <fmt/format.h>

#include <string>
#include <type_traits>
#include <utility>

namespace troupe::actors {

/// Connects a thread to Troupe's actors, or to who takes their place if they
/// die before they have answered. Cheap to make.
class switchboard {
  /// How to find it, for with_current().
  static auto queue_called(const std::string& name) {
    return [&name](const assembly& x) {
      return x.queues.at(name);
    };
  }

public:
  switchboard(caf::actor_system& system, directory& where)
    : system_(system), where_(where) {
  }

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
    if (!where_.find_queue(name))
      return core::fail(no_such_queue(name));
    return ask_current<Answer>(queue_called(name), request,
                               core::duration::max());
  }

  /// The same for one that overtakes what waits in the actor's mailbox.
  template <class Answer, class Handle, class Request>
  core::result<Answer>
  ask_urgently(Handle assembly::*part, const Request& request) {
    return ask_current_urgently<Answer>(
      [part](const assembly& x) { return x.*part; }, request);
  }

  template <class Answer, class Request>
  core::result<Answer>
  ask_queue_urgently(const std::string& name, const Request& request) {
    return ask_current_urgently<Answer>(queue_called(name), request);
  }

  /// The same for commands, which are answered with messages::done.
  template <class Handle, class Request>
  core::result<void> tell(Handle assembly::*part, const Request& request,
                          core::duration timeout = core::duration::max()) {
    return client::unpack(ask<messages::done>(part, request, timeout));
  }

  /// The same for one that overtakes what waits in the actor's mailbox.
  template <class Handle, class Request>
  core::result<void>
  tell_urgently(Handle assembly::*part, const Request& request) {
    return client::unpack(ask_urgently<messages::done>(part, request));
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
      client me{system_};
      auto to = where_.read(current);
      if (!to)
        return core::fail(core::ec::unavailable,
                          "this runtime is a node of another one, which has "
                          "the tasks; ask that one");
      auto made = f(me, to, time.left());
      if (made || made.error().code != core::ec::unavailable)
        return made;
      auto has_changed = where_.wait_for(time.left(), [&](const assembly& x) {
        return current(x) != to;
      });
      if (has_changed)
        continue;
      if (auto why = where_.closed())
        return core::fail(core::ec::unavailable, *why);
      return core::fail(core::ec::timeout, "no answer in the time given");
    }
  }

private:
  template <class Answer, class Current, class Request>
  core::result<Answer>
  ask_current(Current current, const Request& request, core::duration timeout) {
    return with_current(current, timeout,
                        [&](client& me, const auto& to, core::duration left) {
                          return me.ask<Answer>(to, request, left);
                        });
  }

  template <class Answer, class Current, class Request>
  core::result<Answer>
  ask_current_urgently(Current current, const Request& request) {
    return with_current(current, core::duration::max(),
                        [&](client& me, const auto& to, core::duration) {
                          return me.ask_urgently<Answer>(to, request);
                        });
  }

  static core::error no_such_queue(const std::string& name) {
    return {core::ec::unknown_queue,
            fmt::format("there is no queue '{}'", name)};
  }

  caf::actor_system& system_;
  directory& where_;
};

} // namespace troupe::actors
