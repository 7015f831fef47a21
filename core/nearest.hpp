#pragma once

#include <span>
#include <string>
#include <string_view>

namespace troupe::core {

/// The candidate a misspelt `name` most likely means: fewest insertions,
/// deletions, replacements and swaps of neighbours, case ignored and `-` taken
/// for `_`; of equals the first. Empty if none is near enough to be worth a
/// "did you mean": at most a third of the name may differ, and one letter
/// always; a name of more than 100 bytes is no slip of the fingers.
std::string_view nearest(std::string_view name,
                         std::span<const std::string_view> candidates);

/// ` (did you mean 'nearest'?)`, or nothing if none is near: to go after the
/// wrong name in an error message.
std::string did_you_mean(std::string_view name,
                         std::span<const std::string_view> candidates);

} // namespace troupe::core
