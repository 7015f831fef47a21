#pragma once

#include "actors/task_context.hpp"

namespace troupe::agents {

/// `timer.sleep`: see docs/capabilities.md. A coroutine, which holds no thread
/// while it waits. Fails with `ec::invalid_argument` if the parameters are
/// wrong.
core::async<core::payload> sleep_for_a_while(actors::task_context& ctx);

} // namespace troupe::agents
