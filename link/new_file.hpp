#pragma once

#include "core/error.hpp"

#include <string>
#include <string_view>

namespace troupe::link {

/// Writes a file that is there as a whole or not at all, after a crash as well.
/// `mode` as for chmod. `duplicate` if there is one with this name already and
/// it is not to be replaced; `system_error` if it cannot be written.
core::result<void> write_new_file(const std::string& path,
                                  std::string_view content, unsigned mode,
                                  bool is_overwriting);

} // namespace troupe::link
