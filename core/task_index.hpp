#pragma once

#include "core/task_id.hpp"

#include <tsl/robin_map.h>

#include <array>
#include <bit>
#include <cstdint>

namespace troupe::core {

/// Where in a table a task is, by its id. Hash table with Robin Hood probing
/// that is at most half full: 48 to 96 bytes for each task.
class task_index {
public:
  /// The slot of a task that is not in here.
  static constexpr uint32_t none = UINT32_MAX;

  uint32_t find(const task_id& id) const {
    auto i = slots_.find(key{id});
    return i == slots_.end() ? none : i->second;
  }

  /// The slot it has, if it is in here already, else `none`; then this is its
  /// slot from now on.
  uint32_t try_insert(const task_id& id, uint32_t slot) {
    auto [i, is_new] = slots_.try_emplace(key{id}, slot);
    return is_new ? none : i->second;
  }

  void assign(const task_id& id, uint32_t slot) {
    slots_.insert_or_assign(key{id}, slot);
  }

  void erase(const task_id& id) {
    slots_.erase(key{id});
  }

private:
  /// An id that may lie at any fourth byte, so that an entry of the table takes
  /// 24 bytes and not 32.
  struct key {
    explicit key(const task_id& id) noexcept
      : words(std::bit_cast<std::array<uint32_t, 4>>(id)) {
    }

    friend bool operator==(const key&, const key&) = default;

    std::array<uint32_t, 4> words;
  };

  struct hash {
    size_t operator()(const key& x) const noexcept {
      return std::hash<task_id>{}(std::bit_cast<task_id>(x.words));
    }
  };

  tsl::robin_map<key, uint32_t, hash> slots_;
};

} // namespace troupe::core
