#pragma once

#include "actors/runtime.hpp"
#include "control/service.hpp"
#include "core/async.hpp"
#include "storage/memory_journal.hpp"
#include "tests/control/noted_fleet.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace troupe::test {

using core::json;

/// A runtime with a bit of everything. Its agent `worker` can
/// - `work`: its result is the task's name,
/// - `echo`: its result is its parameters,
/// - `fail`,
/// - `ask`: its result is the answer to "which one?",
/// and nobody can `wait`.
inline actors::runtime_options served_options() {
  actors::runtime_options options;
  options.queues = {{.name = "slow", .description = "for the night"},
                    {.name = "manual", .auto_start = false}};
  options.journal = std::make_shared<storage::memory_journal>();
  core::circuit_options circuits;
  circuits.settings.failures_max = 1000;
  options.circuits = circuits;
  core::rate_limit limit;
  limit.name = "tight";
  limit.scope = core::limit_scope::queue;
  limit.only = "slow";
  limit.rate = {1, std::chrono::hours{1}, 1};
  options.rate_limits.limits.push_back(limit);
  return options;
}

inline actors::agent_definition served_agent() {
  using actors::cooperative;
  using actors::task_context;
  actors::agent_definition agent{"worker"};
  agent.slots(4).label("zone", "a").resource("gpu", 2);
  agent.on("work",
           cooperative([](task_context& ctx) { return ctx.task().name; }));
  agent.on("echo", cooperative([](task_context& ctx) {
             return core::payload(ctx.parameters());
           }));
  agent.on("fail",
           cooperative([](task_context&) -> core::result<core::payload> {
             return core::fail(core::ec::handler_failed, "no luck");
           }));
  agent.on("ask", [](task_context& ctx) -> core::async<core::payload> {
    core::payload schema{{"type", "integer"}};
    auto answer = co_await ctx.input("which one?", schema);
    co_return answer;
  });
  return agent;
}

class served : public ::testing::Test {
protected:
  served() {
    EXPECT_TRUE(troupe_.add_agent(served_agent()));
  }

  /// What it answers; a failed test if it does not.
  json call(std::string_view method, json arguments = json::object()) {
    auto result = service_.call(method, std::move(arguments));
    EXPECT_TRUE(result) << method << ": " << core::to_string(result.error());
    return result ? *result : json::object();
  }

  /// A field of what it answers.
  json list(const char* field, std::string_view method,
            json arguments = json::object()) {
    return call(method, std::move(arguments)).value(field, json::array());
  }

  /// Why it does not: `<code>: <message>`.
  std::string refusal(std::string_view method,
                      json arguments = json::object()) {
    auto result = service_.call(method, std::move(arguments));
    EXPECT_FALSE(result) << method << ": " << result->dump();
    return result ? "" : core::to_string(result.error());
  }

  /// The id of a task with that capability.
  std::string submit(const std::string& capability,
                     json more = json::object()) {
    json task{{"name", capability},
              {"capabilities", {capability}},
              {"retry", {{"max_retries", 0}}}};
    task.update(more);
    return call("tasks.submit", {{"task", task}}).at("ids").at(0);
  }

  /// Its record when it has ended.
  json wait(const std::string& id) {
    for (;;) {
      auto ended = call("tasks.wait",
                        {{"tasks", {id}}, {"timeout_seconds", 60}});
      if (!ended.contains("ended") || ended["ended"] == true)
        return ended.value("tasks", json::array({json::object()})).at(0);
    }
  }

  /// Reads events until there is one of this kind; its task.
  std::string await_event(const std::string& kind) {
    for (;;) {
      auto found
        = call("events.read",
               {{"from", next_event_}, {"max", 1}, {"timeout_seconds", 60}});
      next_event_ = found.at("next");
      for (auto& x : found.at("events"))
        if (x.at("kind") == kind)
          return x.value("task", "");
    }
  }

  actors::runtime troupe_{served_options()};
  noted_fleet fleet_;
  control::service service_{troupe_, &fleet_, {"house", "1.2.3"}};

private:
  uint64_t next_event_ = 1;
};

inline const std::string no_task = "0190163d-8694-739b-aea5-966c26f8ad91";

} // namespace troupe::test
