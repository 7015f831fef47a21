#pragma once

#include "core/schedule_spec.hpp"
#include "core/schedule_state.hpp"

#include <string>
#include <string_view>

namespace troupe::core {

/// Appends a spec as JSON text, with the task as core/spec_codec.hpp writes it:
/// only what differs from a default-made one. Times are integer nanoseconds,
/// and enums go by name. Nothing is lost of a valid spec whose texts are UTF-8.
/// `when` is one of `{"at": ...}`, `{"after": ...}`, `{"every": ...}` and
/// `{"cron": ...}`, with `anchor` and `zone`.
void encode_schedule(const schedule_spec& spec, std::string& to);

/// Reads what encode_schedule() wrote. `ec::invalid_argument` names the field
/// that is wrong or not known; check() says whether it makes sense.
result<schedule_spec> decode_schedule(std::string_view text);

/// The same for what has become of it.
void encode_schedule_state(const schedule_state& state, std::string& to);
result<schedule_state> decode_schedule_state(std::string_view text);

} // namespace troupe::core
