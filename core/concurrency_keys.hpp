#pragma once

#include "core/due_list.hpp"
#include "core/token_bucket.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe::core {

/// Which of a queue's waiting tasks with a concurrency key may stand in its
/// line, if no more than `key_max` with the same key run at once, and no more
/// than a rate allows are started: of each key and class of demand the first
/// ones, as many as the key has room for. The others are kept back in here. A
/// change takes logarithmic time for each class of demand of the key. A key is
/// forgotten when nothing with it waits or runs and its bucket is full.
class concurrency_keys {
public:
  /// Its place among those that wait; less goes first. No two are the same.
  struct rank {
    int64_t urgency = 0;
    uint64_t number = 0;

    friend auto operator<=>(const rank&, const rank&) = default;
  };

  /// To be carried out in order: put a task into the line, or take it out.
  struct change {
    uint32_t handle = 0;
    bool is_in_line = false;

    friend bool operator==(const change&, const change&) = default;
  };

  /// `key_max` is at least 1. The rate is for each key by itself.
  explicit concurrency_keys(uint32_t key_max,
                            std::optional<token_rate> rate = {})
    : key_max_(key_max), rate_(rate) {
  }

  /// It is later now. All changes happen at the time that was told last.
  void advance(time_point now);

  /// When advance() will let something into the line, or tidy up.
  time_point next_due() {
    return due_.next();
  }

  /// A task that is not in here waits from now on. Handles should be dense.
  void add(uint32_t handle, const std::string& key, uint32_t demand_class,
           rank at);

  /// Another urgency; it keeps its number.
  void move(uint32_t handle, int64_t urgency);

  /// A task that is not in here runs, whatever the limits say.
  void adopt(uint32_t handle, const std::string& key);

  /// A task of the line has been taken out of it and runs.
  void start(uint32_t handle);

  /// It waits or runs no more, if it did; the caller takes it out of the line.
  void erase(uint32_t handle);

  /// Of one that waits.
  const rank& rank_of(uint32_t handle) const noexcept {
    return places_[handle].at;
  }

  /// Tasks with the key of one that is in here.
  uint32_t running(uint32_t handle) const noexcept {
    return keys_[places_[handle].key].running;
  }

  /// When the rate allows another task with its key.
  time_point next_start(uint32_t handle) const noexcept;

  /// Waiting tasks that are not in the line.
  size_t kept() const noexcept {
    return kept_;
  }

  size_t size() const noexcept {
    return numbers_.size();
  }

  std::vector<change> take_changes();

private:
  static constexpr uint32_t none = 0xffffffff;

  struct waiting {
    rank at;
    uint32_t handle = 0;

    friend auto operator<=>(const waiting&, const waiting&) = default;
  };

  /// Those of one key and class. All in the line go before all kept back.
  struct group {
    uint32_t demand_class = 0;
    std::set<waiting> in_line;
    std::set<waiting> kept;
  };

  struct key_state {
    std::string name;
    uint32_t running = 0;
    std::vector<group> groups;
    std::optional<token_bucket> bucket;

    bool is_used() const noexcept {
      return running > 0 || !groups.empty();
    }
  };

  struct place {
    uint32_t key = none;
    uint32_t demand_class = 0;
    rank at;
    bool is_running = false;
  };

  uint32_t number_of(const std::string& key);
  uint64_t room(const key_state& x) const noexcept;
  time_point due_of(const key_state& x) const noexcept;
  static group& group_of(key_state& x, uint32_t demand_class);
  void remove_waiting(uint32_t handle);
  void settle(uint32_t key);
  void fill_line(group& among, uint64_t fits);

  uint32_t key_max_;
  std::optional<token_rate> rate_;
  time_point now_ = never;
  /// Keys that wait for tokens, or to be forgotten.
  due_list due_;
  std::vector<key_state> keys_;
  std::vector<uint32_t> free_keys_;
  std::unordered_map<std::string, uint32_t> numbers_;
  std::vector<place> places_;
  size_t kept_ = 0;
  std::vector<change> changes_;
};

} // namespace troupe::core
