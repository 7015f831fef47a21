#pragma once

#include "agents/subprocess.hpp"
#include "core/payload.hpp"

#include <functional>
#include <stop_token>

namespace troupe::agents {

/// `process.run`: parameters in, result out; see docs/capabilities.md. Holds
/// the calling thread until the program has ended, at most for `time_limit`,
/// `grace` and a moment. `on_output` is called whenever it has written
/// something.
/// Errors are
/// - `ec::invalid_argument` if the parameters are wrong,
/// - `ec::handler_failed` if the program cannot be started, fails its check, or
///   wrote what cannot be parsed,
/// - `ec::limit_exceeded` if it used more than it was allowed,
/// - `ec::cancelled` and `ec::timeout` if it was stopped.
core::result<core::payload>
run_process(const core::json& parameters, std::stop_token stop = {},
            core::duration time_limit = core::duration::max(),
            std::function<void()> on_output = {});

/// What the parameters, which must be valid, ask for.
subprocess_options subprocess_options_of(const core::json& parameters);

} // namespace troupe::agents
