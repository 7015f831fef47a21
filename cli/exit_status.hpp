#pragma once

namespace troupe::cli {

inline constexpr int exit_completed = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;
/// Of what a signal has ended it is this plus the signal.
inline constexpr int exit_signal = 128;

} // namespace troupe::cli
