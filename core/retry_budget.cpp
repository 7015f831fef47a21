#include "core/retry_budget.hpp"

namespace troupe::core {

retry_budget::retry_budget(const retry_budget_settings& settings) noexcept
  : ratio_(settings.ratio),
    minimum_(settings.min_per_second
             * std::chrono::duration<double>(settings.window).count()),
    window_(settings.window) {
}

bool retry_budget::take(time_point now) noexcept {
  auto sum = window_.count(now);
  auto allowed = ratio_ * static_cast<double>(sum.calls + 1) + minimum_;
  if (static_cast<double>(sum.failures) + 1 > allowed)
    return false;
  window_.add(true, now);
  return true;
}

retry_budget& retry_budgets::add(uint32_t demand_class, const demand& what) {
  auto capability = what.capabilities.empty() ? std::string{}
                                              : what.capabilities.front();
  auto next = static_cast<uint32_t>(budgets_.size());
  auto [i, is_new] = by_capability_.try_emplace(std::move(capability), next);
  if (is_new)
    budgets_.emplace_back(settings_);
  if (demand_class >= by_class_.size())
    by_class_.resize(size_t{demand_class} + 1, none);
  by_class_[demand_class] = i->second;
  return budgets_[i->second];
}

} // namespace troupe::core
