#include "core/key_holders.hpp"

namespace troupe::core {

void key_holders::add(const std::string& key, uint64_t position,
                      uint32_t slot) {
  keys_[key].emplace(position, slot);
}

void key_holders::erase(const std::string& key, uint64_t position) {
  auto i = keys_.find(key);
  if (i == keys_.end())
    return;
  i->second.erase(position);
  if (i->second.empty())
    keys_.erase(i);
}

size_t key_holders::count(const std::string& key) const {
  auto i = keys_.find(key);
  return i == keys_.end() ? 0 : i->second.size();
}

uint32_t key_holders::oldest(const std::string& key) const {
  return keys_.at(key).begin()->second;
}

} // namespace troupe::core
