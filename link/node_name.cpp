#include "link/node_name.hpp"

#include <algorithm>

namespace troupe::link {

namespace {

constexpr size_t node_name_max = 253;

bool is_of_a_node_name(char x) noexcept {
  return (x >= 'a' && x <= 'z') || (x >= 'A' && x <= 'Z')
         || (x >= '0' && x <= '9') || x == '-' || x == '_' || x == '.';
}

} // namespace

bool is_node_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= node_name_max
         && std::ranges::all_of(text, is_of_a_node_name);
}

} // namespace troupe::link
