#pragma once

#include "core/circuit_settings.hpp"
#include "core/demand.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::core {

/// A circuit that is not closed, as queues are told of it.
struct circuit_bar {
  std::string key;
  /// It admits probes; else nothing.
  bool is_half_open = false;
  /// Another number: what was admitted before counts no more.
  uint64_t round = 0;
};

/// What circuits keep a queue from starting. What waits for one that is half
/// open needs a probe, which the circuit breaker has to be asked for, one at a
/// time: submissions take some as well.
class circuit_bars {
public:
  static constexpr uint32_t no_limit = UINT32_MAX;

  /// All circuits but these are closed.
  void set(circuit_scope scope, std::vector<circuit_bar> bars);

  /// So many more may be started as probes. Of a circuit that is not half open
  /// (any more) it is ignored.
  void allow(std::string_view key, uint32_t count);

  /// Nothing is kept back.
  bool is_empty() const noexcept {
    return bars_.empty();
  }

  /// How many tasks with this demand may be started. What goes on after it
  /// waited for child tasks always may.
  uint32_t allowance(const demand& what, std::string_view queue) const noexcept;

  /// One is started; it was allowed.
  void start(const demand& what, std::string_view queue) noexcept;

  /// One waits. The circuit to be asked for a probe, if it is half open, allows
  /// none, and has not been asked before.
  std::optional<std::string> ask(const demand& what, std::string_view queue);

  /// The bar that keeps it back; null if none does.
  const circuit_bar* find(const demand& what,
                          std::string_view queue) const noexcept;

private:
  struct known_bar : circuit_bar {
    uint32_t allowed = 0;
    bool is_asked = false;
  };

  std::string_view key_of(const demand& what,
                          std::string_view queue) const noexcept;
  known_bar* find(std::string_view key) noexcept;
  const known_bar* find(std::string_view key) const noexcept;

  circuit_scope scope_ = circuit_scope::capability;
  std::vector<known_bar> bars_;
};

} // namespace troupe::core
