#pragma once

#include "core/time.hpp"

#include <chrono>

namespace troupe::actors {

/// What is left of a time; never negative.
class countdown {
public:
  explicit countdown(core::duration total)
    : total_(total), start_(std::chrono::steady_clock::now()) {
  }

  core::duration left() const {
    if (total_ == core::duration::max())
      return total_;
    auto gone = std::chrono::steady_clock::now() - start_;
    return gone < total_ ? total_ - gone : core::duration::zero();
  }

private:
  core::duration total_;
  std::chrono::steady_clock::time_point start_;
};

} // namespace troupe::actors
