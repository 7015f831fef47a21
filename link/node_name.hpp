#pragma once

#include <string_view>

namespace troupe::link {

/// May a node be called so? 1..253 of a-z, A-Z, 0-9, `-`, `_` and `.`, which is
/// what the names in certificates are made of. Upper and lower case are
/// different.
bool is_node_name(std::string_view text) noexcept;

} // namespace troupe::link
