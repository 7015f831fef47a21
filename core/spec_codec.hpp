#pragma once

#include "core/task_spec.hpp"

#include <string>
#include <string_view>

namespace troupe::core {

/// Appends a spec as JSON text: all of it but the id, and only what differs
/// from a default-made one. Times are integer nanoseconds, and enums go by
/// name. Nothing is lost of a valid spec whose texts are UTF-8.
void encode_spec(const task_spec& spec, std::string& to);

/// Reads what encode_spec() wrote; the id stays nil. `ec::invalid_argument`
/// names the field that is wrong or not known.
result<task_spec> decode_spec(std::string_view text);

/// Whether both ask for the same, under the same id.
bool is_same(const task_spec& x, const task_spec& y);

/// Whether both ask for the same, whatever their ids, their parents, and what
/// they are replays of.
bool asks_for_the_same(const task_spec& x, const task_spec& y);

} // namespace troupe::core
