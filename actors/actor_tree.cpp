#include "actors/actor_tree_plan.hpp"
#include "actors/circuit_breaker.hpp"
#include "actors/event_bus.hpp"
#include "actors/journal.hpp"
#include "actors/journal_recovery.hpp"
#include "actors/manager.hpp"
#include "actors/queue.hpp"
#include "actors/rate_limiter.hpp"
#include "actors/router.hpp"
#include "actors/schedule_keeper.hpp"
#include "actors/supervisor.hpp"
#include "actors/system_time_zones.hpp"
#include "core/async.hpp"
#include "core/circuit_codec.hpp"
#include "storage/journal_lines.hpp"

#include <fmt/format.h>

#include <mutex>
#include <utility>

namespace troupe::actors {

using core::restart_strategy;
using core::restart_type;

namespace {

/// What a handler gets to end when all is stopped at last; those that are to
/// end well have been stopped before.
constexpr core::duration agent_shutdown = std::chrono::seconds{1};

} // namespace

actor_tree::plan::plan(const environment& env, const tree_options& options,
                       std::shared_ptr<directory> where,
                       std::shared_ptr<agent_roster> roster)
  : env(env),
    options(options),
    where(std::move(where)),
    roster(std::move(roster)),
    log(std::make_shared<core::event_log>(options.events_kept)),
    manager(std::make_shared<manager_memory>(options.retention)),
    router(std::make_shared<router_memory>(options.max_parallel)) {
  manager->registry.limit_parameters(env.payload_bytes_max);
  if (options.circuits)
    board = std::make_shared<core::circuit_board>(*options.circuits);
  if (options.journal)
    recall();
  schedules = recall_schedules(recovery.schedules,
                               std::make_shared<system_time_zones>(),
                               env.ids->next(env.now()).low);
  schedules->is_durable = options.journal != nullptr;
  if (options.node) {
    node = std::make_shared<uplink_memory>();
    node->spec = options.node->spec;
  }
}

void actor_tree::plan::recall() {
  // Better now than when there is something to forget.
  if (auto& archive = options.journal_settings.archive; !archive.empty())
    if (auto opened = storage::json_lines::open(archive); !opened)
      throw core::failure{std::move(opened).error()};
  recovery = recover(*options.journal, manager->registry, env.now());
  restore_circuits();
  if (options.fleet)
    recall_nodes();
  manager->began = env.now();
  manager->intake = std::make_shared<journal_intake>(options.journal);
}

/// Those that mean the same as before.
void actor_tree::plan::restore_circuits() {
  if (!board)
    return;
  for (auto& [key, value] : recovery.circuits) {
    auto known = core::parse_circuit_document(value);
    if (!known) {
      auto why = std::move(known).error();
      why.message = fmt::format("circuit '{}' in the journal: {}", key,
                                why.message);
      throw core::failure{std::move(why)};
    }
    if (known->scope == options.circuits->scope)
      board->restore(key, known->memory, env.now());
  }
}

// -- starting -----------------------------------------------------------------

caf::actor actor_tree::plan::start_bus() {
  auto bus = env.system->spawn(event_bus, log);
  where->change([&](assembly& x) { x.bus = bus; });
  return untyped(bus);
}

caf::actor actor_tree::plan::start_journal() {
  auto& settings = options.journal_settings;
  auto& intake = manager->intake;
  // It waits for the disk.
  auto made = env.has_threads
                ? env.system->spawn<caf::detached>(actors::journal, env,
                                                   settings, intake)
                : env.system->spawn(actors::journal, env, settings, intake);
  manager->journal = made;
  where->change([&](assembly& x) { x.journal = manager->journal; });
  return untyped(made);
}

caf::actor actor_tree::plan::start_manager() {
  messages::manager_actor made = env.system->spawn(actors::manager, env,
                                                   where->get().bus, manager);
  where->change([&](assembly& x) {
    x.manager = made;
    x.owner = made;
    if (!x.breaker && !x.limiter)
      x.submissions = made;
  });
  return untyped(made);
}

caf::actor actor_tree::plan::start_router() {
  auto made = env.system->spawn(actors::router, env, where->get().bus, router,
                                roster);
  where->change([&](assembly& x) {
    x.router = made;
    x.agents = x.router;
  });
  return untyped(made);
}

caf::actor actor_tree::plan::start_breaker() {
  auto parts = where->get();
  messages::circuit_breaker_actor made = env.system->spawn(
    circuit_breaker, env, *options.circuits, board, parts.manager, parts.bus);
  where->change([&](assembly& x) {
    x.breaker = made;
    if (!x.limiter)
      x.submissions = made;
  });
  return untyped(made);
}

caf::actor actor_tree::plan::start_limiter() {
  auto parts = where->get();
  messages::submission_actor next = parts.manager;
  if (parts.breaker)
    next = parts.breaker;
  messages::rate_limiter_actor made
    = env.system->spawn(rate_limiter, env, options.rate_limits, next);
  where->change([&](assembly& x) {
    x.limiter = made;
    x.submissions = made;
  });
  return untyped(made);
}

caf::actor actor_tree::plan::start_schedules() {
  auto parts = where->get();
  messages::schedule_keeper_actor made = env.system->spawn(
    schedule_keeper, env, schedules,
    schedule_contacts{parts.manager, parts.submissions, parts.bus});
  where->change([&](assembly& x) { x.schedules = made; });
  return untyped(made);
}

caf::actor
actor_tree::plan::start_queue(const std::shared_ptr<queue_memory>& memory) {
  auto parts = where->get();
  auto& name = memory->spec.name;
  auto is_restarted = memory->was_started;
  messages::queue_actor made = env.system->spawn(
    queue, env, memory, parts.manager, parts.router, parts.bus);
  // A queue that is started again turns to the router itself, when it knows
  // its tasks.
  if (!is_restarted)
    compat::anon_send(parts.router, messages::attach_queue_to_router{
                                      name, made, memory->spec.routing});
  compat::anon_send(parts.manager,
                    messages::attach_queue{memory->spec, made, is_restarted});
  where->change([&](assembly& x) { x.queues.insert_or_assign(name, made); });
  return untyped(made);
}

child actor_tree::plan::child_for(const std::shared_ptr<queue_memory>& memory) {
  return {{.id = fmt::format("queue '{}'", memory->spec.name)},
          [self = shared_from_this(), memory] {
            return self->start_queue(memory);
          },
          {}};
}

caf::actor actor_tree::plan::start_queues() {
  std::lock_guard guard{mutex};
  std::vector<child> children;
  for (auto& memory : queues)
    children.push_back(child_for(memory));
  queue_supervisor = supervise(restart_strategy::one_for_one,
                               std::move(children));
  return untyped(queue_supervisor);
}

caf::actor actor_tree::plan::start_agents() {
  std::lock_guard guard{mutex};
  agent_supervisor = supervise(restart_strategy::one_for_one, {});
  return untyped(agent_supervisor);
}

supervisor_actor actor_tree::plan::supervise(restart_strategy strategy,
                                             std::vector<child> children,
                                             bool ends_when_empty) {
  supervisor_settings settings{
    strategy, options.restarts,
    [self = shared_from_this()](auto& id, auto& why) { self->tell(id, why); },
    ends_when_empty};
  return env.system->spawn(supervisor, env, std::move(settings),
                           std::move(children));
}

void actor_tree::plan::tell(const std::string& id,
                            const std::string& why) const {
  core::event happened;
  happened.at = env.now();
  happened.kind = core::event_kind::actor_restarted;
  happened.subject = id;
  happened.text = why;
  messages::publish_events report;
  report.events.push_back(std::move(happened));
  compat::anon_send(where->get().bus, std::move(report));
}

// -- the tree -----------------------------------------------------------------

actor_tree::actor_tree(const environment& env, const tree_options& options)
  : where_(std::make_shared<directory>()),
    roster_(std::make_shared<agent_roster>()),
    plan_(std::make_shared<plan>(env, options, where_, roster_)) {
  std::vector<child> children;
  auto add = [&](std::string id, caf::actor (plan::*start)()) {
    auto running = (*plan_.*start)();
    children.push_back({{.id = std::move(id)},
                        [plan = plan_, start] { return (*plan.*start)(); },
                        std::move(running)});
  };
  add("agents", &plan::start_agents);
  if (options.node) {
    add("connector", &plan::start_connector);
    add("uplink", &plan::start_uplink);
  } else {
    if (options.fleet) {
      plan_->plan_fleet();
      add("fleet", &plan::start_fleet);
    }
    add("event-bus", &plan::start_bus);
    if (options.journal)
      add("journal", &plan::start_journal);
    add("manager", &plan::start_manager);
    add("router", &plan::start_router);
    if (options.fleet)
      plan_->expect_nodes();
    add("queues", &plan::start_queues);
    if (options.circuits)
      add("circuit-breaker", &plan::start_breaker);
    // What it keeps back takes no place among the probes of a circuit.
    if (!options.rate_limits.limits.empty())
      add("rate-limiter", &plan::start_limiter);
    // It submits to the first gate.
    add("schedule-keeper", &plan::start_schedules);
  }
  root_ = untyped(
    plan_->supervise(restart_strategy::rest_for_one, std::move(children)));
  root_->attach_functor(
    [where = where_, system = env.system](const caf::error& reason) {
      where->close(reason == caf::exit_reason::user_shutdown
                     ? std::string{"the runtime has stopped"}
                     : "Troupe has given up: "
                         + compat::describe(*system, reason));
    });
}

std::shared_ptr<fleet_memory> actor_tree::fleet() const noexcept {
  return plan_->sessions ? plan_->sessions->fleet : nullptr;
}

const reference<messages::node_door_actor>& actor_tree::door() const noexcept {
  return plan_->current_door;
}

uplink_impl actor_tree::uplink() const {
  return plan_->uplink.get();
}

const core::time_zones& actor_tree::zones() const noexcept {
  return *plan_->schedules->zones;
}

void actor_tree::add_queue(core::queue_spec spec) {
  auto memory = std::make_shared<queue_memory>();
  memory->spec = std::move(spec);
  // It may have tasks already: it begins as one that is started again.
  memory->was_started = plan_->manager->intake != nullptr;
  memory->is_paused = plan_->recovery.paused_queues.contains(memory->spec.name);
  std::lock_guard guard{plan_->mutex};
  plan_->queues.push_back(memory);
  compat::anon_send(plan_->queue_supervisor,
                    actors::supervise{plan_->child_for(memory)});
}

core::result<void> actor_tree::write_rest() {
  auto& intake = plan_->manager->intake;
  while (intake) {
    auto more = intake->commit();
    if (!more)
      return core::fail(std::move(more).error());
    if (!*more)
      break;
  }
  return {};
}

void actor_tree::look_after(core::agent_spec spec,
                            messages::agent_host_actor host, load_counter load,
                            std::function<messages::agent_host_actor()> start) {
  auto name = fmt::format("agent '{}'", spec.id);
  child agent;
  agent.spec = {.id = name,
                .restart = start ? restart_type::transient
                                 : restart_type::temporary,
                .shutdown = agent_shutdown};
  agent.running = untyped(host);
  agent.start = [plan = plan_, spec = std::move(spec), load = std::move(load),
                 start = std::move(start)] {
    auto made = start();
    load->store(0, std::memory_order_relaxed);
    plan->roster->put({spec, made, load});
    compat::anon_send(plan->where->get().agents,
                      messages::add_agent{spec, made, load, true});
    return untyped(made);
  };
  // A supervisor of its own: an agent that dies too often takes nobody along.
  child branch;
  branch.spec = {.id = std::move(name), .restart = restart_type::temporary};
  branch.running = untyped(plan_->supervise(
    restart_strategy::one_for_one, std::vector{std::move(agent)}, true));
  std::lock_guard guard{plan_->mutex};
  compat::anon_send(plan_->agent_supervisor,
                    actors::supervise{std::move(branch)});
}

} // namespace troupe::actors
