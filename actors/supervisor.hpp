#pragma once

#include "actors/environment.hpp"
#include "actors/internal_messages.hpp"
#include "actors/timer.hpp"
#include "core/supervision.hpp"

#include <functional>
#include <memory>
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
  /// It quits when it has no child left.
  bool ends_when_empty = false;
};

using supervisor_impl = compat::extend<supervisor_actor, void(timer_due)>;

/// Shell around core::supervision. Its children end with it, also when it is
/// killed. When it is asked to stop it stops them first; when it gives up it
/// ends with an error that says why, which is what its own supervisor gets to
/// see. (No links: CAF hands on `kill` by them, and nobody can trap it.)
class supervisor_state {
public:
  static inline const char* name = "supervisor";

  explicit supervisor_state(supervisor_impl::pointer self) : self_(self) {
  }

  supervisor_impl::behavior_type make_behavior(const environment& env,
                                               supervisor_settings settings,
                                               std::vector<child> children);

private:
  /// Those that run, by number. They are kept alive by it: CAF ends actors that
  /// nobody can reach.
  using running = std::unordered_map<uint64_t, caf::actor>;

  struct entry {
    child what;
    /// What it died of last.
    std::string why;
  };

  void add(child x);
  void on_down(const caf::down_msg& x);
  void ended(uint64_t number, const caf::error& reason);
  void start(uint64_t number);
  void watch(uint64_t number, caf::actor running);
  void flush();

  supervisor_impl::pointer self_;
  environment env_;
  supervisor_settings settings_;
  std::unique_ptr<core::supervision> supervision_;
  std::unordered_map<uint64_t, entry> children_;
  /// Shared with what ends them if this ends before it has.
  std::shared_ptr<running> running_ = std::make_shared<running>();
  std::unordered_map<caf::actor_addr, uint64_t> numbers_;
  timer timer_;
};

supervisor_impl::behavior_type
supervisor(supervisor_impl::stateful_pointer<supervisor_state> self,
           const environment& env, supervisor_settings settings,
           std::vector<child> children);

} // namespace troupe::actors
