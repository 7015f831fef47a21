#pragma once

#include "cli/run_model.hpp"
#include "tests/cli/loading.hpp"

#include <stdexcept>
#include <string>

namespace troupe::cli::testing {

/// A pipeline, its plan, and a run of it told by events whose times are
/// milliseconds after `origin`.
class fake_run {
public:
  explicit fake_run(const char* text) : fake_run(load(text)) {
  }

  static constexpr core::time_point origin{std::chrono::hours{24}};

  static core::time_point at(int milliseconds) {
    return origin + std::chrono::milliseconds{milliseconds};
  }

  core::event tell(core::event_kind kind, const std::string& task,
                   int milliseconds, std::string subject = {},
                   std::string text = {}, uint32_t attempt = 1) {
    core::event x;
    x.kind = kind;
    x.at = at(milliseconds);
    x.task = id_of(task);
    x.attempt = attempt;
    x.subject = std::move(subject);
    x.text = std::move(text);
    model.apply(x);
    return x;
  }

  /// Ready, started and completed.
  void complete(const std::string& task, int from, int to,
                const std::string& agent = "local") {
    tell(core::event_kind::task_ready, task, from);
    tell(core::event_kind::task_started, task, from, agent);
    tell(core::event_kind::task_completed, task, to);
  }

  core::task_id id_of(const std::string& task) const {
    for (auto& x : tasks.tasks)
      if (x.spec.name == task)
        return x.spec.id;
    return {};
  }

  const task_view& view(const std::string& task) const {
    return *model.find(id_of(task));
  }

  std::vector<std::string> groups() const {
    std::vector<std::string> result;
    for (auto& x : source.groups)
      result.push_back(x.name);
    return result;
  }

  pipeline source;
  plan tasks;
  run_model model;

private:
  explicit fake_run(loaded from)
    : source(from.value ? std::move(*from.value)
                        : throw std::invalid_argument{from.messages.at(0)}),
      tasks(plan_of(source)),
      model(tasks) {
  }
};

} // namespace troupe::cli::testing
