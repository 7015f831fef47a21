#include "core/key_table.hpp"

namespace troupe::core {

/// The length keeps apart owner and key, whatever they are made of.
std::string key_table::name_of(key_kind kind, const std::string& owner,
                               const std::string& key) {
  auto name = std::to_string(owner.size());
  name += kind == key_kind::submission ? 's' : 'u';
  name += owner;
  name += key;
  return name;
}

void key_table::add(const task_spec& spec, uint32_t place) {
  auto& keys = *spec.keys;
  if (!keys.submission.empty())
    places_.insert_or_assign(
      name_of(key_kind::submission, spec.owner, keys.submission), place);
  if (!keys.unique.empty())
    places_.insert_or_assign(name_of(key_kind::unique, spec.owner, keys.unique),
                             place);
}

void key_table::erase(const task_spec& spec, uint32_t place) {
  auto& keys = *spec.keys;
  if (!keys.submission.empty())
    erase(name_of(key_kind::submission, spec.owner, keys.submission), place);
  if (!keys.unique.empty())
    erase(name_of(key_kind::unique, spec.owner, keys.unique), place);
}

void key_table::erase(const std::string& name, uint32_t place) {
  auto i = places_.find(name);
  if (i != places_.end() && i->second == place)
    places_.erase(i);
}

std::optional<uint32_t> key_table::find(key_kind kind, const std::string& owner,
                                        const std::string& key) const {
  if (key.empty() || places_.empty())
    return std::nullopt;
  auto i = places_.find(name_of(kind, owner, key));
  if (i == places_.end())
    return std::nullopt;
  return i->second;
}

} // namespace troupe::core
