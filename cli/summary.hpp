#pragma once

#include "cli/palette.hpp"
#include "cli/run_outcome.hpp"

#include <cstddef>
#include <string>

namespace troupe::cli {

/// The table at the end of a run: each task's status, time, attempts and agent,
/// below those that did not complete why, and a line that counts. Of a run with
/// very many tasks the completed ones of a fan-out share a line. `width` is
/// that of the terminal.
std::string render_summary(const run_outcome& run, size_t width,
                           const palette& color);

/// Rows of the table and reasons, of all tasks of `run`, and nothing else.
std::string render_failures(const run_outcome& run, size_t width,
                            const palette& color);

/// The last line only: "23 tasks: 22 completed, 1 failed in 1.23s".
std::string render_total(const run_outcome& run, const palette& color);

} // namespace troupe::cli
