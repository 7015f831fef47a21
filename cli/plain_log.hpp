#pragma once

#include "cli/palette.hpp"
#include "cli/run_model.hpp"
#include "core/event.hpp"

#include <optional>
#include <string>

namespace troupe::cli {

/// The line that tells of an event where there is no terminal, without line
/// end: `[12:00:01] completed count/GPL-3 0.12s`; nothing for events not worth
/// one. `model` knows of the event already. Times of day are local.
std::optional<std::string> describe_event(const core::event& x,
                                          const run_model& model,
                                          const palette& color);

/// `12:00:01`, local.
std::string clock_time(core::time_point x);

} // namespace troupe::cli
