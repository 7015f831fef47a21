#pragma once

#include "storage/memory_journal.hpp"
#include "tests/support/virtual_fleet.hpp"

#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe::test {

/// A manager and its nodes, made by chance, whose connections break and which
/// die; and a record of what their handlers saw.
class random_fleet {
public:
  explicit random_fleet(uint64_t seed);

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
    walk,
    question,
    tell,
  };

  /// An attempt at work, for as long as it lives.
  class running_guard {
  public:
    running_guard(random_fleet& world, const core::attempt_key& key);
    ~running_guard();
    running_guard(const running_guard&) = delete;
    running_guard& operator=(const running_guard&) = delete;

  private:
    random_fleet& world_;
    core::attempt_key key_;
    /// When another one at the same task began beside it.
    core::time_point overtaken_ = core::never;
  };

  struct node {
    std::string name;
    std::set<std::string> agents;
    /// It is to leave, or has.
    bool is_leaving = false;
  };

  int roll(int from, int to);
  bool chance(int percent);
  void add_agent(actors::actor_tree& tree, const std::string& id);
  void start(node& x);
  void submit_graph();
  core::task_spec random_task();
  void disturb();
  void disturb_node(node& x);
  void disturb_wire(wire& x);
  void mend_wires();
  void meddle();
  void answer_some(int percent);
  void kill_part();
  void kill_on(node& x);
  void restart_manager();
  void quieten();
  void see_ends();
  void on_start(const core::attempt_key& key, const core::task_spec& spec,
                const core::dependency_results& inputs);
  core::async<core::payload> work(actors::task_context& ctx);
  core::async<void> wait(actors::task_context& ctx, behaviour what);
  void check_tasks();
  void check_agents();
  void check_left_overs();

  std::mt19937_64 random_;
  std::vector<node> nodes_;
  int agents_made_ = 0;
  std::vector<core::task_id> ids_;
  size_t known_from_ = 0;
  /// Whether actors and managers are killed in this one, and whether one has
  /// been: then who knew of an attempt may be gone while it runs.
  bool is_deadly_ = false;
  bool has_killed_ = false;
  /// A node whose connection was closed has all the time of a silent one.
  bool is_patient_ = false;
  /// What ran was stopped, or given up, by one who did not wait for its end.
  bool has_lost_some_ = false;
  bool has_lost_manager_ = false;
  std::map<core::attempt_key, int> running_;
  std::unordered_map<core::task_id, std::set<running_guard*>> running_of_;
  std::unordered_map<core::task_id, std::set<uint32_t>> starts_;
  std::unordered_map<core::task_id, core::task_status> ends_;
  /// After what is recorded, so that it ends first.
  virtual_fleet fleet_;
};

} // namespace troupe::test
