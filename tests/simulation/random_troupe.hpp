#pragma once

// Long because it is one world, and all that may happen in it.

#include "storage/memory_journal.hpp"
#include "tests/simulation/order_watch.hpp"
#include "tests/simulation/rate_watch.hpp"
#include "tests/support/recorder.hpp"
#include "tests/support/virtual_troupe.hpp"

#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace troupe::test {

/// A Troupe made by chance, and a record of what its handlers saw.
class random_troupe {
public:
  explicit random_troupe(uint64_t seed);

  /// Lets it live and checks it; failures are those of the running test.
  void run();

private:
  /// What a handler is to do, by its task's parameters.
  enum class behaviour {
    succeed,
    fail,
    crash,
    sleep,
    ask,
    spawn,
    hang,
    walk,
    question,
    beat,
    silence,
  };

  /// Counts an attempt as running for as long as it lives.
  class running_guard {
  public:
    running_guard(random_troupe& world, std::string agent,
                  const core::task_spec& spec);
    ~running_guard();
    running_guard(const running_guard&) = delete;
    running_guard& operator=(const running_guard&) = delete;
    void pause();
    void resume();

  private:
    random_troupe& world_;
    std::string agent_;
    std::string queue_;
    /// With its queue; empty if it has none.
    std::pair<std::string, std::string> key_;
    core::resource_amounts resources_;
    bool counts_ = false;
  };

  class stubborn_agent;

  /// A request, and who was asked.
  struct submission {
    messages::submit_tasks what;
    messages::submission_actor to;
  };

  static core::rate_limit_options some_rate_limits(uint64_t seed);
  static std::optional<core::circuit_options>
  some_circuits(uint64_t seed, const core::rate_limit_options& limits);
  static std::shared_ptr<storage::journal> some_journal(uint64_t seed);
  int roll(int from, int to);
  bool chance(int percent);
  void add_queues();
  void bound(core::queue_spec& spec);
  void add_agent();
  void add_stubborn_agent(const core::agent_spec& spec);
  void set_limits(core::task_spec& spec, behaviour what);
  void submit_graph();
  bool is_all_accepted();
  bool is_accepted(const core::task_spec_ptr& spec);
  void submit_again();
  static bool may_be_refused(const core::error& why) noexcept;
  core::task_spec random_task(const std::string& name);
  void disturb();
  void meddle();
  void replay_one();
  void answer_some(int percent);
  void pause_agents();
  void resume_agents();
  void kill();
  void quieten();
  void subscribe();
  void take_events();
  void on_start(const std::string& agent, const core::attempt_key& key,
                const core::task_spec& spec,
                const core::dependency_results& inputs);
  void say_again();
  core::async<core::payload> work(actors::task_context& ctx);
  core::async<void> wait(actors::task_context& ctx, running_guard& guard,
                         behaviour what);
  void check_ends();
  void check_left_overs();
  void check_rates() const;
  void check_circuits();
  void check_dead_letters();

  std::mt19937_64 random_;
  core::rate_limit_options rate_limits_;
  std::optional<core::circuit_options> circuits_;
  /// Submissions may have to wait at a gate.
  bool has_waiting_gates_ = false;
  /// Those that the limits are for.
  std::set<core::task_id> limited_;
  std::vector<core::time_point> accepted_;
  /// Some queue makes submissions wait when it is full.
  bool may_be_kept_ = false;
  std::vector<std::string> queue_names_;
  std::map<std::string, uint32_t> queue_limits_;
  std::map<std::string, uint32_t> key_limits_;
  std::map<std::string, uint32_t> agent_slots_;
  std::map<std::string, core::resource_amounts> agent_resources_;
  std::map<std::string, core::label_map> agent_labels_;
  /// By agent and name; also while an attempt waits for its children.
  std::map<std::pair<std::string, std::string>, double> resources_used_;
  std::vector<std::string> agent_ids_;
  int agents_made_ = 0;
  /// Of those that are actors of their own: how often each was spawned.
  std::map<std::string, int> lives_;
  std::set<std::string> paused_;
  std::set<std::string> paused_agents_;
  std::vector<core::task_id> ids_;
  std::map<std::string, uint32_t> running_on_agent_;
  std::map<std::string, uint32_t> running_in_queue_;
  std::map<std::pair<std::string, std::string>, uint32_t> running_with_key_;
  /// Attempts that have begun, by task.
  std::unordered_map<core::task_id, std::set<uint32_t>> starts_;
  /// Unless some are lost.
  std::unordered_map<core::task_id, size_t> attempts_max_;
  std::set<core::task_id> replayed_;
  /// Successes that were reported, and the queue.
  std::vector<std::pair<core::attempt_key, std::string>> said_;
  /// Task and prompt of the questions that have had an answer.
  std::set<std::pair<core::task_id, std::string>> answered_;
  /// Ends that were published, by task.
  std::unordered_map<core::task_id, int> ends_;
  std::unordered_map<core::task_id, core::event_kind> end_kinds_;
  uint64_t events_seen_ = 0;
  order_watch order_;
  rate_watch rates_;
  /// What runs on an agent that is removed at once is lost, but may go on for
  /// a moment beside its next attempt.
  bool has_lost_some_ = false;
  /// Whether actors are killed in this one, and whether some have been.
  bool is_deadly_ = false;
  bool has_killed_ = false;
  /// After what is recorded, so that it ends first: handlers and agents that
  /// live until then record.
  virtual_troupe troupe_;
  /// Submits, and may have to wait for the answer.
  recorder<compat::actor<void(messages::done)>> client_{troupe_};
  /// What it has submitted and not found accepted.
  std::vector<submission> submissions_;
  messages::event_bus_actor known_bus_;
};

} // namespace troupe::test
