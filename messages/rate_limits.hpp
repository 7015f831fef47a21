#pragma once

#include "core/rate_limits.hpp"
#include "messages/compat.hpp"

#include <vector>

namespace troupe::messages {

struct get_rate_limits {};

struct rate_limit_list {
  std::vector<core::rate_limit_info> buckets;
};

} // namespace troupe::messages
