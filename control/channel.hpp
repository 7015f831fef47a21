#pragma once

#include "core/error.hpp"
#include "core/payload.hpp"

#include <string_view>

namespace troupe::control {

/// A way to a manager: named calls with JSON arguments and results, as
/// docs/control.md lists them. Calls may be made from several threads at once.
/// A call returns when it is answered, which may take as long as its arguments
/// say.
class channel {
public:
  virtual ~channel() = default;

  /// `arguments` is an object. Errors are those of the method, and
  /// `ec::unavailable` if the manager is not there to answer.
  virtual core::result<core::json>
  call(std::string_view method, core::json arguments) = 0;

protected:
  channel() = default;
  channel(const channel&) = default;
  channel& operator=(const channel&) = default;
};

} // namespace troupe::control
