#pragma once

// Long because it is the face for applications: all there is, in one place.

#include "actors/agent_definition.hpp"
#include "actors/event_stream.hpp"
#include "actors/node_options.hpp"
#include "actors/submitter.hpp"
#include "core/agent_spec.hpp"
#include "core/audit.hpp"
#include "core/circuit.hpp"
#include "core/dead_letters.hpp"
#include "core/event.hpp"
#include "core/input.hpp"
#include "core/journal_settings.hpp"
#include "core/node_info.hpp"
#include "core/queue_spec.hpp"
#include "core/rate_limits.hpp"
#include "core/retention.hpp"
#include "core/schedule_book.hpp"
#include "core/supervision.hpp"
#include "core/task_query.hpp"
#include "messages/interfaces.hpp"
#include "storage/journal.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace troupe::actors {

struct runtime_options {
  /// `default` is added with its default settings if it is not among them.
  std::vector<core::queue_spec> queues = {};
  /// Threads of the scheduler; 0 = as many as there are cores, at least 2.
  /// Blocking handlers have threads of their own.
  size_t threads = 0;
  /// Attempts running at once over all queues and agents; 0 = as many as there
  /// are slots.
  uint32_t max_parallel = 0;
  /// Events kept for those who subscribe later; a power of two is best.
  size_t events_kept = 16384;
  /// How long ended tasks can be asked for.
  core::retention_settings retention = {};
  /// Keeps tasks away from what keeps failing; absent = no circuits, and no
  /// cost.
  std::optional<core::circuit_options> circuits = {};
  /// How much may be submitted in a time; none = no limit, and no cost.
  core::rate_limit_options rate_limits = {};
  /// How often one of Troupe's own actors, or an agent, may die and be started
  /// again. Beyond it the runtime gives up, with a reason that every member
  /// answers from then on; an agent is removed.
  core::restart_limits restarts = {5, std::chrono::seconds{10}};
  /// Where accepted tasks survive the process; null = nowhere. The runtime goes
  /// on with what the last process has left in it, and is the only one that
  /// uses it.
  std::shared_ptr<storage::journal> journal = {};
  core::journal_settings journal_settings = {};
  /// Parameters that are bigger as JSON text are refused, a task whose
  /// parameters become so by references fails, and so does an attempt with such
  /// a result or `emit()`; all with `ec::limit_exceeded`. (Give or take what it
  /// takes to escape strings.) Not more than the default if it listens or
  /// joins.
  size_t payload_bytes_max = size_t{16} << 20;
  /// Who tells this runtime what to do, for the journal's audit log, where the
  /// members below are not told otherwise; empty = whose process it is.
  std::string user = {};
  /// Lets other processes and machines join with their agents; absent = no
  /// network, and no cost. See docs/nodes.md.
  std::optional<listen_options> listen = {};
  /// Makes this runtime a node of another one, for whose tasks its agents work.
  /// It has no tasks of its own: members about them fail with
  /// `ec::unavailable`, and stream() and subscribe() throw core::failure. Not
  /// together with `listen`.
  std::optional<join_options> join = {};
};

enum class stop_mode {
  /// Everything accepted is brought to its end first.
  drain,
  /// What has not ended is cancelled.
  cancel,
  /// What runs is told to stop, except on nodes, which go on with it, and what
  /// has not ended stays in the journal, for the next process to go on with.
  /// Without a journal, and for volatile tasks, as `cancel`.
  suspend,
};

enum class agent_removal {
  /// It ends what it runs and gets nothing more.
  drain,
  /// What it runs is lost and runs again elsewhere.
  at_once,
};

/// What execute() has to say in the time it was given.
struct execution {
  core::task_id id;
  /// The end, if it was reached in time; else the task goes on and can be
  /// asked for by its id.
  std::optional<core::task_record> ended;
};

/// The task that does what was submitted.
struct submission {
  core::task_id id;
  /// False: it was there already, and has a key of what was submitted.
  bool is_new = true;
};

/// What became of dead letters that were to be tried again.
struct replay_report {
  /// Ids of the new tasks.
  std::vector<core::task_id> accepted;

  /// Those that stay dead letters, and why.
  struct refusal {
    core::task_id dead_letter;
    core::error why;
  };

  std::vector<refusal> refused;
};

/// Agents, queues and tasks at a glance.
struct system_status {
  core::task_stats tasks;
  std::vector<core::queue_info> queues;
  std::vector<core::agent_info> agents;
  /// Nothing if there is none.
  std::optional<core::journal_status> journal;
};

/// Spawns an agent that is one's own CAF actor.
using agent_factory
  = std::function<messages::agent_actor(caf::actor_system& system)>;

/// Troupe in one process: the face for applications. All members may be called
/// from any thread but those of cooperative handlers and coroutines, which
/// must not block. Where `by` is taken, it says who wants it, for the audit
/// log; empty is runtime_options::user. Where a time is taken, zero asks
/// without waiting and `core::duration::max()` waits for ever.
///
/// Every member answers `ec::unavailable` when the runtime has been stopped.
class runtime {
public:
  /// Throws std::invalid_argument if the options make no sense, and
  /// core::failure if the journal cannot be read.
  explicit runtime(runtime_options options = {});

  /// stop(stop_mode::suspend, 10 s), if it has not been stopped.
  ~runtime();

  runtime(const runtime&) = delete;
  runtime& operator=(const runtime&) = delete;

  // -- agents -----------------------------------------------------------------

  /// From now on it gets work. `ec::duplicate` if there is one with its id,
  /// `ec::invalid_argument` if it has no id, slot, capability or handler.
  core::result<void> add_agent(agent_definition agent);

  core::result<void> add_agent(std::shared_ptr<agent_class> agent);

  /// One's own CAF actor: see messages::agent_actor. It is taken for gone when
  /// it terminates.
  core::result<void> add_agent(core::agent_spec spec,
                               messages::agent_actor agent);

  /// The same for one that is to be spawned again when it dies.
  core::result<void> add_agent(core::agent_spec spec, agent_factory agent);

  /// Waits until it is gone; `ec::timeout` if it still works then, in which
  /// case it goes on draining. `ec::unknown_agent`.
  core::result<void>
  remove_agent(const std::string& id, agent_removal how = agent_removal::drain,
               core::duration timeout = std::chrono::seconds{30},
               const std::string& by = {});

  /// Gives it nothing new until it is resumed, also if it dies meanwhile and is
  /// started again. What runs on it goes on to its end, also if it waits for
  /// child tasks or an answer. Nothing happens if it is paused already.
  /// `ec::unknown_agent`.
  core::result<void> pause_agent(const std::string& id,
                                 const std::string& by = {});

  core::result<void> resume_agent(const std::string& id,
                                  const std::string& by = {});

  // -- nodes ------------------------------------------------------------------

  /// Where nodes come in; 0 if none can.
  uint16_t port() const;

  /// Those that have joined or are expected back, by their names.
  /// `ec::invalid_argument` if none can join: runtime_options::listen.
  core::result<std::vector<core::node_info>> nodes();

  /// Gives the node no new work, lets what runs there end within the time, and
  /// has it leave; what has not ended then runs elsewhere. Returns when that
  /// has begun. `ec::invalid_argument` if there is no such node.
  core::result<void> drain_node(const std::string& name, core::duration within,
                                const std::string& by = {});

  /// Of a runtime that is a node: waits until it has joined its manager.
  /// `ec::timeout` says why it has not; `ec::invalid_argument` if it is none.
  core::result<void>
  wait_until_joined(core::duration timeout = core::duration::max());

  // -- queues -----------------------------------------------------------------

  /// `ec::duplicate`, `ec::invalid_argument`.
  core::result<void> add_queue(core::queue_spec spec);

  /// Starts nothing more from it; what runs goes on. `ec::unknown_queue`. With
  /// a journal it is safe when this returns; while the journal cannot be
  /// written, it fails with the journal's error (`journal_full` and others),
  /// and nothing happens. If that turns out only now, it has happened here, the
  /// error says so, and it is written as soon as that works. The same below.
  core::result<void> pause_queue(const std::string& name,
                                 const std::string& by = {});

  core::result<void> resume_queue(const std::string& name,
                                  const std::string& by = {});

  /// Of a queue with `auto_start` off: starts what waits in it now. Returns how
  /// many that are. `ec::unknown_queue`.
  core::result<uint64_t> process_queue(const std::string& name);

  // -- tasks ------------------------------------------------------------------

  /// Returns when the task is accepted. `ec::invalid_argument` names every
  /// wrong field; also `unknown_task` (a dependency), `unknown_queue`,
  /// `duplicate`, `cycle`, `queue_full`, `stopping`, with circuits
  /// `circuit_open` and with rate limits `rate_limited`, for which
  /// `error::retry_after` says when to come back. What an open circuit holds,
  /// or what waits for a rate limit, is not accepted until it is let through;
  /// so long, this waits. With `task_spec::keys` the id may be that of a task
  /// which was there already; `key_conflict`.
  core::result<core::task_id> submit(core::task_spec spec);

  /// The same, and says whether it was there already.
  core::result<submission> submit_or_find(core::task_spec spec);

  /// All of them or none. They may depend on each other by the ids set in the
  /// specs (see new_id()), in any order.
  core::result<std::vector<core::task_id>>
  submit(std::vector<core::task_spec> specs);

  /// For many submissions in a row: does not wait for each.
  submitter stream();

  /// An id to be set in a task_spec.
  core::task_id new_id();

  /// `ec::unknown_task`.
  core::result<core::task_record> get(const core::task_id& id);

  core::result<core::task_page> list(core::task_query query = {});

  /// The same of all that is in the journal, ended tasks that are no longer in
  /// memory among them. `ec::invalid_argument` if there is none.
  core::result<core::task_page> list_journal(core::task_query query = {});

  /// Who did what, as far as the journal has it: commands that were carried
  /// out, and submissions, whose `by` is the owner of the tasks.
  /// `ec::invalid_argument` if there is no journal.
  core::result<core::audit_page> list_audit(core::audit_query query = {});

  /// The record of the ended task; `ec::timeout` if it has not ended by then.
  core::result<core::task_record>
  wait(const core::task_id& id, core::duration timeout = core::duration::max());

  /// The same for several, in the order of `ids`.
  core::result<std::vector<core::task_record>>
  wait_all(std::span<const core::task_id> ids,
           core::duration timeout = core::duration::max());

  /// Inline or background: submits and waits up to `within`.
  core::result<execution> execute(core::task_spec spec, core::duration within);

  /// Ends a task that has not ended, and its children; of what already runs the
  /// stop token fires and the outcome is dropped. `ec::unknown_task`,
  /// `ec::wrong_status` if it has ended.
  core::result<void> cancel(const core::task_id& id,
                            const std::string& by = {});

  /// Of a pending task. `ec::unknown_task`, `ec::wrong_status`,
  /// `ec::invalid_argument`.
  core::result<void> set_priority(const core::task_id& id,
                                  core::task_priority priority,
                                  const std::string& by = {});

  /// From outside of the handler. `ec::unknown_task`, `ec::wrong_status`
  /// unless it runs.
  core::result<void> update_progress(const core::task_id& id, double percent,
                                     std::string note = {});

  /// Keeps a task that waits from being started; one that runs pauses at its
  /// next task_context::checkpoint(), if its handler has any. Nothing happens
  /// if it is to pause already. It keeps its priority and its place, and can be
  /// cancelled; limits.waiting and limits.total go on. `ec::unknown_task`,
  /// `ec::wrong_status` if it has ended.
  core::result<void> pause(const core::task_id& id, const std::string& by = {});

  /// `ec::unknown_task`, `ec::wrong_status` unless it is paused or to pause.
  core::result<void> resume(const core::task_id& id,
                            const std::string& by = {});

  /// Answers what a task asks, if it asks several things the one that has
  /// waited longest. `ec::unknown_task`, `ec::wrong_status` if it asks nothing;
  /// `ec::invalid_argument` says what is wrong with the answer, and where.
  core::result<void> provide_input(const core::task_id& id,
                                   core::payload answer,
                                   const std::string& by = {});

  /// Who waits for what, the one that has waited longest first.
  core::result<std::vector<core::pending_input>>
  pending_inputs(size_t limit = 1000);

  /// A sentence that says what the task waits for, or how it ended.
  core::result<std::string> explain(const core::task_id& id);

  core::result<core::task_stats> stats();

  core::result<system_status> status();

  /// True when no task is left that has not ended; false if the time is up.
  bool wait_until_idle(core::duration timeout = core::duration::max());

  // -- dead letters -----------------------------------------------------------

  /// Tasks that failed for good after at least one attempt, with the history of
  /// all attempts, in the order of their ids. They are kept until they are
  /// replayed or dropped (`retention_settings::dead_letters_max`).
  core::result<core::task_page>
  dead_letters(core::dead_letter_query query = {});

  /// Submits a new task that does what a dead letter was to do; that is none
  /// any more then. `ec::unknown_task`, `ec::wrong_status` if it is no dead
  /// letter; else as submit().
  core::result<core::task_id>
  replay_dead_letter(const core::task_id& id,
                     const core::replay_edit& edit = {},
                     const std::string& by = {});

  /// The same for all that match (`limit` does not count), each on its own.
  core::result<replay_report>
  replay_dead_letters(core::dead_letter_query query = {},
                      const core::replay_edit& edit = {},
                      const std::string& by = {});

  /// Its record is one as others then. `ec::unknown_task` if it is none.
  core::result<void> drop_dead_letter(const core::task_id& id,
                                      const std::string& by = {});

  /// All that match (`limit` does not count); returns how many those were.
  core::result<uint64_t> drop_dead_letters(core::dead_letter_query query = {},
                                           const std::string& by = {});

  // -- circuits ---------------------------------------------------------------

  // All of them fail with `ec::invalid_argument` if there are none:
  // runtime_options::circuits. The key is a capability, a queue, an agent's id
  // or `all`, as the options have it.

  /// In the order of their keys. One appears with the first attempt that ended
  /// on it.
  core::result<std::vector<core::circuit_info>> circuits();

  /// Opens it for a cool-down, as failures would.
  core::result<void> trip_circuit(const std::string& key,
                                  const std::string& by = {});

  /// Opens it until it is reset.
  core::result<void> force_open_circuit(const std::string& key,
                                        const std::string& by = {});

  /// Closes it and forgets what was. `ec::invalid_argument` if there is no such
  /// circuit.
  core::result<void> reset_circuit(const std::string& key,
                                   const std::string& by = {});

  // -- rate limits ------------------------------------------------------------

  /// Tokens left and tasks that wait, for each key in use: one that is not
  /// listed has all its tokens. `ec::invalid_argument` if there are no limits:
  /// runtime_options::rate_limits.
  core::result<std::vector<core::rate_limit_info>> rate_limits();

  // -- schedules --------------------------------------------------------------

  // Runs are submitted as by submit(), through the same gates. With a journal
  // schedules survive the process, with all that has become of them, and these
  // members return when what they did is safe; while the journal cannot be
  // written, they fail as pause_queue() does. See docs/schedules.md.

  /// From now on its runs are submitted. Nothing happens if there is the very
  /// same already, however long it has been there; so a program can add its
  /// schedules whenever it starts. `ec::duplicate` if there is another one of
  /// this name; `ec::unknown_queue`; `ec::invalid_argument` names every wrong
  /// field, or the zone if it is unknown.
  core::result<void> add_schedule(core::schedule_spec spec,
                                  const std::string& by = {});

  /// A run that was accepted goes on. `ec::invalid_argument` if there is no
  /// such schedule, here and below.
  core::result<void> remove_schedule(const std::string& name,
                                     const std::string& by = {});

  /// Nothing is submitted for it until it is resumed; what has come due
  /// meanwhile has been missed (`schedule_spec::catch_up`). Nothing happens if
  /// it is paused already.
  core::result<void> pause_schedule(const std::string& name,
                                    const std::string& by = {});

  core::result<void> resume_schedule(const std::string& name,
                                     const std::string& by = {});

  /// All, in the order of their names, each with its next times: so many, at
  /// most 1000.
  core::result<std::vector<core::schedule_info>> schedules(size_t next_max = 5);

  core::result<core::schedule_info> schedule(const std::string& name,
                                             size_t next_max = 5);

  // -- events -----------------------------------------------------------------

  /// Events with a sequence number of at least `from`, as far as they are still
  /// kept, then all that follow; 0 = only what follows. Pull them one by one.
  event_stream subscribe(uint64_t from = 0);

  // -- life -------------------------------------------------------------------

  /// A runtime that is a node takes no new work; `drain` lets what runs end in
  /// time before the node leaves, the others hand it back at once. Otherwise:
  ///
  /// Accepts nothing more, brings or cancels everything to its end, stops all
  /// agents, and returns within `timeout` (plus a second): `ec::timeout` if
  /// handlers were still running then, which are left behind with their
  /// threads. With a journal also its error, if the last could not be written.
  /// Calling it again does nothing.
  core::result<void> stop(stop_mode mode = stop_mode::drain,
                          core::duration timeout = std::chrono::seconds{30});

  /// For applications that are CAF themselves.
  caf::actor_system& system();

  /// The typed interface of Troupe for actors.
  messages::manager_actor manager() const;

  /// Where actors submit if circuits are to count for them, too: what is sent
  /// to manager() passes by the gates.
  messages::submission_actor submissions() const;

private:
  class impl;

  core::result<void> add_actor(const core::agent_spec& spec,
                               const agent_factory& agent, bool is_restarted);

  std::unique_ptr<impl> impl_;
};

} // namespace troupe::actors
