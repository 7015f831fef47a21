#pragma once

#include <span>
#include <string_view>

namespace troupe::core {

/// The candidate a misspelt `name` most likely means: fewest insertions,
/// deletions, replacements and swaps of neighbours, case ignored; of equals the
/// first. Empty if none is near enough to be worth a "did you mean": at most a
/// third of the name may differ, and one letter always.
std::string_view nearest(std::string_view name,
                         std::span<const std::string_view> candidates);

} // namespace troupe::core
