#include "actors/node_door.hpp"

#include "core/validate.hpp"

#include <fmt/format.h>

#include <utility>

namespace troupe::actors {

namespace {

/// More nodes than that do not join in one moment.
constexpr size_t challenges_max = 10'000;

messages::node_welcome refused(core::error why) {
  messages::node_welcome result;
  result.failure = std::move(why);
  return result;
}

core::error permanent(core::ec code, std::string message) {
  return {code, std::move(message), true};
}

} // namespace

messages::node_door_actor::behavior_type
node_door_state::make_behavior(std::shared_ptr<const session_links> links,
                               std::shared_ptr<const door_options> options) {
  links_ = std::move(links);
  options_ = std::move(options);
  return {
    [this](const messages::join_node& x) { return join(x); },
    [this](messages::enter_node& x) { return enter(x); },
    [this](const messages::enter_client& x) { return let_in(x); },
  };
}

core::result<void> node_door_state::check(const messages::join_node& x) const {
  if (x.protocol != messages::node_protocol)
    return core::fail(permanent(
      core::ec::invalid_argument,
      fmt::format("the node speaks version {} of the protocol and the manager "
                  "version {}; both have to be of the same version of Troupe",
                  x.protocol, messages::node_protocol)));
  if (!core::is_node_name(x.name))
    return core::fail(
      permanent(core::ec::invalid_argument,
                fmt::format("'{}' cannot be the name of a node", x.name)));
  if (links_->fleet->is_retired(x.incarnation))
    return core::fail(permanent(
      core::ec::duplicate,
      fmt::format("another process has joined as '{}'; each node needs a name "
                  "of its own",
                  x.name)));
  if (options_->identify)
    return options_->identify(x.name, x.token);
  return {};
}

messages::node_challenge node_door_state::join(const messages::join_node& x) {
  messages::node_challenge answer;
  if (auto ok = check(x); !ok) {
    answer.failure = std::move(ok.error());
    return answer;
  }
  challenge made{x.name, {}, link::random_nonce()};
  answer.nonce = link::to_hex(made.ours);
  if (options_->secret) {
    auto theirs = link::from_hex(x.nonce);
    if (!theirs) {
      answer.failure = std::move(theirs.error());
      return answer;
    }
    made.theirs = *theirs;
    answer.proof = link::to_hex(options_->secret->prove(
      link::proof_role::accepting, made.theirs, made.ours, x.name));
  }
  if (order_.size() == challenges_max) {
    challenges_.erase(order_.front());
    order_.pop_front();
  }
  if (challenges_.insert_or_assign(x.incarnation, std::move(made)).second)
    order_.push_back(x.incarnation);
  return answer;
}

core::result<void> node_door_state::check(const messages::enter_node& x) {
  if (auto ok = check_proof(x.incarnation, x.spec.name, x.proof); !ok)
    return ok;
  auto ok = core::check(x.spec);
  if (!ok)
    ok.error().is_permanent = true;
  return ok;
}

/// Uses up the challenge.
core::result<void>
node_door_state::check_proof(const core::task_id& incarnation,
                             const std::string& name,
                             const std::string& proof) {
  auto i = challenges_.find(incarnation);
  if (i == challenges_.end())
    return core::fail(core::ec::unavailable, "it has to join first");
  auto known = std::move(i->second);
  challenges_.erase(i);
  std::erase(order_, incarnation);
  if (known.name != name)
    return core::fail(
      permanent(core::ec::invalid_argument,
                fmt::format("it has joined as '{}'", known.name)));
  if (!options_->secret)
    return {};
  auto bytes = link::from_hex(proof);
  if (bytes
      && options_->secret->is_proof(*bytes, link::proof_role::joining,
                                    known.theirs, known.ours, known.name))
    return {};
  return core::fail(permanent(
    core::ec::invalid_argument,
    fmt::format("node '{}' does not know the manager's secret; give it the "
                "same secret file",
                known.name)));
}

/// It ends with the client, or with the fleet: what has been sent to another
/// process lives until it ends itself.
messages::control_actor
node_door_state::open_desk(const messages::enter_client& x) {
  auto desk = options_->open_desk(self_->home_system(), x.name);
  links_->fleet->add_desk(desk);
  caf::actor_cast<caf::actor>(x.client)->attach_functor(
    [address = desk.address()](const caf::error&) { end_desk(address); });
  return desk;
}

messages::client_welcome
node_door_state::let_in(const messages::enter_client& x) {
  messages::client_welcome answer;
  if (auto ok = check_proof(x.incarnation, x.name, x.proof); !ok)
    answer.failure = std::move(ok.error());
  else if (!x.client)
    answer.failure = permanent(core::ec::invalid_argument,
                               "a client has to say who it is");
  else if (!options_->open_desk)
    answer.failure = permanent(core::ec::unavailable,
                               "this manager answers no clients");
  else
    answer.desk = open_desk(x);
  return answer;
}

caf::result<messages::node_welcome>
node_door_state::enter(messages::enter_node& x) {
  if (auto ok = check(x); !ok)
    return refused(std::move(ok.error()));
  auto session = session_for(x);
  return compat::delegate(self_, session, admit_node{std::move(x)});
}

node_session_impl node_door_state::session_for(const messages::enter_node& x) {
  auto known = links_->fleet->find(x.spec.name);
  if (known && known->incarnation == x.incarnation)
    return known->session;
  if (known)
    compat::send(self_, known->session,
                 end_session{"its process has been started again"});
  core::node_document node{x.incarnation, x.spec, {}};
  node_session_impl made
    = self_->home_system().spawn(node_session, links_, std::move(node),
                                 std::vector<presumed_attempt>{}, false);
  links_->fleet->put(x.spec.name, {made, x.incarnation});
  forget_when_gone(*links_, x.spec.name, made);
  options_->look_after(x.spec.name, caf::actor_cast<caf::actor>(made));
  return made;
}

messages::node_door_actor::behavior_type
node_door(messages::node_door_actor::stateful_pointer<node_door_state> self,
          std::shared_ptr<const session_links> links,
          std::shared_ptr<const door_options> options) {
  return compat::state_of(self).make_behavior(std::move(links),
                                              std::move(options));
}

messages::node_door_actor::behavior_type
node_front(messages::node_door_actor::pointer self,
           reference<messages::node_door_actor> door) {
  return {
    [self, door](messages::join_node& x) {
      return compat::delegate(self, door.get(), std::move(x));
    },
    [self, door](messages::enter_node& x) {
      return compat::delegate(self, door.get(), std::move(x));
    },
    [self, door](messages::enter_client& x) {
      return compat::delegate(self, door.get(), std::move(x));
    },
  };
}

} // namespace troupe::actors
