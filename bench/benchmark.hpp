#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::bench {

/// One number that was measured.
struct quantity {
  /// For programs, e.g. `us_per_task`.
  std::string key;
  double value = 0;
  /// For people; read after the number, e.g. `us/task`.
  std::string unit;
};

/// What one run measured; the first quantity is what the benchmark is about.
using sample = std::vector<quantity>;

/// The value of `key`. Throws std::out_of_range if there is none.
double value_of(const sample& from, std::string_view key);

/// What has been measured since the round began, by name of the benchmark.
using results_so_far = std::map<std::string, sample, std::less<>>;

/// What a run may know.
struct context {
  /// Divides the sizes.
  uint64_t shrink = 1;
  /// Earlier benchmarks of the same round.
  const results_so_far& so_far;

  /// `full`, or less of it for a quick look; at least 1.
  uint64_t scaled(uint64_t full) const noexcept {
    return full > shrink ? full / shrink : 1;
  }
};

/// What a quantity should come to.
struct goal {
  enum class side : uint8_t { at_least, below };

  std::string key;
  side which = side::at_least;
  double limit = 0;

  bool is_met_by(double value) const noexcept {
    return which == side::at_least ? value >= limit : value < limit;
  }
};

/// One figure: how it is measured and what it should be.
struct benchmark {
  /// `<group>/<case>`.
  std::string name;
  /// What is measured, in a sentence.
  std::string what;
  /// Benchmarks that must have run in the same round before.
  std::vector<std::string> needs{};
  std::optional<goal> target{};
  /// The benchmark whose `tasks_per_second` this one's are set in relation to,
  /// median to median, as quantity `of_bound`; empty = none.
  std::string bound{};
  /// More rounds tell nothing new, or take too long.
  size_t rounds_max = std::numeric_limits<size_t>::max();
  /// Runs in a process of its own. Throws if what it measured did not happen.
  std::function<sample(const context&)> run;
};

} // namespace troupe::bench
