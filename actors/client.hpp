#pragma once

#include "core/error.hpp"
#include "core/time.hpp"
#include "messages/interfaces.hpp"
#include "messages/type_ids.hpp"

#include <functional>
#include <optional>

namespace troupe::actors {

/// What a thread uses to talk to actors and to wait for them. Cheap to make;
/// for one thread.
class client {
public:
  explicit client(caf::actor_system& system) : self_(system, true) {
  }

  /// Sends a request and waits for the answer. `ec::unavailable` if the actor
  /// is gone, `ec::timeout`.
  template <class Answer, class Handle, class Request>
  core::result<Answer> ask(const Handle& who, Request request,
                           core::duration timeout = core::duration::max()) {
    // A request with a timeout costs three times as much, and CAF 0.17.6 keeps
    // the timeout in memory until it expires.
    if (is_forever(timeout))
      return answer<Answer>(
        compat::request(self_, who, caf::infinite, std::move(request)));
    return answer<Answer>(
      compat::request(self_, who, timeout, std::move(request)));
  }

  /// The same for commands, which are answered with messages::done.
  template <class Handle, class Request>
  core::result<void> tell(const Handle& who, Request request,
                          core::duration timeout = core::duration::max()) {
    return unpack(ask<messages::done>(who, std::move(request), timeout));
  }

  /// A request that overtakes what waits in the actor's mailbox, also what this
  /// thread has sent before.
  template <class Answer, class Handle, class Request>
  core::result<Answer> ask_urgently(const Handle& who, Request request) {
    return answer<Answer>(
      compat::request_urgent(self_, who, caf::infinite, std::move(request)));
  }

  /// What an answer to a command says.
  static core::result<void> unpack(core::result<messages::done> x) {
    if (!x)
      return core::fail(std::move(x).error());
    if (x->failure.code != core::ec::none)
      return core::fail(std::move(x->failure));
    return {};
  }

  /// Notices when it dies, in receive().
  template <class Handle>
  void watch(const Handle& who) {
    compat::monitor(self_, who);
  }

  /// Waits for a message of this type. `ec::timeout`; `ec::unavailable` if an
  /// actor that is watched died.
  template <class Message>
  core::result<Message> receive(core::duration timeout) {
    std::optional<core::result<Message>> result;
    auto on_message = [&](Message& x) {
      result.emplace(std::move(x));
    };
    auto on_down = [&](const caf::down_msg&) {
      result.emplace(
        core::fail(core::ec::unavailable, "the runtime has stopped"));
    };
    if (is_forever(timeout))
      self_->receive(on_message, on_down);
    else
      self_->receive(
        on_message, on_down, caf::after(timeout) >> [&] {
          result.emplace(
            core::fail(core::ec::timeout, "nothing in the time given"));
        });
    return std::move(*result);
  }

  bool has_message() {
    return self_->has_next_message();
  }

  caf::scoped_actor& self() noexcept {
    return self_;
  }

private:
  template <class Answer, class Response>
  static core::result<Answer> answer(Response handle) {
    std::optional<core::result<Answer>> result;
    std::move(handle).receive(
      [&](Answer& x) { result.emplace(std::move(x)); },
      [&](const caf::error& why) {
        if (why == caf::sec::request_timeout)
          result.emplace(
            core::fail(core::ec::timeout, "no answer in the time given"));
        else
          result.emplace(
            core::fail(core::ec::unavailable, "the runtime has stopped"));
      });
    return std::move(*result);
  }

  /// CAF has no notion of for ever in nanoseconds.
  static bool is_forever(core::duration x) {
    return x >= std::chrono::hours{24 * 365};
  }

  caf::scoped_actor self_;
};

} // namespace troupe::actors
