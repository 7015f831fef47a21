#include "core/resources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace troupe::core {

double amount_of(const resource_amounts& all, std::string_view name) noexcept {
  auto i = std::ranges::find(all, name, &resource_amount::name);
  return i == all.end() ? 0 : i->amount;
}

bool covers(const resource_amounts& total,
            const resource_amounts& needed) noexcept {
  return std::ranges::all_of(needed, [&](const resource_amount& x) {
    return amount_of(total, x.name) >= x.amount;
  });
}

std::string describe(const resource_amounts& all) {
  std::string text;
  for (auto& x : all)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", x.amount, x.name);
  return text;
}

resource_pool::resource_pool(const resource_amounts& total) {
  for (auto& x : total)
    parts_.push_back({x.name, units(x.amount)});
}

resource_pool::wide resource_pool::units(double amount) noexcept {
  // Beyond any amount of anything, but far from the end of the numbers.
  constexpr double amount_max = 1e30;
  constexpr double per_one = 1e6;
  auto scaled = std::round(std::min(amount, amount_max) * per_one);
  return static_cast<wide>(std::max(scaled, 1.0));
}

const resource_pool::part*
resource_pool::find(std::string_view name) const noexcept {
  auto i = std::ranges::find(parts_, name, &part::name);
  return i == parts_.end() ? nullptr : &*i;
}

bool resource_pool::fits(const resource_amounts& needed) const noexcept {
  return std::ranges::all_of(needed, [&](const resource_amount& x) {
    auto* known = find(x.name);
    return known != nullptr && known->left >= units(x.amount);
  });
}

bool resource_pool::allows(const resource_amounts& needed) const noexcept {
  return std::ranges::all_of(needed, [&](const resource_amount& x) {
    auto* known = find(x.name);
    return known == nullptr || known->left >= units(x.amount);
  });
}

void resource_pool::take(const resource_amounts& needed) noexcept {
  for (auto& x : needed)
    for (auto& known : parts_)
      if (known.name == x.name)
        known.left -= units(x.amount);
}

void resource_pool::give_back(const resource_amounts& taken) noexcept {
  for (auto& x : taken)
    for (auto& known : parts_)
      if (known.name == x.name)
        known.left += units(x.amount);
}

double resource_pool::left(std::string_view name) const noexcept {
  auto* known = find(name);
  return known == nullptr ? 0 : static_cast<double>(known->left) / 1e6;
}

} // namespace troupe::core
