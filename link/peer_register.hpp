#pragma once

#include "link/listener.hpp"
#include "link/listener_counters.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace troupe::link {

class relay;

/// Who is there, and what has been seen; asked for by other threads.
class peer_register {
public:
  struct entry {
    peer who;
    std::weak_ptr<relay> line;
  };

  bool take(const std::string& token, const peer& who) {
    std::lock_guard lock{mutex_};
    return entries_.try_emplace(token, entry{who, {}}).second;
  }

  void set_line(const std::string& token, const std::shared_ptr<relay>& line) {
    std::lock_guard lock{mutex_};
    entries_[token].line = line;
  }

  void drop(const std::string& token) {
    std::lock_guard lock{mutex_};
    entries_.erase(token);
  }

  std::optional<entry> find(std::string_view token) const {
    std::lock_guard lock{mutex_};
    auto i = entries_.find(std::string{token});
    if (i == entries_.end())
      return std::nullopt;
    return i->second;
  }

  /// All of them, when the listener stops.
  void forget() {
    std::lock_guard lock{mutex_};
    entries_.clear();
    counters_.open = 0;
    counters_.shaking_hands = 0;
  }

  template <class F>
  void count(F f) {
    std::lock_guard lock{mutex_};
    f(counters_);
  }

  listener_counters counters() const {
    std::lock_guard lock{mutex_};
    return counters_;
  }

private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, entry> entries_;
  listener_counters counters_;
};

} // namespace troupe::link
