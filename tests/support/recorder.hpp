#pragma once

#include "tests/support/deterministic_system.hpp"

#include <any>
#include <map>
#include <memory>
#include <typeindex>
#include <utility>
#include <vector>

namespace troupe::test {

/// What a recorder got, and what it answers, by type.
struct recorder_box {
  /// Message type -> std::vector of that type.
  std::map<std::type_index, std::any> got;
  std::map<std::type_index, std::any> answers;

  template <class Message>
  std::vector<Message>& all() {
    auto& known = got[typeid(Message)];
    if (!known.has_value())
      known = std::vector<Message>{};
    return std::any_cast<std::vector<Message>&>(known);
  }

  template <class Answer>
  Answer answer() const {
    auto i = answers.find(typeid(Answer));
    return i == answers.end() ? Answer{} : std::any_cast<Answer>(i->second);
  }
};

/// One entry of an interface.
template <class Signature>
struct recorded;

template <class In, class Out>
struct recorded<
  caf::typed_mpi<caf::detail::type_list<In>, caf::output_tuple<Out>>> {
  static auto handler(std::shared_ptr<recorder_box> box) {
    return [box = std::move(box)](In& x) -> Out {
      box->all<In>().push_back(std::move(x));
      if constexpr (!std::is_void_v<Out>)
        return box->answer<Out>();
    };
  }
};

/// A stand-in for an actor with this interface: keeps the messages it gets and
/// answers requests with what it was told to, or with a default-made answer.
template <class Handle>
class recorder {
public:
  explicit recorder(deterministic_system& system)
    : box_(std::make_shared<recorder_box>()),
      handle_(system.own(Handle{system.system().spawn([box = box_] {
        return behaviour(box, typename Handle::signatures{});
      })})) {
  }

  const Handle& handle() const noexcept {
    return handle_;
  }

  operator const Handle&() const noexcept {
    return handle_;
  }

  /// All messages of this type since the last take().
  template <class Message>
  const std::vector<Message>& got() const {
    return box_->template all<Message>();
  }

  template <class Message>
  std::vector<Message> take() {
    return std::exchange(box_->template all<Message>(), {});
  }

  /// The same where there must be exactly one; fails the test otherwise.
  template <class Message>
  Message take_one() {
    auto all = take<Message>();
    if (all.size() == 1)
      return std::move(all.front());
    ADD_FAILURE() << all.size() << " messages instead of one";
    return all.empty() ? Message{} : std::move(all.back());
  }

  /// What it answers from now on where this is the type of the answer.
  template <class Answer>
  void answer_with(Answer x) {
    box_->answers[typeid(Answer)] = std::move(x);
  }

  /// Sends a message that comes from this actor. What is answered comes here,
  /// too, as a message.
  template <class To, class Message>
  void send(const To& to, Message x) const {
    static_assert(
      caf::response_type_unbox<caf::signatures_of_t<To>,
                               caf::detail::type_list<Message>>::valid,
      "the receiver does not take this");
    to->enqueue(caf::actor_cast<caf::strong_actor_ptr>(handle_),
                caf::make_message_id(), caf::make_message(std::move(x)),
                nullptr);
  }

private:
  template <class... Signatures>
  static typename Handle::behavior_type
  behaviour(const std::shared_ptr<recorder_box>& box,
            caf::detail::type_list<Signatures...>) {
    return {recorded<Signatures>::handler(box)...};
  }

  std::shared_ptr<recorder_box> box_;
  Handle handle_;
};

// These have many messages and many tests, so tests/actors/recorders.cpp has
// them for all.
extern template class recorder<messages::agent_host_actor>;
extern template class recorder<messages::event_bus_actor>;
extern template class recorder<messages::manager_actor>;
extern template class recorder<messages::queue_actor>;

} // namespace troupe::test
