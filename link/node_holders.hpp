#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

namespace troupe::link {

/// Whose connections speak for which node of BASP. CAF sends what is for a node
/// to whoever has called itself so last, so only peers of the name that has it
/// already may.
class node_holders {
public:
  /// Notes that a connection of `name` speaks for `node`, and keeps in `held`
  /// what to release; false if somebody else's does.
  bool hold(std::string& held, const std::string& node,
            const std::string& name) {
    auto& x = holders_.try_emplace(node, holder{name}).first->second;
    if (x.name != name)
      return false;
    ++x.connections;
    held = node;
    return true;
  }

  /// Nothing if it has been given nothing.
  void release(const std::string& held) {
    auto i = holders_.find(held);
    if (i != holders_.end() && --i->second.connections == 0)
      holders_.erase(i);
  }

private:
  struct holder {
    std::string name;
    uint32_t connections = 0;
  };

  std::unordered_map<std::string, holder> holders_;
};

} // namespace troupe::link
