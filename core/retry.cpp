#include "core/retry.hpp"

#include <algorithm>
#include <cmath>

namespace troupe::core {

bool is_retried(const retry_settings& settings, uint32_t failures,
                const error& why) noexcept {
  if (why.is_permanent || why.code == ec::cancelled
      || failures > settings.max_retries)
    return false;
  return settings.retry_on.empty() || settings.retry_on.contains(why.code);
}

duration backoff_delay(const retry_settings& settings, uint32_t failures,
                       double chance) noexcept {
  auto base = static_cast<double>(settings.base.count());
  auto cap = static_cast<double>(settings.cap.count());
  auto full = base;
  if (settings.backoff == backoff_kind::linear)
    full = base * failures;
  else if (settings.backoff == backoff_kind::exponential)
    full = base * std::pow(settings.factor, failures - 1.0);
  full = std::min(full, cap);
  switch (settings.jitter) {
    case jitter_kind::none:
      break;
    case jitter_kind::equal:
      full = full / 2 + full / 2 * chance;
      break;
    case jitter_kind::full:
      full *= chance;
      break;
  }
  return duration{static_cast<duration::rep>(full)};
}

} // namespace troupe::core
