#pragma once

#include "core/agent_spec.hpp"
#include "core/node_spec.hpp"
#include "core/queue_spec.hpp"
#include "core/schedule_spec.hpp"
#include "core/task.hpp"

#include <string>
#include <vector>

namespace troupe::core {

/// Names of tasks, queues, schedules, agents and capabilities, and aliases: so
/// many bytes of UTF-8 without control characters, since they go into lines and
/// terminals.
inline constexpr size_t name_bytes_max = 200;

/// Sums of times with each other and with the date have to fit.
inline constexpr duration time_max = std::chrono::hours{24 * 365 * 100};

/// What one agent can be said to do at once.
inline constexpr uint32_t slots_max = 1'000'000;

/// What is wrong with a spec by itself, each as `<field>: <problem>`; nothing
/// if it is valid. Of a task:
///
/// - `name`, `queue`, `capabilities`: not empty, within bounds; at least one
///   capability, none twice
/// - `priority`: 0..100
/// - `dependencies`: no nil id, none twice, not itself; aliases empty or
///   identifiers (core/reference_syntax.hpp)
/// - `placement`: at most 32 rules in each list, keys and values of labels as
///   below, and as many values as the test of a rule needs
/// - `keys`: as names, if they are there; `unique_for` with `uniqueness::time`
///   and only then
/// - `retry`, `limits`: no negative times, `cap >= base`, `factor >= 1`
/// - `parameters`, `condition`: everything in ${} can be read, and refers to a
///   dependency. If a dependency has no alias, the name of the task it is on
///   counts, which is not known here; then unknown aliases pass.
///
/// Whether queue, dependencies and agent exist is not looked at. Allocates
/// nothing for a valid spec with less than 17 dependencies and without `${`.
std::vector<std::string> validate(const task_spec& x);

/// `id` and `capabilities` as for tasks, `max_concurrent` 1..slots_max, `node`
/// the name of one if it is there. Keys of labels are names without `=`, `!`
/// and `|`, which rules are written with, and none is `node`; values are such
/// names without `|`, or empty. Neither begins or ends with a space.
std::vector<std::string> validate(const agent_spec& x);

/// A name of the DNS (is_node_name()), labels and resources as for agents.
std::vector<std::string> validate(const node_spec& x);

/// `name` as for tasks, no negative times; a valid rate; of the retry budget,
/// numbers from 0 and a window that is not zero.
std::vector<std::string> validate(const queue_spec& x);

/// `name` as for tasks, `task` a valid one without what each run gets for
/// itself; times that are there, not negative, and before 2200; an expression
/// that can be read, and a zone (whether there is such a one is not looked at);
/// bounds within theirs; and nothing that makes no sense together.
std::vector<std::string> validate(const schedule_spec& x);

/// The same in one error, `ec::invalid_argument`, that starts with what it is.
result<void> check(const task_spec& x);
result<void> check(const agent_spec& x);
result<void> check(const node_spec& x);
result<void> check(const queue_spec& x);
result<void> check(const schedule_spec& x);

} // namespace troupe::core
