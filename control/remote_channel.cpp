#include "control/remote_channel.hpp"

#include "actors/client.hpp"
#include "actors/configuration.hpp"
#include "actors/node_network.hpp"
#include "actors/secret_answer.hpp"
#include "control/answer.hpp"

#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>

namespace troupe::control {

namespace {

/// Enough for a client that waits most of its time.
constexpr size_t threads = 2;

/// As a call that is not answered says it.
core::error lost(const core::error& why) {
  return {core::ec::unavailable,
          "the connection to the manager has broken: " + why.message};
}

/// Passes calls on to a desk, and answers them itself if that goes away with
/// its connection: CAF does not.
struct desk_line_state {
  static inline const char* name = "desk-line";

  desk_line_state() = default;

  uint64_t last_call = 0;
  std::map<uint64_t, caf::typed_response_promise<messages::control_reply>> open;
  bool is_closed = false;
};

using desk_line_actor = messages::control_actor;

desk_line_actor::behavior_type
desk_line(desk_line_actor::stateful_pointer<desk_line_state> self,
          const messages::control_actor& desk) {
  auto gone = caf::make_error(caf::sec::request_receiver_down);
  compat::monitor(self, desk);
  compat::on_down(self, [self, gone](const caf::down_msg&) {
    auto& state = compat::state_of(self);
    state.is_closed = true;
    for (auto& [number, promise] : std::exchange(state.open, {}))
      promise.deliver(gone);
  });
  return {
    [self, desk,
     gone](messages::control_call& x) -> caf::result<messages::control_reply> {
      auto& state = compat::state_of(self);
      if (state.is_closed)
        return gone;
      auto promise = self->make_response_promise<messages::control_reply>();
      auto number = ++state.last_call;
      state.open.emplace(number, promise);
      auto answer = [self, number](auto& what) {
        auto& open = compat::state_of(self).open;
        auto i = open.find(number);
        if (i == open.end())
          return;
        auto waiting = std::move(i->second);
        open.erase(i);
        waiting.deliver(std::move(what));
      };
      auto handle = compat::request(self, desk, caf::infinite, std::move(x));
      // CAF 1.x has then() for temporaries only.
      // NOLINTNEXTLINE(performance-move-const-arg)
      std::move(handle).then(
        [answer](messages::control_reply& reply) { answer(reply); },
        [answer](caf::error& why) { answer(why); });
      return promise;
    },
  };
}

/// Stands for the client: the manager notices its end.
messages::control_actor::behavior_type
presence(messages::control_actor::pointer) {
  return {[](const messages::control_call&) {
    return messages::control_reply{};
  }};
}

class remote_channel : public channel {
public:
  remote_channel()
    : config_(threads, true), system_(config_), network_(system_) {
  }

  /// The actor system waits for its actors.
  ~remote_channel() override {
    for (auto& x : {desk_, presence_})
      if (x)
        caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
  }

  core::result<void> connect(remote_options options) {
    auto name = options.link.node_name;
    if (auto ok = network_.prepare(std::move(options.link)); !ok)
      return ok;
    auto made = network_.connect(options.timeout);
    if (!made)
      return core::fail(std::move(made).error());
    line_.emplace(std::move(made->line));
    return enter(made->door, name, options);
  }

  core::result<core::json> call(std::string_view method,
                                core::json arguments) override {
    actors::client me{system_};
    auto answer = me.ask<messages::control_reply>(
      desk_, messages::control_call{std::string{method}, arguments.dump()});
    if (answer)
      return read_answer(answer->text);
    auto why = line_->closed();
    return core::fail(lost(why ? *why : answer.error()));
  }

private:
  core::result<void> enter(const messages::node_door_actor& door,
                           const std::string& name,
                           const remote_options& options) {
    actors::client me{system_};
    std::random_device random;
    core::task_id_generator ids{(uint64_t{random()} << 32) | random()};
    messages::join_node request;
    request.name = name;
    request.incarnation = ids.next(std::chrono::system_clock::now());
    request.token = line_->token();
    auto nonce = link::random_nonce();
    request.nonce = link::to_hex(nonce);
    auto challenge = me.ask<messages::node_challenge>(door, request,
                                                      options.timeout);
    if (!challenge)
      return core::fail(unanswered(challenge.error()));
    if (challenge->failure.code != core::ec::none)
      return core::fail(std::move(challenge->failure));
    presence_ = system_.spawn(presence);
    auto proof = actors::answer_challenge(options.secret, nonce, name,
                                          *challenge);
    if (!proof)
      return core::fail(std::move(proof).error());
    messages::enter_client entry{name, request.incarnation, *std::move(proof),
                                 presence_};
    auto welcome = me.ask<messages::client_welcome>(door, std::move(entry),
                                                    options.timeout);
    if (!welcome)
      return core::fail(unanswered(welcome.error()));
    if (welcome->failure.code != core::ec::none)
      return core::fail(std::move(welcome->failure));
    desk_ = system_.spawn(desk_line, welcome->desk);
    return {};
  }

  /// A client's requests know of no link.
  core::error unanswered(const core::error& why) const {
    if (auto closed = line_->closed())
      return *closed;
    if (why.code == core::ec::timeout)
      return {core::ec::timeout,
              "the manager at " + line_->address() + " did not answer"};
    return {core::ec::unavailable,
            "the manager at " + line_->address() + " has gone"};
  }

  actors::configuration config_;
  caf::actor_system system_;
  actors::node_network network_;
  std::optional<link::connection> line_;
  messages::control_actor desk_;
  messages::control_actor presence_;
};

} // namespace

core::result<std::unique_ptr<channel>> connect_remote(remote_options options) {
  auto made = std::make_unique<remote_channel>();
  if (auto ok = made->connect(std::move(options)); !ok)
    return core::fail(std::move(ok).error());
  return made;
}

} // namespace troupe::control
