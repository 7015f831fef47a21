#pragma once

#include "core/due_heap.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace troupe::core {

/// Indices of a table, each with a time at which something is due. Adding and
/// taking are logarithmic, erasing takes amortised constant time. Costs 24
/// bytes per index that waits; one that is erased costs nothing for long.
class due_list {
public:
  /// Replaces the time the index had. `due` is not `never`.
  void add(uint32_t index, time_point due);

  /// Nothing happens if it is not in here.
  void erase(uint32_t index);

  /// Takes out the one that is due first, if it is due.
  std::optional<uint32_t> take_due(time_point now);

  /// When the first is due; `never` if none is.
  time_point next();

  /// Of one that is in here; else `never`.
  time_point due(uint32_t index) const noexcept {
    return index < due_.size() ? due_[index] : never;
  }

  size_t size() const noexcept {
    return size_;
  }

private:
  auto is_current() const noexcept {
    return [this](auto& x) {
      return due_[x.key] == x.due;
    };
  }

  /// Those with another time than in `due_` have been erased or replaced.
  due_heap<uint32_t> heap_;
  std::vector<time_point> due_;
  size_t size_ = 0;
};

} // namespace troupe::core
