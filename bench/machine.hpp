#pragma once

#include <nlohmann/json.hpp>

namespace troupe::bench {

/// What the figures were measured on and with: processor, cores, memory,
/// kernel, compiler, kind of build, version of CAF, load and time of day.
nlohmann::json describe_machine();

} // namespace troupe::bench
