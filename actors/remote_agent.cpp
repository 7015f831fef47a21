#include "actors/remote_agent.hpp"

#include <utility>

namespace troupe::actors {

using messages::order_kind;

remote_agent_impl::behavior_type
remote_agent_state::make_behavior(node_session_impl session, uint32_t number) {
  session_ = std::move(session);
  number_ = number;
  compat::monitor(self_, session_);
  compat::on_down(self_, [this](const caf::down_msg& x) {
    if (x.source == session_.address())
      self_->quit(x.reason);
  });
  return {
    [this](messages::run_attempts& x) { run(x); },
    [this](const messages::cancel_attempts& x) {
      for (auto& key : x.keys)
        command(order_kind::cancel, key);
    },
    [this](messages::tasks_ended& x) { tell_ends(x); },
    [this](messages::children_refused& x) {
      messages::node_orders orders;
      for (auto& refused : x.refused)
        orders.refusals.push_back(
          {number_, x.parent, refused.task, std::move(refused.why)});
      pass_on(std::move(orders));
    },
    [this](messages::inputs_answered& x) {
      messages::node_orders orders;
      for (auto& answer : x.answers)
        orders.answers.push_back({number_, std::move(answer)});
      pass_on(std::move(orders));
    },
    [this](messages::pause_attempt x) {
      command(order_kind::pause, x.key, x.number);
    },
    [this](messages::resume_attempt x) { command(order_kind::resume, x.key); },
    [this](messages::watch_agent) {
      watcher_ = compat::sender_as<messages::agent_watcher_actor>(self_);
      if (condition_.is_offline || condition_.abandoned > 0)
        compat::send(self_, watcher_, condition_);
    },
    [this](messages::stop_agent x) {
      command(order_kind::stop_agent, {}, x.is_at_once ? 1 : 0);
    },
    [this](messages::adopt_attempts& x) {
      compat::send_as(self_, self_->current_sender(), session_,
                      adopt_remote{number_, std::move(x)});
    },
    [this](const messages::ask_again& x) {
      messages::node_orders orders;
      orders.commands.push_back(
        {order_kind::ask_again, number_, {}, 0, x.queue});
      pass_on(std::move(orders));
    },
    [this](messages::agent_condition& x) {
      condition_ = std::move(x);
      if (watcher_)
        compat::send(self_, watcher_, condition_);
    },
  };
}

void remote_agent_state::pass_on(messages::node_orders what,
                                 messages::attempt_sink_actor sink) {
  compat::send(self_, session_,
               to_node{number_, std::move(what), std::move(sink)});
}

void remote_agent_state::command(order_kind kind, const core::attempt_key& key,
                                 uint32_t number) {
  messages::node_orders orders;
  orders.commands.push_back({kind, number_, key, number, {}});
  pass_on(std::move(orders));
}

void remote_agent_state::run(messages::run_attempts& x) {
  messages::node_orders orders;
  orders.orders.reserve(x.orders.size());
  for (auto& order : x.orders) {
    auto& added = orders.orders.emplace_back();
    added.agent = number_;
    added.number = order.number;
    added.is_resumed = order.is_resumed;
    // What it goes on with is on the node already.
    if (!order.is_resumed && order.dependencies)
      added.dependencies = *order.dependencies;
    added.has_parameters = !order.is_resumed
                           && &order.parameters.value()
                                != &order.spec->parameters.value();
    if (added.has_parameters)
      added.parameters = std::move(order.parameters);
    added.spec.spec = std::move(order.spec);
  }
  pass_on(std::move(orders), std::move(x.sink));
}

void remote_agent_state::tell_ends(messages::tasks_ended& x) {
  messages::node_orders orders;
  orders.ends.reserve(x.records.size());
  for (auto& record : x.records) {
    auto& added = orders.ends.emplace_back();
    added.agent = number_;
    for (auto& [child, existing] : x.repeated)
      if (existing == record.id())
        added.also.push_back(child);
    added.ended.record = std::move(record);
  }
  pass_on(std::move(orders));
}

remote_agent_impl::behavior_type
remote_agent(remote_agent_impl::stateful_pointer<remote_agent_state> self,
             node_session_impl session, uint32_t number) {
  return compat::state_of(self).make_behavior(std::move(session), number);
}

} // namespace troupe::actors
