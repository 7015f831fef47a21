#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace troupe::core {

/// So much of something there is a limited amount of: an agent has it, and a
/// task takes it while an attempt runs. `cpu` (cores) and `memory` (bytes) are
/// names like any other; what they stand for is up to who declares them.
struct resource_amount {
  std::string name = {};
  double amount = 0;

  friend bool operator==(const resource_amount&, const resource_amount&)
    = default;
};

/// At most one for a name.
using resource_amounts = std::vector<resource_amount>;

/// Zero if it is not there.
double amount_of(const resource_amounts& all, std::string_view name) noexcept;

/// Whether there is enough of everything.
bool covers(const resource_amounts& total,
            const resource_amounts& needed) noexcept;

/// `2 cpu, 1.5 gpu`, for people.
std::string describe(const resource_amounts& all);

/// What is left of what an agent has. Counts in millionths, so that nothing is
/// lost to rounding however often it changes hands.
class resource_pool {
public:
  resource_pool() = default;
  explicit resource_pool(const resource_amounts& total);

  bool fits(const resource_amounts& needed) const noexcept;

  /// Like fits(), but what it does not have it does not bound.
  bool allows(const resource_amounts& needed) const noexcept;

  bool has(std::string_view name) const noexcept {
    return find(name) != nullptr;
  }

  /// Of what it has.
  void take(const resource_amounts& needed) noexcept;

  /// What was taken.
  void give_back(const resource_amounts& taken) noexcept;

  double left(std::string_view name) const noexcept;

private:
  __extension__ using wide = __int128;

  static wide units(double amount) noexcept;

  struct part {
    std::string name;
    wide left = 0;
  };

  const part* find(std::string_view name) const noexcept;

  std::vector<part> parts_;
};

} // namespace troupe::core
