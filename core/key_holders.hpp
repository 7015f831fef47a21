#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>

namespace troupe::core {

/// The tasks of a queue that have not ended, by concurrency key, the oldest
/// first. A key is forgotten with its last task.
class key_holders {
public:
  /// `position` tells the age; `slot` is what oldest() answers.
  void add(const std::string& key, uint64_t position, uint32_t slot);

  void erase(const std::string& key, uint64_t position);

  size_t count(const std::string& key) const;

  /// Of a key that has one.
  uint32_t oldest(const std::string& key) const;

  /// Keys in use.
  size_t size() const noexcept {
    return keys_.size();
  }

private:
  std::unordered_map<std::string, std::map<uint64_t, uint32_t>> keys_;
};

} // namespace troupe::core
