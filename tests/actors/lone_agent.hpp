#pragma once

#include "actors/agent_host.hpp"
#include "tests/support/end_of.hpp"
#include "tests/support/recorder.hpp"
#include "tests/support/tasks.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace troupe::test {

/// A real agent; the manager and the queue are stand-ins.
class lone_agent : public ::testing::Test {
protected:
  using sink = recorder<messages::attempt_sink_actor>;

  void host(actors::agent_definition definition) {
    agent_ = system_.own(messages::agent_host_actor{system_.system().spawn(
      actors::agent_host, system_.env(), std::move(definition),
      messages::attempt_owner_actor{manager_.handle()}, load_)});
  }

  /// An agent with one capability, `work`.
  template <class F>
  void host(F handler) {
    actors::agent_definition definition{"worker"};
    definition.on("work", std::move(handler));
    host(std::move(definition));
  }

  core::attempt_order order(core::task_spec spec) {
    core::attempt_order result;
    result.parameters = spec.parameters;
    result.spec = share(std::move(spec));
    return result;
  }

  core::attempt_order order(const std::string& name) {
    return order(make_task(system_, name));
  }

  /// As a queue does. Does not settle.
  core::attempt_key send(core::attempt_order x) {
    auto key = x.key();
    messages::run_attempts request;
    request.orders.push_back(std::move(x));
    request.sink = queue_.handle();
    system_.send(agent_, std::move(request));
    return key;
  }

  core::attempt_key run(core::attempt_order x) {
    auto key = send(std::move(x));
    system_.settle();
    return key;
  }

  core::attempt_key run(const std::string& name) {
    return run(order(name));
  }

  template <class Message>
  void tell(Message x) {
    system_.send(agent_, std::move(x));
    system_.settle();
  }

  /// All outcomes since the last time.
  std::vector<core::attempt_outcome> outcomes() {
    std::vector<core::attempt_outcome> result;
    for (auto& batch : queue_.take<messages::attempts_ended>())
      result.insert(result.end(), batch.outcomes.begin(), batch.outcomes.end());
    return result;
  }

  /// The same where there must be exactly one.
  core::attempt_outcome outcome() {
    auto all = outcomes();
    if (all.size() == 1)
      return all.front();
    ADD_FAILURE() << all.size() << " outcomes instead of one";
    return {};
  }

  /// What the one outcome since the last time failed of; empty if it did not.
  std::string failure() {
    auto ended = outcome();
    return ended.is_success() ? std::string{} : core::to_string(ended.failure);
  }

  bool is_alive() {
    return !end_of(system_, agent_);
  }

  deterministic_system system_;
  recorder<messages::manager_actor> manager_{system_};
  sink queue_{system_};
  std::shared_ptr<std::atomic<uint32_t>> load_
    = std::make_shared<std::atomic<uint32_t>>(0);
  messages::agent_host_actor agent_;
};

} // namespace troupe::test
