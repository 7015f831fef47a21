#pragma once

#include <functional>

namespace troupe::cli {

/// Runs `serve` in a process of its own and starts it again when it dies of a
/// signal or an error: after a second, twice as long each time, at most 30 s;
/// a life of 30 s ends the row. Returns its exit status when it has stopped
/// because it was told to (SIGTERM, SIGINT and SIGHUP are passed on), or if it
/// could not begin (exit_usage). To be called before there are threads.
int supervised(const std::function<int()>& serve);

} // namespace troupe::cli
