#include "core/durability.hpp"

#include "core/enum_names.hpp"

#include <array>

namespace troupe::core {

namespace {

constexpr std::array<std::string_view, 3> durability_names{"strict", "relaxed",
                                                           "volatile"};

} // namespace

std::string_view to_string(durability x) noexcept {
  return name_of<durability>(durability_names, x);
}

result<durability> parse_durability(std::string_view text) {
  return parse_name<durability>(durability_names, "a durability", text);
}

} // namespace troupe::core
