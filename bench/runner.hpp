#pragma once

#include "bench/benchmark.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace troupe::bench {

/// How to measure.
struct run_options {
  /// Runs of each benchmark; the median of them is its figure.
  size_t rounds = 5;
  uint64_t shrink = 1;
  /// Only benchmarks whose names contain one of these; empty = all. What those
  /// need is run and reported as well.
  std::vector<std::string> filters{};
  /// False: in this process and without bounds, for profilers and debuggers.
  bool is_isolated = true;
  /// A run that takes longer is killed.
  std::chrono::seconds timeout{120};
};

/// A quantity over all rounds.
struct figure {
  std::string key;
  std::string unit;
  double median = 0;
  std::vector<double> values;
};

/// What came of a benchmark.
struct outcome {
  const benchmark* of = nullptr;
  /// In the order of the sample; empty if all runs failed.
  std::vector<figure> figures;
  /// What went wrong, each run.
  std::vector<std::string> errors;

  /// Nothing if there is no target or nothing was measured.
  std::optional<bool> meets_target() const;
};

/// Those that `filters` ask for and what they need, in the order of `all`; also
/// their bounds, if `has_bounds`.
std::vector<const benchmark*> selected(const std::vector<benchmark>& all,
                                       const std::vector<std::string>& filters,
                                       bool has_bounds = true);

/// Runs everything selected once per round, so that a slow minute of the
/// machine meets all of them alike. `on_run` is told before each run.
std::vector<outcome>
run_all(const std::vector<benchmark>& all, const run_options& options,
        const std::function<void(size_t, const benchmark&)>& on_run);

} // namespace troupe::bench
