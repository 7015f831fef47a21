#pragma once

#include "core/error.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::core {

/// When a circuit opens, and how it closes again.
struct circuit_settings {
  /// Opens after so many failures in a row; 0 = however many there are.
  uint32_t failures_max = 5;
  /// Opens when of the calls in `window` this share or more failed, e.g. 0.5;
  /// 0 = whatever the share is. Looked at whenever an attempt fails.
  double failure_rate = 0;
  /// Fewer calls in the window say nothing about the rate.
  uint32_t calls_min = 20;
  /// Longer: sees slower decay, and remembers longer what is over.
  duration window = std::chrono::seconds{60};
  /// How long it stays open the first time.
  duration cool_down = std::chrono::seconds{30};
  /// Each time it opens again soon, it stays open so many times longer. Soon:
  /// before it has been closed for as long as it was open.
  double cool_down_factor = 2;
  /// It never stays open for longer.
  duration cool_down_max = std::chrono::minutes{10};
  /// Tasks it admits when it is half-open. It closes after as many successes,
  /// and opens again at the first failure.
  uint32_t probes = 1;
  /// After this time without a verdict, e.g. because a probe was cancelled, it
  /// admits probes again.
  duration probe_time = std::chrono::seconds{60};
};

/// Which tasks share a circuit.
enum class circuit_scope : uint8_t {
  /// Those with the same first capability, which names the handler.
  capability,
  /// Those of one queue.
  queue,
  /// Those that require the same agent. Tasks that require none have no
  /// circuit.
  agent,
  /// All; the one circuit is called `all`.
  all,
};

inline constexpr circuit_scope circuit_scope_last = circuit_scope::all;

std::string_view to_string(circuit_scope x) noexcept;
result<circuit_scope> parse_circuit_scope(std::string_view text);

/// What happens to a submission that finds its circuit open.
enum class open_policy : uint8_t {
  /// It is refused, with `ec::circuit_open`.
  refuse,
  /// It is kept and passed on as soon as the circuit lets it through; until
  /// then it is not answered.
  hold,
};

inline constexpr open_policy open_policy_last = open_policy::hold;

std::string_view to_string(open_policy x) noexcept;
result<open_policy> parse_open_policy(std::string_view text);

struct circuit_options {
  circuit_scope scope = circuit_scope::capability;
  circuit_settings settings = {};
  open_policy on_open = open_policy::refuse;
  /// With `hold`: tasks kept at once; what is beyond is refused.
  uint64_t held_max = 1000;
};

/// What is wrong with them, each as `<field>: <problem>`; nothing if they are
/// valid: times that are not positive or longer than `time_max`,
/// `cool_down_max < cool_down`, a rate that is not from 0 to 1, a factor below
/// 1, no probes, neither failures_max nor failure_rate, a rate without a
/// minimum of calls.
std::vector<std::string> validate(const circuit_options& x);

/// The same in one error, `ec::invalid_argument`.
result<void> check(const circuit_options& x);

} // namespace troupe::core
