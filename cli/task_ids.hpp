#pragma once

#include "control/channel.hpp"

#include <string>

namespace troupe::cli {

/// The id that is meant by an id or its beginning (at least 4 digits). Asks the
/// manager only in the latter case. `ec::unknown_task` if no task that the
/// manager has in memory begins so, `ec::invalid_argument` if several do, or if
/// it is no beginning of an id.
core::result<std::string> find_task(control::channel& manager,
                                    const std::string& text);

} // namespace troupe::cli
