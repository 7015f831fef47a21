#pragma once

#include "agents/schema.hpp"

#include <span>
#include <string_view>

namespace troupe::agents {

/// All capabilities of this library, by name.
std::span<const capability_schema> standard_capabilities() noexcept;

bool is_standard_capability(std::string_view capability) noexcept;

/// Null if it is not a capability of this library.
const capability_schema* schema_of(std::string_view capability) noexcept;

} // namespace troupe::agents
