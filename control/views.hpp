#pragma once

#include "core/agent_spec.hpp"
#include "core/audit.hpp"
#include "core/circuit.hpp"
#include "core/input.hpp"
#include "core/journal_settings.hpp"
#include "core/payload.hpp"
#include "core/queue_spec.hpp"
#include "core/rate_limits.hpp"
#include "core/task_query.hpp"

namespace troupe::control {

// What calls answer, one JSON object each: docs/control.md has the tables.
// Times in ISO 8601, durations in seconds; what is not set is not there.

core::json to_json(const core::queue_info& x);
core::json to_json(const core::agent_info& x);
core::json to_json(const core::circuit_info& x);
core::json to_json(const core::rate_limit_info& x);
core::json to_json(const core::pending_input& x);
core::json to_json(const core::task_stats& x);
core::json to_json(const core::journal_status& x);
core::json to_json(const core::audit_record& x);

} // namespace troupe::control
