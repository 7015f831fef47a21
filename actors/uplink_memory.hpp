#pragma once

#include "actors/agent_roster.hpp"
#include "core/node_document.hpp"
#include "core/recovery.hpp"
#include "messages/nodes.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

namespace troupe::actors {

/// What a node has, whoever speaks for it: outlives the uplink.
struct uplink_memory {
  struct agent {
    core::agent_spec spec;
    messages::agent_host_actor host;
    load_counter load;
    /// As it says it is.
    messages::agent_condition condition;
    bool is_paused = false;
    /// It gets no more work, ends what it has, and is gone then.
    bool is_leaving = false;
    /// The manager has said that it sends no more; what comes all the same came
    /// too late.
    bool is_stopping = false;
    /// The manager does not take it: why.
    core::error refusal;
  };

  struct running {
    uint32_t agent = 0;
    core::task_spec_ptr spec;
    core::live_attempt::state at = core::live_attempt::state::running;
    bool is_paused = false;
  };

  struct abandoned {
    uint32_t agent = 0;
    std::string queue;
    std::optional<messages::node_order> next;
  };

  core::node_spec spec;
  /// By their numbers, of which none is used twice.
  std::map<uint32_t, agent> agents;
  uint32_t last_agent = 0;
  /// Ids of those that were to go, and do not come back by themselves.
  std::set<std::string> removed;
  std::unordered_map<core::attempt_key, running> attempts;
  /// Attempts that were given up and have not ended. A manager that was started
  /// again may not know of the attempt, and order one with the same number: it
  /// has to wait here.
  std::unordered_map<core::attempt_key, abandoned> given_up;
  /// It is to leave, at the latest then, or has.
  bool is_leaving = false;
  bool has_left = false;
  core::time_point leave_by = core::never;
  /// That time has come, and what ran then is being stopped: it is handed back
  /// when it has, at the latest then.
  core::time_point hand_back_by = core::never;
};

} // namespace troupe::actors
