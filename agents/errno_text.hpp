#pragma once

#include <string>
#include <system_error>

namespace troupe::agents {

/// What an `errno` means: "No such file or directory".
inline std::string errno_text(int number) {
  return std::error_code{number, std::generic_category()}.message();
}

} // namespace troupe::agents
