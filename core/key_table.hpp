#pragma once

#include "core/submission_keys.hpp"
#include "core/task_spec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

namespace troupe::core {

/// Which task has which submission key, and which was the last with a unique
/// key. Tasks without keys cost nothing.
class key_table {
public:
  /// `place` is where the task is in a table of others. A task that is added
  /// later takes over its keys.
  void add(const task_spec& spec, uint32_t place);

  /// Its keys, unless a later one has taken them over.
  void erase(const task_spec& spec, uint32_t place);

  /// The place of the task with this key of this owner.
  std::optional<uint32_t> find(key_kind kind, const std::string& owner,
                               const std::string& key) const;

  bool is_empty() const noexcept {
    return places_.empty();
  }

private:
  static std::string name_of(key_kind kind, const std::string& owner,
                             const std::string& key);
  void erase(const std::string& name, uint32_t place);

  std::unordered_map<std::string, uint32_t> places_;
};

} // namespace troupe::core
