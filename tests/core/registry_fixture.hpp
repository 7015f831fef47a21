#pragma once

#include "core/task_registry.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace troupe::core {

using lines = std::vector<std::string>;

/// A registry with the queues `default` and `side`, and the agents `a` and `b`.
/// Tasks go by their names; their ids grow in the order of first mention.
class registry_fixture : public testing::Test {
protected:
  registry_fixture() {
    use({});
  }

  /// Before the first task.
  void use(retention_settings retention, uint64_t waiting_max = 0);

  // -- submitting -------------------------------------------------------------

  dependency on(const std::string& name,
                on_failure policy = on_failure::cancel) {
    return {id_of(name), {}, policy};
  }

  task_spec make(const std::string& name, std::vector<dependency> needs = {}) {
    task_spec x;
    x.id = id_of(name);
    x.name = name;
    x.capabilities = {"scan"};
    x.dependencies = std::move(needs);
    return x;
  }

  result<void> submit(const std::vector<task_spec>& specs);

  /// `accepted`, or the error.
  std::string submitted(const std::vector<task_spec>& specs) {
    auto ok = submit(specs);
    return ok ? "accepted" : to_string(ok.error());
  }

  void add(const std::string& name, std::vector<dependency> needs = {}) {
    EXPECT_EQ(submitted({make(name, std::move(needs))}), "accepted");
  }

  /// `done`, or the error.
  std::string cancelled(const std::string& name, std::string_view why = {}) {
    auto ok = registry->cancel(id_of(name), now, why);
    return ok ? "done" : to_string(ok.error());
  }

  // -- what queues report -----------------------------------------------------

  void start(const std::string& name, uint32_t number = 1, uint32_t agent = 0) {
    registry->started({{id_of(name), number}, agent, now});
  }

  void end(const std::string& name, payload value, error failure = {},
           uint32_t number = 1);

  void complete(const std::string& name, payload value = {}) {
    start(name);
    end(name, std::move(value));
  }

  void fail_task(const std::string& name) {
    start(name);
    end(name, {}, {ec::handler_failed, "no luck"});
  }

  /// The first attempt has failed; the next one may begin then.
  void retry(const std::string& name, time_point at) {
    attempt_retry x;
    x.failed.key = {id_of(name), 1};
    x.failed.finished = now;
    x.failed.failure = {ec::handler_failed, "no luck"};
    x.at = at;
    registry->retried(std::move(x));
  }

  // -- what came of it --------------------------------------------------------

  task_record get(const std::string& name) {
    return registry->get(id_of(name)).value();
  }

  /// `completed`, or `cancelled (<why>)`.
  std::string end_of(const std::string& name);

  /// Tasks given to queues since asked last; `tasks` keeps them.
  lines enqueued() {
    take();
    return std::exchange(enqueued_, {});
  }

  /// Tasks withdrawn from queues since asked last.
  lines withdrawn() {
    take();
    return std::exchange(withdrawn_, {});
  }

  /// Events since asked last, as `<kind> <task>`.
  lines events();

  /// The last event.
  event last_event() {
    take();
    return events_.empty() ? event{} : events_.back();
  }

  task_id id_of(const std::string& name) {
    return ids_.try_emplace(name, task_id{1, ids_.size() + 1}).first->second;
  }

  std::string name_of(const task_id& id) const {
    for (auto& [name, known] : ids_)
      if (known == id)
        return name;
    return "?";
  }

  time_point now{duration{std::chrono::hours{500'000}}};
  std::unique_ptr<task_registry> registry;
  /// As they were given to their queues.
  std::map<std::string, ready_task> tasks;

private:
  void take();

  std::map<std::string, task_id> ids_;
  lines enqueued_;
  lines withdrawn_;
  std::vector<event> events_;
};

} // namespace troupe::core
