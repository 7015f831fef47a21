#include "core/restart_window.hpp"

namespace troupe::core {

bool restart_window::allows(time_point now) {
  while (!recent_.empty() && now - recent_.front() > limits_.period)
    recent_.pop_front();
  recent_.push_back(now);
  return recent_.size() <= limits_.intensity;
}

} // namespace troupe::core
