#pragma once

// Long because it is one table and the rules for it; the sources are split.

#include "core/dead_letters.hpp"
#include "core/due_list.hpp"
#include "core/journal_batch.hpp"
#include "core/key_holders.hpp"
#include "core/key_table.hpp"
#include "core/queue_spec.hpp"
#include "core/recovery.hpp"
#include "core/registry_actions.hpp"
#include "core/retention.hpp"
#include "core/task_index.hpp"
#include "core/task_query.hpp"

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace troupe::core {

/// All tasks: their records, their dependencies, and the rule that each reaches
/// exactly one end. Decides what becomes ready and what is cancelled with what;
/// knows nothing of agents. All operations take amortised constant time per
/// task and dependency concerned.
class task_registry {
public:
  explicit task_registry(retention_settings retention = {});
  ~task_registry();

  task_registry(const task_registry&) = delete;
  task_registry& operator=(const task_registry&) = delete;

  // -- surroundings -----------------------------------------------------------

  /// Makes a queue known; returns its number, counting from 0. Of its settings
  /// `waiting_max`, `when_full`, `key_max` and `at_key_max` are of interest
  /// here, and what says `wait` is for others to do; with a journal also
  /// `durability`.
  uint32_t add_queue(const queue_spec& spec);

  /// Nothing if nobody has added it, even if there are tasks for it that were
  /// restored.
  std::optional<uint32_t> queue_number(std::string_view name) const;

  const std::string& queue_name(uint32_t number) const;

  /// How many more tasks may wait in it.
  uint64_t room(uint32_t queue) const noexcept;

  /// A task whose parameters become bigger by references fails.
  void limit_parameters(size_t bytes_max) noexcept {
    parameter_bytes_max_ = bytes_max;
  }

  /// The name behind an agent's number.
  void name_agent(uint32_t number, std::string id);

  // -- tasks ------------------------------------------------------------------

  /// Accepts all or none. The specs have ids and are valid in themselves.
  /// Errors: `duplicate`, `unknown_task` (a dependency), `unknown_queue`,
  /// `cycle` (spelled out by names), `queue_full`, `key_busy`.
  result<void> submit(std::span<const task_spec_ptr> specs, time_point now);

  // -- keys: task_registry_repeats.cpp
  // ----------------------------------------

  /// A task that is not in here, but in a journal.
  struct known_task {
    task_spec_ptr spec;
    time_point created = never;
  };

  /// A submission without the tasks that were submitted before.
  struct resolved {
    /// What is left; where it refers to a task that was submitted before, now
    /// to that.
    std::vector<task_spec_ptr> specs;
    std::vector<repetition> repeated;
  };

  /// Whether find_repeats() has anything to say of them.
  static bool have_keys(std::span<const task_spec_ptr> specs) noexcept;

  /// To be called before submit() if they have keys. `elsewhere` has what is
  /// known of unknown_keys(). `key_conflict`: a submission key was used for
  /// something else, the key is that of a task it is a child of, or it is a
  /// replay and not unique.
  result<resolved> find_repeats(std::span<const task_spec_ptr> specs,
                                std::span<const known_task> elsewhere,
                                time_point now) const;

  /// Keys of tasks that are not in here, but may be in a journal.
  std::vector<key_question>
  unknown_keys(std::span<const task_spec_ptr> specs) const;

  // -- a task's way -----------------------------------------------------------

  /// Its queue has given it to an agent.
  void started(const attempt_start& x);

  /// The final word on an attempt. Drops and counts it unless it is of the
  /// current attempt of a task that has not ended.
  void ended(attempt_outcome&& x);

  /// An attempt has failed, and its queue makes another later. Drops and counts
  /// it as ended() does.
  void retried(attempt_retry&& x);

  /// The attempt is gone with its agent; the task goes on waiting.
  void lost(const attempt_key& key, time_point now);

  /// `unknown_task`; `wrong_status` if it has ended.
  result<void> cancel(const task_id& id, time_point now,
                      std::string_view why = {});

  void cancel_all(time_point now, std::string_view why);

  /// The process is about to end and another one goes on: what runs is to be
  /// made again, and was not lost, except for attempts on the agents
  /// `elsewhere` (ids), which go on meanwhile; what is volatile is cancelled.
  /// Nothing begins any more.
  void interrupt_all(time_point now,
                     const std::set<std::string>& elsewhere = {});

  /// `unknown_task`, `wrong_status` unless pending, `invalid_argument`. Returns
  /// the number of the queue to be told, if it is in one.
  result<std::optional<uint32_t>>
  set_priority(const task_id& id, task_priority priority, time_point now);

  /// `unknown_task`, `wrong_status` unless it runs. An attempt number of 0
  /// stands for the current one.
  result<void> progress(const attempt_key& key, double percent,
                        std::string note, time_point now);

  /// A task to be paused or resumed: in which queue it is, if it is in one, and
  /// which pause of it that is.
  struct pause_order {
    std::optional<uint32_t> queue;
    uint32_t number = 0;
  };

  /// What waits is not started; what runs pauses when its handler says so, see
  /// checkpoint_reached(). Nothing if it is to pause already. `unknown_task`;
  /// `wrong_status` if it has ended.
  result<std::optional<pause_order>> pause(const task_id& id, time_point now);

  /// `unknown_task`; `wrong_status` unless it is paused or to pause.
  result<pause_order> resume(const task_id& id, time_point now);

  /// An attempt waits because its task was to pause for the time with this
  /// number.
  void checkpoint_reached(const attempt_key& key, uint32_t number,
                          time_point now);

  /// A handler asks. If the task has been asked the same at this place before,
  /// the answer is among the actions at once; else it comes with provide(), or
  /// says that the deadline has passed.
  void ask(const attempt_key& key, question what, time_point now);

  /// Answers the question of the task that has waited longest. `unknown_task`;
  /// `wrong_status` if it asks none; `invalid_argument` says what is wrong with
  /// the answer, and where.
  result<void> provide(const task_id& id, payload value, time_point now);

  /// An event of a running attempt; false if the attempt is not current.
  bool report(const attempt_key& key, event x);

  // -- questions --------------------------------------------------------------

  result<task_record> get(const task_id& id) const;

  bool has_ended(const task_id& id) const;

  /// Why this attempt may submit no child tasks any more: it has failed, was
  /// lost or cancelled.
  result<void> may_have_children(const attempt_key& parent) const;

  /// What was asked for, if this is the current attempt of a task that runs;
  /// else null.
  task_spec_ptr running(const attempt_key& key) const;

  /// What was asked for; null if the task is unknown.
  task_spec_ptr spec_of(const task_id& id) const;

  /// Marks it, so that its end appears in `registry_actions::watched`.
  void watch(const task_id& id);

  /// Looks at no more than 20,000 tasks, so a page may hold fewer than asked
  /// for; only `next` says whether it is the last.
  task_page list(const task_query& query) const;

  const task_stats& stats() const noexcept {
    return stats_;
  }

  /// What a task that waits for others waits for, or how it ended; nothing if
  /// its queue has to be asked.
  struct explanation {
    std::string text;
    std::optional<uint32_t> queue;
  };

  result<explanation> explain(const task_id& id) const;

  /// The questions that have waited longest.
  std::vector<pending_input> pending_inputs(size_t limit) const;

  bool is_asking(const task_id& id) const;

  // -- dead letters -----------------------------------------------------------

  /// Tasks that failed for good after at least one attempt. They are kept
  /// until a task with their id as `replay_of` is accepted, or they are
  /// dropped; then they are forgotten as other ended tasks are. Pages as those
  /// of list().
  task_page list_dead_letters(const dead_letter_query& query) const;

  /// `unknown_task` if it is none.
  result<void> drop_dead_letter(const task_id& id);

  /// All that match; returns how many those were.
  uint64_t drop_dead_letters(const dead_letter_query& query);

  // -- time -------------------------------------------------------------------

  /// Ends with `timeout` what has waited for its start, or has lasted, longer
  /// than its limits allow, and questions whose deadline has passed.
  void expire(time_point now);

  /// When the next of these limits is reached; `never` if none is set.
  time_point next_deadline();

  // -- recovery ---------------------------------------------------------------

  /// All tasks that were given to the queue and have not ended, in the order of
  /// their submission. Takes back what was about to be told the queue.
  std::vector<recovered_task> recover(uint32_t queue);

  /// In the order of their submission.
  std::vector<live_on_agent> live_attempts() const;

  // -- journal: task_registry_images.cpp
  // ---------------------------------------

  /// Makes images of tasks from now on, of all that are not volatile. Their
  /// numbers begin after this one.
  void keep_images(uint64_t last_number);

  bool has_images() const noexcept {
    return !changed_.empty();
  }

  /// Of the tasks that have changed since the last call.
  std::vector<task_image> take_images();

  /// Takes over a task of a process that is gone; in the order of their
  /// numbers, before anything else happens here. `journal_corrupt`.
  result<void> restore(task_image&& x);

  /// All of them are there. What waits for nothing any more is ready; of what
  /// ran, its queue will find that the attempt is lost: see recover().
  /// `journal_corrupt` if a task is missing that another one needs.
  result<void> restored(time_point now);

  /// Ended tasks that another one still needs, by their numbers, in ascending
  /// order.
  std::vector<uint64_t> needed() const;

  // -- upkeep -----------------------------------------------------------------

  /// Forgets ended tasks that are too old or too many, at most `steps` of them.
  /// Returns whether there may be more to do right now.
  bool clean_up(time_point now, size_t steps = 1000);

  /// Of the tasks that were forgotten and are not volatile, when the youngest
  /// id was made; `never` if there is none. Ids that were not made before they
  /// were forgotten, as they themselves tell, do not count.
  time_point forgotten_until() const noexcept {
    return forgotten_until_;
  }

  registry_actions& actions() noexcept {
    return actions_;
  }

private:
  static constexpr uint32_t none = 0xffffffff;
  /// Numbers of agents that processes had that are gone begin here.
  static constexpr uint32_t former_agent = 0x80000000;

  struct entry;
  struct extras;
  struct rarities;
  struct asked;
  class repeats_search;

  /// "`dependent` waits for the one whose list this is in."
  struct edge {
    uint32_t dependent = none;
    uint32_t next = none;
    on_failure policy = on_failure::cancel;
  };

  /// Which task makes room: the least urgent, of these the newest.
  struct shed_order {
    uint8_t priority = 0;
    uint64_t position = 0;

    friend bool operator<(const shed_order& x, const shed_order& y) noexcept {
      return x.priority != y.priority ? x.priority < y.priority
                                      : x.position > y.position;
    }
  };

  struct line {
    std::string name;
    /// False: it is only known from tasks that were restored.
    bool is_added = false;
    core::durability durability = core::durability::strict;
    uint64_t waiting_max = 0;
    full_policy when_full = full_policy::refuse;
    uint64_t waiting = 0;
    /// With `shed`: slots of tasks that wait and have never begun.
    std::map<shed_order, uint32_t> unbegun = {};
    uint32_t key_max = 0;
    key_policy at_key_max = key_policy::wait;
    /// Tasks that have not ended; unless the policy is `wait`.
    key_holders keys = {};
  };

  /// Where the tasks of a submission go.
  struct placement {
    /// Of each.
    std::vector<uint32_t> queues;
    /// How many, by the queue's number.
    std::vector<uint64_t> added;
    /// Slots of tasks that make room for them.
    std::vector<uint32_t> shed;
  };

  struct string_hash {
    using is_transparent = void;

    size_t operator()(std::string_view x) const noexcept {
      return std::hash<std::string_view>{}(x);
    }
  };

  entry& at(uint32_t slot) noexcept;
  const entry& at(uint32_t slot) const noexcept;
  uint32_t find(const task_id& id) const;
  /// Of the task whose current attempt this is; else `none`.
  uint32_t find(const attempt_key& key) const;
  static extras& extras_of(entry& x);
  static rarities& make_rare(entry& x);
  static const rarities& rare_of(const entry& x) noexcept;
  uint32_t take_slot();

  // Submission: task_registry_submit.cpp.
  result<placement> check_queues(std::span<const task_spec_ptr> specs) const;
  result<void> check_keys(std::span<const task_spec_ptr> specs,
                          const std::vector<uint32_t>& queues) const;
  bool has_key_rule(const task_spec& spec, const line& in) const;
  void claim_key(uint32_t slot, time_point now);
  void release_key(entry& x);
  result<void> check_dependencies(const std::vector<uint32_t>& slots) const;
  result<void> check_cycles(const std::vector<uint32_t>& slots) const;
  result<uint32_t> insert(const task_spec_ptr& spec, uint32_t queue,
                          time_point now);
  void roll_back(const std::vector<uint32_t>& slots);
  void connect(uint32_t slot, time_point now);
  void add_edge(entry& from, uint32_t to, on_failure policy);

  // Making room: task_registry_shed.cpp.
  result<void> choose_to_shed(placement& where,
                              std::span<const task_spec_ptr> specs) const;
  void shed(const placement& where, const task_spec& first, time_point now);
  void cancel_orphans(const std::vector<uint32_t>& slots, time_point now);

  // A task's way: task_registry.cpp. Orders: task_registry_orders.cpp.
  void make_ready(uint32_t slot, time_point now);
  void end(uint32_t slot, task_status status, payload value, error why,
           time_point now);
  void settle(time_point now);
  void release_dependents(uint32_t slot, time_point now);
  void dependency_ended(uint32_t slot, const entry& dependency,
                        on_failure policy, time_point now);
  void cancel_children(uint32_t slot, std::string_view why, time_point now);
  void release_pins(entry& x);
  void forget_if_kept(uint32_t slot);
  void change(entry& x, task_status to, pending_reason reason);
  uint64_t& count_of(task_status x) noexcept;
  /// Empty if nobody has named it.
  const std::string& agent_name(uint32_t number) const noexcept;
  void stop_waiting(entry& x);
  void wait_again(uint32_t slot, pending_reason reason, time_point now);
  void remember_first_start(entry& x);
  event& push_event(event_kind kind, const entry& x, time_point now);
  std::shared_ptr<const dependency_results> inputs_of(const entry& x) const;
  static result<payload> parameters_of(const entry& x,
                                       const dependency_results* inputs,
                                       size_t bytes_max);
  recovered_task recovered(const entry& x) const;
  uint32_t add_line(const std::string& name);
  void take_into_line(uint32_t queue);

  // Images: task_registry_images.cpp.
  void touch(uint32_t slot, bool is_awaited = true);
  durability durability_of(const task_spec& spec, const line& in) const;
  task_image image_of(const entry& x) const;
  void restore_course(entry& x, task_image&& from);
  result<void> reconnect(uint32_t slot, time_point now);
  result<void> find_dependencies(const entry& x) const;

  // Pauses and questions: task_registry_waits.cpp.
  result<uint32_t> find_unended(const task_id& id) const;
  static bool has_open_question(const entry& x) noexcept;
  void answer(uint32_t slot, size_t index, payload value, error failure);
  void close_questions(uint32_t slot);
  void expire_questions(time_point now);
  time_point next_question_due();
  std::string explain_wait(const entry& x) const;

  // Dead letters: task_registry_dead.cpp.
  result<void> check_replay(const task_spec& spec) const;
  void replayed(const task_spec& by, time_point now);
  void bury(uint32_t slot);
  void unbury(uint32_t slot);

  // Questions: task_registry_query.cpp.
  task_record record_of(const entry& x) const;
  bool matches(const entry& x, const task_query& query) const;
  std::string explain_blocked(const entry& x) const;
  static std::string explain_end(const entry& x);

  retention_settings retention_;
  /// Entries in blocks that do not move; slots are reused.
  std::vector<std::unique_ptr<entry[]>> blocks_;
  std::vector<uint32_t> free_slots_;
  uint32_t slots_used_ = 0;
  task_index index_;
  std::vector<edge> edges_;
  uint32_t free_edge_ = none;
  /// Slots in the order of submission, with `none` where one was forgotten.
  std::deque<uint32_t> order_;
  uint64_t order_first_ = 0;
  /// Slots in the order in which they ended.
  std::deque<uint32_t> ended_;
  time_point forgotten_until_ = never;
  /// Those are not among the ended.
  dead_letters dead_;
  /// Slots of tasks that have to be started, or to end, by a time.
  due_list starts_due_;
  due_list ends_due_;
  /// Open questions in the order in which they were asked, and those with a
  /// deadline.
  std::map<uint64_t, std::pair<task_id, size_t>> open_questions_;
  due_heap<uint64_t> questions_due_;
  size_t questions_with_deadline_ = 0;
  uint64_t last_question_ = 0;
  std::vector<line> lines_;
  /// Slots of tasks with keys.
  key_table keys_;
  /// Some line has another policy than `wait`.
  bool has_key_rules_ = false;
  std::unordered_map<std::string, uint32_t, string_hash, std::equal_to<>>
    line_numbers_;
  std::vector<std::string> agents_;
  /// Those of processes that are gone; numbered from `former_agent` on.
  std::vector<std::string> former_agents_;
  /// Of the last task that was accepted, if images are kept.
  uint64_t last_number_ = 0;
  bool keeps_images_ = false;
  /// Slots of tasks of which no image was made since.
  std::vector<uint32_t> changed_;
  /// Slots of ended tasks that would have been forgotten if nobody needed them.
  std::set<uint32_t> kept_;
  /// Ends whose consequences are still to be drawn; so that a long chain of
  /// cancellations does not recurse.
  std::vector<uint32_t> unsettled_;
  bool is_settling_ = false;
  bool is_interrupted_ = false;
  task_stats stats_;
  registry_actions actions_;
  size_t parameter_bytes_max_ = SIZE_MAX;
};

} // namespace troupe::core
