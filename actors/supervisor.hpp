#pragma once

#include "actors/environment.hpp"
#include "actors/internal_messages.hpp"
#include "actors/timer.hpp"
#include "core/supervision.hpp"

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe::actors {

struct supervisor_settings {
  core::restart_strategy strategy = core::restart_strategy::one_for_one;
  core::restart_limits limits = {};
  /// Called on the supervisor's thread after a child has been started again:
  /// its id, and what it had died of.
  std::function<void(const std::string& id, const std::string& why)> on_restart
    = {};
};

using supervisor_impl = compat::extend<supervisor_actor, void(timer_due)>;

/// Shell around core::supervision. It is linked to its children: it hears of
/// their ends, and if it is killed itself they end, too. When it is asked to
/// stop it stops them first; when it gives up it ends with an error that says
/// why, which is what its own supervisor gets to see.
class supervisor_state {
public:
  static inline const char* name = "supervisor";

  explicit supervisor_state(supervisor_impl::pointer self) : self_(self) {
  }

  supervisor_impl::behavior_type make_behavior(const environment& env,
                                               supervisor_settings settings,
                                               std::vector<child> children);

private:
  struct entry {
    child what;
    caf::actor_addr address;
    /// What it died of last.
    std::string why;
  };

  void add(child x);
  void on_exit(const caf::exit_msg& x);
  void ended(uint64_t number, const caf::error& reason);
  void start(uint64_t number);
  void watch(uint64_t number, const caf::actor& running);
  void flush();

  supervisor_impl::pointer self_;
  environment env_;
  supervisor_settings settings_;
  std::unique_ptr<core::supervision> supervision_;
  std::unordered_map<uint64_t, entry> children_;
  std::unordered_map<caf::actor_addr, uint64_t> numbers_;
  timer timer_;
};

supervisor_impl::behavior_type
supervisor(supervisor_impl::stateful_pointer<supervisor_state> self,
           const environment& env, supervisor_settings settings,
           std::vector<child> children);

} // namespace troupe::actors
