#pragma once

#include "core/event.hpp"
#include "core/task.hpp"

#include <optional>

namespace troupe::control {

// What core::to_json() has written of them, for who calls from afar. Times come
// back to the millisecond. Fields beside those are left aside: the other side
// may be newer.

/// Nothing if it is none. A code that is not known becomes `unavailable`, and
/// its name goes into the message.
std::optional<core::error> read_error(const core::json& from);

/// `ec::invalid_argument` says what is wrong, here and below.
core::result<core::event> read_event(const core::json& from);

core::result<core::task_record> read_record(const core::json& from);

} // namespace troupe::control
