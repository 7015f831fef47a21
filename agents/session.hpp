#pragma once

#include <sys/types.h>

namespace troupe::agents {

/// Sends `signal` to the process group of `leader`, and to all processes of
/// its session that moved to another group (timeout(1) and shells do that).
/// `leader` must be a session leader that has not been reaped, so that its
/// number cannot mean somebody else.
void signal_session(pid_t leader, int signal);

} // namespace troupe::agents
