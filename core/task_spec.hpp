#pragma once

#include "core/boxed.hpp"
#include "core/durability.hpp"
#include "core/error.hpp"
#include "core/payload.hpp"
#include "core/placement.hpp"
#include "core/priority.hpp"
#include "core/resources.hpp"
#include "core/retry_settings.hpp"
#include "core/submission_keys.hpp"
#include "core/task_id.hpp"
#include "core/time.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::core {

/// What becomes of a task when one of its dependencies does not complete.
enum class on_failure : uint8_t {
  /// It is cancelled, with `ec::dependency_failed`.
  cancel,
  /// It runs anyway and sees the dependency's error.
  run,
  /// It is not run and ends as skipped, which its own dependents take for
  /// completed, with a null result.
  skip,
};

inline constexpr on_failure on_failure_last = on_failure::skip;

std::string_view to_string(on_failure x) noexcept;
result<on_failure> parse_on_failure(std::string_view text);

/// "Not before that task has ended."
struct dependency {
  task_id task = {};
  /// The name it has in `${<alias>.result...}` and in task_context; empty means
  /// the name of the task depended on. Several dependencies may share an
  /// alias: then it stands for the list of their results, in order.
  std::string alias = {};
  on_failure policy = on_failure::cancel;
};

/// How strongly a task wants the agent it names.
enum class agent_wish : uint8_t {
  /// That agent if it has a free slot, else any that can do it.
  prefer,
  /// That agent only; the task waits for it.
  require,
};

inline constexpr agent_wish agent_wish_last = agent_wish::require;

std::string_view to_string(agent_wish x) noexcept;
result<agent_wish> parse_agent_wish(std::string_view text);

/// How long a task may take; zero = unlimited.
struct time_limits {
  /// One attempt, from its start.
  duration attempt = std::chrono::seconds{300};
  /// From ready to started.
  duration waiting = duration::zero();
  /// From submission to the end, all attempts together.
  duration total = duration::zero();
  /// Between two signs of life of an attempt: progress(), emit(), log() and
  /// heartbeat(). One that gives none for so long has failed with
  /// `ec::timeout`.
  duration heartbeat = duration::zero();
};

/// What is asked for. A value: submitting it makes a task of it.
struct task_spec {
  /// Nil: Troupe makes one. Set it (task_id_generator) to refer to the task
  /// from others of the same submission.
  task_id id = {};
  /// For people, and the default alias of a dependency; required.
  std::string name = {};
  std::string description = {};
  /// What the agent must be able to do: one or more, and it must have all. The
  /// first names the handler.
  std::vector<std::string> capabilities = {};
  /// What the handler gets. Strings may refer to dependencies: see
  /// core/reference.hpp.
  payload parameters = {};
  task_priority priority = normal;
  /// What it survives; nothing = as its queue has it. Without a journal nothing
  /// survives the process.
  std::optional<core::durability> durability = {};
  /// How strongly `agent` is wanted. (Up here a task is eight bytes smaller.)
  agent_wish wish = agent_wish::prefer;
  std::string queue = "default";
  std::vector<dependency> dependencies = {};
  /// If not empty: evaluated when the task is ready, and the task is skipped if
  /// it is false. See core/condition.hpp.
  std::string condition = {};
  /// Id of the agent wanted; empty = any.
  std::string agent = {};
  /// Tasks with the same key go to the same agent while it is there (routing
  /// strategy `sticky`); then they prefer its node.
  std::string sticky_key = {};
  /// Of the tasks of a queue with the same key, no more than
  /// queue_spec::key_max run at once. Empty = no such limit.
  std::string concurrency_key = {};
  /// What makes it harmless to submit the same again.
  boxed<submission_keys> keys = {};
  /// What an agent must have left for an attempt.
  resource_amounts resources = {};
  /// Which labels an agent must or should have.
  boxed<core::placement> placement = {};
  /// On whose behalf; queues can share out their slots fairly among owners.
  std::string owner = {};
  /// For the application; not looked at.
  std::map<std::string, std::string> metadata = {};
  std::vector<std::string> tags = {};
  retry_settings retry = {};
  time_limits limits = {};
  /// The task whose handler submitted this one; cancelled with it.
  task_id parent = {};
  /// The dead letter this is a new try of; set by replay_dead_letter().
  boxed<task_id> replay_of = {};
};

using task_spec_ptr = std::shared_ptr<const task_spec>;

/// How big a task may be decides how many can wait.
static_assert(sizeof(void*) != 8 || sizeof(std::string) != 32
              || sizeof(task_spec) <= 568);

} // namespace troupe::core
