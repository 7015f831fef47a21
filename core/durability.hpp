#pragma once

#include "core/error.hpp"

#include <cstdint>
#include <string_view>

namespace troupe::core {

/// What a task survives once it is accepted, if there is a journal.
enum class durability : uint8_t {
  /// Accepted means on disk, and what becomes of it is on disk before anybody
  /// is told.
  strict,
  /// Accepted means in the journal's hands: it is on disk within
  /// `journal_settings::relaxed_delay` and the commit that follows.
  relaxed,
  /// It ends with the process.
  volatile_, // NOLINT(readability-identifier-naming): a keyword otherwise
};

inline constexpr durability durability_last = durability::volatile_;

/// `volatile` for the last.
std::string_view to_string(durability x) noexcept;
result<durability> parse_durability(std::string_view text);

} // namespace troupe::core
