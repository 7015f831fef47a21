#pragma once

#include "core/time.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

namespace troupe::core {

/// Keys in the order of when they are due; equal times in the order of keys.
/// Nothing is erased from it: who owns it knows which items still count, and
/// says so as a predicate. Adding and dropping take logarithmic time, and stale
/// items cost amortised constant time and no more memory than those that count.
template <class Key>
class due_heap {
public:
  struct item {
    time_point due;
    Key key{};

    friend auto operator<=>(const item&, const item&) = default;
  };

  void add(time_point due, Key key) {
    items_.push_back({due, key});
    std::ranges::push_heap(items_, std::greater<>{});
  }

  /// The first that is current, or null; drops those before it.
  template <class IsCurrent>
  const item* first(IsCurrent is_current) {
    while (!items_.empty() && !is_current(items_.front())) {
      std::ranges::pop_heap(items_, std::greater<>{});
      items_.pop_back();
    }
    return items_.empty() ? nullptr : &items_.front();
  }

  /// To be called when an item has become stale; `live` is how many are not.
  template <class IsCurrent>
  void compact(size_t live, IsCurrent is_current) {
    if (items_.size() <= size_min || items_.size() <= 2 * live)
      return;
    std::erase_if(items_, [&](auto& x) { return !is_current(x); });
    std::ranges::make_heap(items_, std::greater<>{});
  }

private:
  /// Below this, stale items are not worth a thought.
  static constexpr size_t size_min = 64;

  std::vector<item> items_;
};

} // namespace troupe::core
