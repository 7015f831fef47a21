#pragma once

#include "actors/actor_tree.hpp"
#include "actors/configuration.hpp"
#include "actors/countdown.hpp"
#include "actors/node_network.hpp"
#include "actors/runtime.hpp"
#include "actors/switchboard.hpp"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace troupe::actors {

/// The actor system behind a runtime, and the order in which it comes and goes.
class runtime::impl {
public:
  explicit impl(runtime_options options);

  core::result<void> add_queue(const core::queue_spec& spec);

  /// `make` makes another when the agent has died, if it is restarted.
  core::result<void>
  add_host(const core::agent_spec& spec,
           const std::function<messages::agent_host_actor(load_counter)>& make,
           bool is_restarted);

  core::result<void> check_circuits() const;
  core::result<void> check_rate_limits() const;
  /// Whether what is changed now can be written; its error if it cannot.
  core::result<void> check_journal() const;

  core::result<std::vector<core::task_record>>
  wait_all(std::span<const core::task_id> ids, core::duration timeout);

  /// Whether no task is left that has not ended: now, if there is no time.
  bool wait_until_idle(core::duration timeout);

  core::result<void> stop(stop_mode mode, core::duration timeout);

  /// Writes it to the journal, if there is one; without a kind only the entry,
  /// and returns before that is written.
  core::result<void> keep(core::document what, core::audit_entry audit) const;

  /// All or none; in the order of `specs`.
  core::result<std::vector<submission>>
  submit(std::vector<core::task_spec> specs, const std::string& by);

  core::result<core::task_id> replay(const core::task_spec& dead,
                                     const core::replay_edit& edit,
                                     const std::string& by);

  /// Who wants something, if it is said.
  const std::string& user(const std::string& by) const noexcept {
    return by.empty() ? user_ : by;
  }

  core::audit_entry entry(const std::string& by, std::string action,
                          std::string detail) const {
    return {core::never, user(by), std::move(action), {}, std::move(detail)};
  }

  template <class Answer, class Request>
  core::result<Answer> ask_journal(const Request& request) const {
    if (!where().get().journal)
      return core::fail(core::ec::invalid_argument,
                        "there is no journal; set runtime_options::journal");
    auto found = board().ask<Answer>(&assembly::journal, request);
    if (found && found->failure.code != core::ec::none)
      return core::fail(std::move(found->failure));
    return found;
  }

  /// How the runtime's threads reach its actors.
  switchboard board() const noexcept {
    return {*system, where()};
  }

  directory& where() const noexcept {
    return *tree->where();
  }

  core::result<std::vector<core::node_info>> nodes() const;
  core::result<void> drain_node(const std::string& name, core::duration within,
                                const std::string& by) const;
  core::result<void> wait_until_joined(core::duration timeout);

  /// Throws core::failure if this is a node of another runtime.
  void need_tasks() const;

  bool is_node() const noexcept {
    return joining_ != nullptr;
  }

  configuration config;
  std::unique_ptr<caf::actor_system> system;
  environment env;
  std::unique_ptr<node_network> network;
  std::unique_ptr<actor_tree> tree;
  /// Handlers still ran when stop() gave up.
  bool is_left_behind = false;

private:
  core::result<void> check_running() const;
  /// Returns how many did not stop in time. They get a moment even if none is
  /// left: most only need to be told.
  size_t stop_agents(client& me, const countdown& time);

  /// Where a node stands, for whoever waits for it.
  struct joining {
    std::mutex mutex;
    std::condition_variable changed;
    node_state state = node_state::waiting;
    core::error why;
  };

  void plan_fleet(tree_options& options, const listen_options& listen);
  core::result<void> plan_node(tree_options& options, join_options join);
  void begin(std::vector<core::queue_spec> queues);
  void stop_tasks(stop_mode mode, const countdown& time, std::string& trouble);
  void leave(client& me, stop_mode mode, const countdown& time);
  void fail_to_begin(const std::string& why);

  std::string user_;
  /// Null unless this is a node.
  std::shared_ptr<joining> joining_;
  /// For all below.
  mutable std::mutex mutex_;
  std::set<std::string> queues_;
  bool is_stopped_ = false;
};

} // namespace troupe::actors
