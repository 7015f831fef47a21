#pragma once

#include "core/work_queue.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace troupe::core {

using lines = std::vector<std::string>;

/// What matters of a task to its queue.
struct task_options {
  int32_t priority = 50;
  std::vector<std::string> capabilities = {"scan"};
  std::string agent = {};
  agent_wish wish = agent_wish::prefer;
  std::string sticky_key = {};
  std::string concurrency_key = {};
  resource_amounts resources = {};
  std::string owner = {};
  uint32_t attempts = 0;
  /// Half a minute after each failure.
  retry_settings retry = {.max_retries = 0,
                          .backoff = backoff_kind::fixed,
                          .jitter = jitter_kind::none,
                          .base = std::chrono::seconds{30}};
};

/// A queue, and what it does in words. Agents are numbered from 0 and called
/// a, b, c; an attempt is written as `task#number`.
class work_queue_fixture : public testing::Test {
protected:
  static constexpr time_point start{duration{std::chrono::hours{500'000}}};

  /// Before the first task.
  void configure(queue_spec spec) {
    spec.name = "line";
    queue = std::make_unique<work_queue>(std::move(spec));
  }

  void enqueue(const std::string& name, const task_options& x = {},
               time_point ready_at = start);

  void lend(uint32_t agent, uint32_t count,
            std::vector<std::string> capabilities = {"scan"},
            uint32_t max_concurrent = 8, bool is_draining = false) {
    agent_spec spec{.id = agent_name(agent),
                    .capabilities = std::move(capabilities),
                    .max_concurrent = max_concurrent};
    queue->granted({{agent, std::make_shared<const agent_spec>(std::move(spec)),
                     count, is_draining}});
  }

  /// A slot with amounts for the class with this number.
  void lease(uint64_t id, uint32_t demand_class = 0, uint32_t agent = 0) {
    agent_spec spec{.id = agent_name(agent),
                    .capabilities = {"scan"},
                    .max_concurrent = 8,
                    .resources = {{"cpu", 8}}};
    queue->granted({{agent, std::make_shared<const agent_spec>(std::move(spec)),
                     1, false, id, demand_class}});
  }

  void end(const std::string& name, uint32_t number = 1) {
    attempt_outcome outcome;
    outcome.key = key_of(name, number);
    queue->ended(std::move(outcome), clock);
  }

  void fail(const std::string& name, uint32_t number = 1,
            error why = {ec::handler_failed, "no"}) {
    attempt_outcome outcome;
    outcome.key = key_of(name, number);
    outcome.finished = clock;
    outcome.failure = std::move(why);
    queue->ended(std::move(outcome), clock);
  }

  /// Lets the queue decide, and puts into words what it does.
  void plan();

  /// What it starts now.
  lines started() {
    plan();
    return runs;
  }

  /// What a waiting task waits for; `a slot for ...` if the router is to say.
  std::string explained(const std::string& name) {
    auto known = queue->explain(id_of(name), clock);
    if (!known)
      return "unknown";
    if (known->what)
      return "a slot for " + to_string(*known->what);
    return known->text;
  }

  task_id id_of(const std::string& name) {
    return ids.try_emplace(name, task_id{1, ids.size() + 1}).first->second;
  }

  attempt_key key_of(const std::string& name, uint32_t number = 1) {
    return {id_of(name), number};
  }

  std::string name_of(const attempt_key& key) const {
    for (auto& [name, id] : ids)
      if (id == key.task)
        return fmt::format("{}#{}", name, key.number);
    return "?";
  }

  static std::string agent_name(uint32_t number) {
    return std::string(1, static_cast<char>('a' + number));
  }

  std::unique_ptr<work_queue> queue
    = std::make_unique<work_queue>(queue_spec{.name = "line"});
  time_point clock = start;
  std::map<std::string, task_id> ids;
  /// Of the last plan.
  lines runs, wants, returns, stops, reports, probes;
  /// Begun before the queue was there.
  std::vector<attempt_key> adopted;
  /// All orders so far.
  std::vector<attempt_order> orders;
};

} // namespace troupe::core
