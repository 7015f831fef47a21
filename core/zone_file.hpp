#pragma once

#include "core/time_zone.hpp"

#include <string>
#include <string_view>

namespace troupe::core {

/// The zone in a compiled file of the tz database (TZif, RFC 9636), of which
/// these are the bytes. After the last change that is listed, the rules at its
/// end hold: "slim" files list what is past, "fat" ones all up to 2037.
///
/// `ec::invalid_argument` if it is no such file, is cut off or contradicts
/// itself, or counts leap seconds (those in `right/`).
result<time_zone_ptr> parse_zone_file(std::string name, std::string_view bytes);

} // namespace troupe::core
