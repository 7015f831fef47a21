#pragma once

#include "core/circuit_settings.hpp"
#include "core/sliding_window.hpp"

#include <string>
#include <string_view>

namespace troupe::core {

enum class circuit_state : uint8_t {
  /// Everything passes.
  closed,
  /// Nothing passes until the cool-down is over.
  open,
  /// A few pass, to see whether it may close.
  half_open,
};

inline constexpr circuit_state circuit_state_last = circuit_state::half_open;

std::string_view to_string(circuit_state x) noexcept;

/// A circuit as it is shown.
struct circuit_info {
  std::string key = {};
  circuit_state state = circuit_state::closed;
  /// Opened by hand for good: only reset() closes it.
  bool is_forced = false;
  /// When it came into its state; `never` if it has always been closed.
  time_point since = never;
  /// Open: the end of the cool-down, unless it is forced; else `never`.
  time_point until = never;
  /// What brought it into its state, in words.
  std::string why = {};
  uint32_t failures_in_row = 0;
  /// In the window.
  uint64_t calls = 0;
  uint64_t failures = 0;
  /// How often in a row it has opened soon after it closed.
  uint32_t trips = 0;
};

/// What of a circuit is to outlive the process. How calls went that it has
/// counted so far is not.
struct circuit_memory {
  circuit_state state = circuit_state::closed;
  bool is_forced = false;
  time_point since = never;
  time_point until = never;
  std::string why = {};
  uint32_t trips = 0;

  friend bool operator==(const circuit_memory&, const circuit_memory&)
    = default;
};

/// A circuit breaker: closed, it counts failures; open, it admits nothing for
/// its cool-down; half-open, it admits probes and closes or opens by what comes
/// of them. An attempt that began before the circuit came into its state is no
/// evidence: so stragglers neither open nor close it. Time may not run
/// backwards. Takes constant time.
class circuit {
public:
  explicit circuit(const circuit_settings& settings);

  /// Lets time pass; any other member that takes the time does so first. True
  /// if something may be admitted that was not before.
  bool advance(time_point now);

  /// Whether a submission may pass.
  bool admits(time_point now);

  /// It passes, with so many tasks. More than there are places left for probes
  /// take them all: in part it cannot pass.
  void admit(uint32_t tasks, time_point now);

  /// An attempt has ended.
  void record(bool is_success, time_point started, time_point now);

  /// Opens it as if it had failed. If it is open, the cool-down starts anew.
  void trip(time_point now);

  /// Opens it until reset().
  void force_open(time_point now);

  /// Closes it and forgets what was.
  void reset(time_point now);

  /// Brings a new circuit into the state of another. No cool-down is longer
  /// than by its settings and from now on.
  void restore(const circuit_memory& x, time_point now);

  circuit_memory memory() const;

  circuit_state state() const noexcept {
    return state_;
  }

  /// When it came into its state.
  time_point since() const noexcept {
    return since_;
  }

  /// How often it has come into a state.
  uint64_t changes() const noexcept {
    return changes_;
  }

  /// Another number: what it admitted before counts no more.
  uint64_t round() const noexcept {
    return round_;
  }

  /// When it changes by itself: the end of the cool-down, or when it admits
  /// probes again; `never` if it does not.
  time_point next() const noexcept;

  circuit_info info(time_point now) const;

private:
  bool has_place() const noexcept {
    return admitted_ < settings_.probes;
  }

  duration cool_down() const;
  void enter(circuit_state to, time_point now, std::string why);
  void open(time_point now, std::string why);
  void count(bool is_success, time_point now);

  circuit_settings settings_;
  sliding_window window_;
  circuit_state state_ = circuit_state::closed;
  bool is_forced_ = false;
  time_point since_ = never;
  time_point until_ = never;
  std::string why_;
  uint32_t failures_in_row_ = 0;
  uint32_t trips_ = 0;
  uint64_t changes_ = 0;
  uint64_t round_ = 0;
  /// Of the half-open circuit.
  uint32_t admitted_ = 0;
  uint32_t successes_ = 0;
  time_point probes_until_ = never;
};

} // namespace troupe::core
