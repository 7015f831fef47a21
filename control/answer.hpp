#pragma once

#include "control/channel.hpp"

#include <string>
#include <string_view>

namespace troupe::control {

/// Carries out a call that came as text and returns the answer as text:
/// `{"result": ...}` or `{"error": {"code": ..., "message": ...}}`. What is not
/// JSON, or nests deeper than core::payload reads, is refused.
std::string answer(channel& to, std::string_view method,
                   std::string_view arguments);

/// What answer() has returned, at the other end. `ec::unavailable` if it is
/// no answer.
core::result<core::json> read_answer(std::string_view text);

} // namespace troupe::control
