#include "actors/event_bus.hpp"

#include <algorithm>
#include <utility>

namespace troupe::actors {

namespace {

/// Events in one message to an observer.
constexpr size_t batch_max = 1024;

} // namespace

messages::event_bus_actor::behavior_type
event_bus_state::make_behavior(std::shared_ptr<core::event_log> log) {
  log_ = std::move(log);
  compat::on_down(self_, [this](const caf::down_msg& x) { remove(x.source); });
  return {
    [this](messages::publish_events& x) { on_events(x); },
    [this](messages::subscribe x) { return on_subscribe(x); },
    [this](messages::grant_credit x) {
      if (auto* observer = sender()) {
        observer->credit += x.credit;
        serve(*observer);
      }
    },
    [this](messages::unsubscribe) {
      remove(caf::actor_cast<caf::actor_addr>(self_->current_sender()));
    },
    [this](messages::attach_publisher) {
      publisher_ = compat::sender_as<messages::event_publisher_actor>(self_);
      if (!observers_.empty())
        tell_publisher(true);
    },
  };
}

void event_bus_state::on_events(messages::publish_events& x) {
  log_->append(std::move(x.events));
  if (!newcomers_.empty()
      && compat::sender_as<messages::event_publisher_actor>(self_)
           == publisher_)
    admit_newcomers();
  for (auto& observer : observers_)
    serve(observer);
}

caf::result<messages::subscribed>
event_bus_state::on_subscribe(messages::subscribe x) {
  // In this order: a promise takes the sender with it.
  auto who = compat::sender_as<messages::event_observer_actor>(self_);
  auto promise = self_->make_response_promise<messages::subscribed>();
  compat::monitor(self_, who);
  newcomers_.push_back({{who, x.from, x.credit}, x.from == 0, promise});
  if (publisher_)
    tell_publisher(true);
  else
    admit_newcomers();
  return promise;
}

void event_bus_state::admit_newcomers() {
  for (auto& x : std::exchange(newcomers_, {})) {
    if (x.is_from_now)
      x.who.next = log_->last() + 1;
    observers_.push_back(x.who);
    x.promise.deliver(messages::subscribed{x.who.next});
    serve(observers_.back());
  }
}

event_bus_state::observer* event_bus_state::sender() {
  auto who = compat::sender_as<messages::event_observer_actor>(self_);
  auto i = std::ranges::find(observers_, who, &observer::handle);
  return i == observers_.end() ? nullptr : &*i;
}

void event_bus_state::remove(const caf::actor_addr& who) {
  auto is_it = [&](const observer& x) {
    return x.handle.address() == who;
  };
  std::erase_if(newcomers_, [&](auto& x) { return is_it(x.who); });
  if (std::erase_if(observers_, is_it) > 0 && observers_.empty()
      && newcomers_.empty())
    tell_publisher(false);
}

void event_bus_state::tell_publisher(bool has_listeners) {
  if (publisher_)
    compat::send(self_, publisher_, messages::listeners_changed{has_listeners});
}

void event_bus_state::serve(observer& x) {
  while (x.credit > 0 && x.next <= log_->last()) {
    auto batch = log_->read(x.next, std::min<size_t>(x.credit, batch_max));
    messages::events_published report;
    if (batch.dropped > 0) {
      core::event gap;
      gap.kind = core::event_kind::events_dropped;
      gap.sequence = x.next + batch.dropped - 1;
      gap.text = std::to_string(batch.dropped);
      if (!batch.events.empty())
        gap.at = batch.events.front().at;
      report.events.push_back(std::move(gap));
    }
    x.next = batch.next;
    x.credit -= std::min<uint64_t>(x.credit, batch.events.size());
    report.events.insert(report.events.end(), batch.events.begin(),
                         batch.events.end());
    compat::send(self_, x.handle, std::move(report));
  }
}

messages::event_bus_actor::behavior_type
event_bus(messages::event_bus_actor::stateful_pointer<event_bus_state> self,
          std::shared_ptr<core::event_log> log) {
  return compat::state_of(self).make_behavior(std::move(log));
}

} // namespace troupe::actors
