#pragma once

#include "core/restart_window.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::core {

/// Who is started again when a child has died: the child, all children, or the
/// child and those that were started after it. The words and the rules of this
/// file are those of Erlang/OTP's supervisors.
enum class restart_strategy : uint8_t {
  one_for_one,
  one_for_all,
  rest_for_one
};

inline constexpr restart_strategy restart_strategy_last
  = restart_strategy::rest_for_one;

std::string_view to_string(restart_strategy x) noexcept;

/// Whether a child that ends is started again: always, unless it ended
/// normally, or never.
enum class restart_type : uint8_t { permanent, transient, temporary };

inline constexpr restart_type restart_type_last = restart_type::temporary;

std::string_view to_string(restart_type x) noexcept;

struct child_spec {
  /// For people.
  std::string id = {};
  restart_type restart = restart_type::permanent;
  /// What it has to stop when it is asked to; then it is killed. Zero = it is
  /// killed at once.
  duration shutdown = std::chrono::seconds{5};
};

/// What a supervisor has to do next, in this order.
struct supervisor_action {
  enum class kind : uint8_t { start, stop, kill };

  kind what = kind::start;
  /// The child's number.
  uint64_t child = 0;

  friend bool operator==(const supervisor_action&, const supervisor_action&)
    = default;
};

/// Decides what a supervisor does: starts children in order, stops them in the
/// reverse order and one after the other, and starts again what has died, or
/// gives up. The caller carries out the actions and says what became of them.
class supervision {
public:
  supervision(restart_strategy strategy, restart_limits limits)
    : strategy_(strategy), limits_(limits), window_(limits) {
  }

  /// The last in order, and to be started unless it runs already; or to be
  /// stopped, if all are. Returns its number, which is never used again.
  uint64_t add(child_spec spec, bool is_running, time_point now);

  /// The child is gone, or could not be started. `is_normal`: by its own will
  /// or because it was asked to.
  void ended(uint64_t child, bool is_normal, std::string_view why,
             time_point now);

  /// Stops all children, then has_ended().
  void stop(time_point now);

  /// Kills the child that has not stopped in time.
  void expire(time_point now);

  /// When to call expire(); `never` = need not be.
  time_point next_due() const noexcept {
    return due_;
  }

  std::vector<supervisor_action> take_actions();

  bool is_empty() const noexcept {
    return children_.empty();
  }

  /// No child is left and none will be started.
  bool has_ended() const noexcept {
    return has_ended_;
  }

  /// Why it stops without having been asked to; empty if it does not.
  const std::string& gave_up() const noexcept {
    return gave_up_;
  }

  const child_spec* find(uint64_t child) const noexcept;

private:
  enum class state : uint8_t { down, running, stopping };

  struct entry {
    uint64_t number = 0;
    child_spec spec;
    state at = state::down;
    bool must_stop = false;
    bool must_start = false;
  };

  void restart(size_t from, size_t to, size_t dead);
  void give_up(const entry& x, std::string_view why);
  void stop_all();
  /// Takes the next step: stops the next child, or, if none has to be waited
  /// for, starts those that are to be started.
  void advance(time_point now);
  void stop_next(time_point now);
  void start_next();
  bool is_waiting() const noexcept;

  restart_strategy strategy_;
  restart_limits limits_;
  restart_window window_;
  /// In the order of their start.
  std::vector<entry> children_;
  uint64_t last_number_ = 0;
  time_point due_ = never;
  bool is_stopping_ = false;
  bool has_ended_ = false;
  std::string gave_up_;
  std::vector<supervisor_action> actions_;
};

} // namespace troupe::core
