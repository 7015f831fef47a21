#pragma once

#include "core/attempt.hpp"
#include "core/circuit.hpp"
#include "core/circuit_bars.hpp"
#include "core/event.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace troupe::core {

/// What an attempt says about the circuit of its task.
struct attempt_evidence {
  task_spec_ptr spec;
  time_point started = never;
  bool is_success = false;
};

/// Whether it says anything about the one who worked: not if it was cancelled,
/// nor if its failure is permanent, for that is about the task.
bool is_evidence(const attempt_outcome& x) noexcept;

/// All circuits of one Troupe, by their keys. A circuit is made when the first
/// attempt of one of its tasks has ended, or by hand.
class circuit_board {
public:
  explicit circuit_board(const circuit_options& options);

  /// The name of the task's circuit; empty if it has none. Valid as long as the
  /// spec.
  std::string_view key_of(const task_spec& x) const noexcept;

  /// All circuits are closed: everything passes, and nobody needs to ask.
  bool is_closed() const noexcept {
    return not_closed_ == 0;
  }

  /// Lets all of them pass or none. `ec::circuit_open` says which circuit is in
  /// the way and until when (also as `retry_after`).
  result<void> admit(std::span<const task_spec_ptr> specs, time_point now);

  /// A task that waits in this queue wants to be a probe. Whether it may be.
  bool admit_waiting(const std::string& queue, std::string_view circuit,
                     time_point now);

  /// What half-open circuits have admitted since the last call, of which each
  /// queue has to be told: what circuits admit, queues start.
  struct probe {
    std::string queue;
    std::string circuit;
  };

  std::vector<probe> take_probes();

  /// The circuits that are not closed, in the order of their keys.
  std::vector<circuit_bar> bars() const;

  void record(const attempt_evidence& x, time_point now);

  /// Lets time pass in all circuits. True if something may be admitted that was
  /// not before.
  bool advance(time_point now);

  /// When a circuit changes by itself; `never` if none does.
  time_point next() const;

  /// See circuit. The first two make the circuit if there is none;
  /// `ec::invalid_argument` if the key is empty or, by reset(), not known.
  result<void> trip(std::string_view key, time_point now);
  result<void> force_open(std::string_view key, time_point now);
  result<void> reset(std::string_view key, time_point now);

  /// In the order of their keys; as they are after advance().
  std::vector<circuit_info> list(time_point now) const;

  /// See circuit. Is no event.
  void restore(const std::string& key, const circuit_memory& x, time_point now);

  /// What is to be kept of a circuit; nothing if it is as good as new.
  std::optional<circuit_memory> memory_of(std::string_view key) const;

  /// What has changed since the last call.
  std::vector<event> take_events();

private:
  struct string_hash {
    using is_transparent = void;

    size_t operator()(std::string_view x) const noexcept {
      return std::hash<std::string_view>{}(x);
    }
  };

  using circuits
    = std::unordered_map<std::string, circuit, string_hash, std::equal_to<>>;

  circuits::value_type& find_or_add(std::string_view key);
  result<circuits::value_type*> named(std::string_view key);

  void admit(circuits::value_type& x, const std::string& queue, time_point now);

  /// Has the circuit do something, and notes what changed.
  template <class F>
  void change(circuits::value_type& x, F f);
  bool advance(circuits::value_type& x, time_point now);
  void note(const circuits::value_type& x);

  circuit_options options_;
  circuits circuits_;
  size_t not_closed_ = 0;
  std::vector<event> events_;
  std::vector<probe> probes_;
};

} // namespace troupe::core
