#pragma once

#include "core/demand.hpp"
#include "core/sliding_window.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe::core {

/// How many failed attempts a queue makes again, so that retries cannot
/// multiply an outage: for each (first) capability, of the attempts of the last
/// `window`, at most the share `ratio` and `min_per_second` more.
struct retry_budget_settings {
  /// False: whatever the tasks' own settings say.
  bool is_enabled = true;
  double ratio = 0.2;
  /// Enough for what is small: 100 retries in any ten seconds.
  double min_per_second = 10;
  duration window = std::chrono::seconds{10};
};

/// Says how many failed attempts may be made again, by how many were made
/// lately, as the retry budgets of Finagle and Envoy do: while all goes well
/// there are retries to spare, and when all fails only so many are added to
/// what is asked for anyway.
///
/// Of the attempts of the last `window` (it forgets by tenths of it), no more
/// than `ratio` of them plus `min_per_second` for each second of it are
/// retries. A retry counts when it is decided.
class retry_budget {
public:
  explicit retry_budget(const retry_budget_settings& settings) noexcept;

  /// An attempt begins that is no retry.
  void attempted(time_point now) noexcept {
    window_.add(false, now);
  }

  /// Whether there may be one more retry; if so it is counted.
  bool take(time_point now) noexcept;

  /// Attempts and, as failures, the retries among them.
  sliding_window::totals count(time_point now) const noexcept {
    return window_.count(now);
  }

private:
  double ratio_;
  double minimum_;
  sliding_window window_;
};

/// The budgets of a queue, one for each first capability, by the queue's number
/// for the demand. Takes 300 bytes per capability.
class retry_budgets {
public:
  explicit retry_budgets(const retry_budget_settings& settings)
    : settings_(settings) {
  }

  /// Valid until the next call.
  retry_budget& of(uint32_t demand_class, const demand& what) {
    if (demand_class < by_class_.size() && by_class_[demand_class] != none)
      return budgets_[by_class_[demand_class]];
    return add(demand_class, what);
  }

private:
  static constexpr uint32_t none = 0xffffffff;

  retry_budget& add(uint32_t demand_class, const demand& what);

  retry_budget_settings settings_;
  std::vector<retry_budget> budgets_;
  std::vector<uint32_t> by_class_;
  std::unordered_map<std::string, uint32_t> by_capability_;
};

} // namespace troupe::core
