#include "actors/runtime_impl.hpp"

#include "actors/result_limit.hpp"
#include "core/validate.hpp"
#include "storage/process_user.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <stdexcept>
#include <unordered_map>

namespace troupe::actors {

namespace {

/// What actors that only need to be told get to stop.
constexpr core::duration stop_time_min = std::chrono::milliseconds{100};

messages::stop_order order_of(stop_mode mode) noexcept {
  switch (mode) {
    case stop_mode::drain:
      return messages::stop_order::drain;
    case stop_mode::cancel:
      return messages::stop_order::cancel;
    case stop_mode::suspend:
      break;
  }
  return messages::stop_order::suspend;
}

/// The root kills what has not stopped; this is for the worst case.
constexpr core::duration root_time_max = std::chrono::seconds{30};

} // namespace

runtime::impl::impl(runtime_options options)
  : config(options.threads, options.listen || options.join),
    system(std::make_unique<caf::actor_system>(config)),
    user_(options.user.empty() ? storage::user_of_process()
                               : std::move(options.user)) {
  env.payload_bytes_max = options.payload_bytes_max;
  env.system = system.get();
  env.anchor = {system->clock().now(),
                std::chrono::time_point_cast<core::duration>(
                  std::chrono::system_clock::now())};
  std::random_device random;
  env.ids = std::make_shared<id_source>((uint64_t{random()} << 32) | random());
  tree_options plan{options.events_kept,
                    options.retention,
                    options.max_parallel,
                    options.circuits,
                    std::move(options.rate_limits),
                    options.restarts,
                    std::move(options.journal),
                    std::move(options.journal_settings)};
  if (options.listen || options.join)
    network = std::make_unique<node_network>(*system);
  if (options.listen)
    plan_fleet(plan, *options.listen);
  if (options.join)
    if (auto ok = plan_node(plan, *std::move(options.join)); !ok)
      throw std::invalid_argument{ok.error().message};
  tree = std::make_unique<actor_tree>(env, plan);
  if (is_node())
    return;
  begin(std::move(options.queues));
  if (!options.listen)
    return;
  if (auto ok = network->listen(tree->door(), std::move(options.listen->link));
      !ok)
    fail_to_begin(ok.error().message);
}

void runtime::impl::begin(std::vector<core::queue_spec> queues) {
  auto has_default
    = std::ranges::any_of(queues, [](auto& x) { return x.name == "default"; });
  if (!has_default) {
    core::queue_spec spec;
    spec.name = "default";
    spec.max_concurrent = 0;
    queues.push_back(std::move(spec));
  }
  for (auto& spec : queues)
    if (auto ok = add_queue(spec); !ok)
      fail_to_begin(ok.error().message);
  // Not before there are the queues they name.
  static_cast<void>(
    board().tell(&assembly::schedules, messages::begin_schedules{}));
}

/// Stops what there is: the actor system would wait for its actors for ever.
void runtime::impl::fail_to_begin(const std::string& why) {
  static_cast<void>(stop(stop_mode::suspend, std::chrono::seconds{10}));
  throw std::invalid_argument{why};
}

core::result<void> runtime::impl::check_running() const {
  std::lock_guard guard{mutex_};
  if (is_stopped_)
    return core::fail(core::ec::unavailable, "the runtime has stopped");
  return {};
}

core::result<void> runtime::impl::add_queue(const core::queue_spec& spec) {
  if (auto ok = check_running(); !ok)
    return ok;
  {
    std::lock_guard guard{mutex_};
    if (!queues_.insert(spec.name).second)
      return core::fail(core::ec::duplicate,
                        fmt::format("there is a queue '{}' already",
                                    spec.name));
  }
  tree->add_queue(spec);
  auto is_there = where().wait_for(core::duration::max(),
                                   [&](const assembly& x) {
                                     return x.queues.contains(spec.name);
                                   });
  if (!is_there)
    return core::fail(core::ec::unavailable, where().closed().value_or(""));
  // What is sent to router and manager from now on finds it known.
  return {};
}

core::result<void> runtime::impl::check_circuits() const {
  if (auto ok = check_running(); !ok)
    return ok;
  if (!where().get().breaker)
    return core::fail(core::ec::invalid_argument,
                      "there are no circuits; set runtime_options::circuits");
  return {};
}

core::result<void> runtime::impl::check_rate_limits() const {
  if (auto ok = check_running(); !ok)
    return ok;
  if (!where().get().limiter)
    return core::fail(core::ec::invalid_argument,
                      "there are no rate limits; set "
                      "runtime_options::rate_limits");
  return {};
}

core::result<void> runtime::impl::check_journal() const {
  if (!where().get().journal)
    return {};
  auto status = board().ask<core::journal_status>(&assembly::journal,
                                                  messages::get_journal{});
  if (!status)
    return core::fail(std::move(status).error());
  auto& trouble = status->trouble;
  if (trouble.code == core::ec::none)
    return {};
  return core::fail(trouble.code,
                    fmt::format("nothing is changed while the journal cannot "
                                "be written: {}",
                                trouble.message));
}

core::result<void> runtime::impl::add_host(
  const core::agent_spec& spec,
  const std::function<messages::agent_host_actor(load_counter)>& make,
  bool is_restarted) {
  if (auto ok = check_running(); !ok)
    return ok;
  auto load = std::make_shared<std::atomic<uint32_t>>(0);
  auto host = make(load);
  auto ok = board().tell(&assembly::agents,
                         messages::add_agent{spec, host, load});
  if (ok)
    // It may have been stopped meanwhile.
    ok = check_running();
  if (!ok) {
    compat::anon_send(host, messages::stop_agent{true});
    return ok;
  }
  std::function<messages::agent_host_actor()> start;
  if (is_restarted)
    start = [make, load] {
      return make(load);
    };
  tree->look_after(spec, host, load, std::move(start));
  return ok;
}

core::result<void> runtime::impl::keep(core::document what,
                                       core::audit_entry audit) const {
  if (!where().get().journal)
    return {};
  return board().tell(&assembly::manager, messages::keep_document{
                                            std::move(what), std::move(audit)});
}

core::result<std::vector<submission>>
runtime::impl::submit(std::vector<core::task_spec> specs,
                      const std::string& by) {
  messages::submit_tasks request;
  request.specs.reserve(specs.size());
  request.by = by;
  std::vector<submission> made;
  made.reserve(specs.size());
  std::string wrong;
  core::error too_big;
  auto now = env.now();
  for (auto& spec : specs) {
    if (auto ok = core::check(spec); !ok)
      wrong += (wrong.empty() ? "" : "; ") + ok.error().message;
    if (auto ok = check_size(spec, env); !ok)
      too_big = std::move(ok).error();
    if (spec.id.is_nil())
      spec.id = env.ids->next(now);
    made.push_back({spec.id});
    request.specs.push_back(
      std::make_shared<const core::task_spec>(std::move(spec)));
  }
  if (!wrong.empty())
    return core::fail(core::ec::invalid_argument, std::move(wrong));
  if (too_big.code != core::ec::none)
    return core::fail(std::move(too_big));
  if (made.empty())
    return made;
  auto done = board().ask<messages::done>(&assembly::submissions, request);
  if (!done)
    return core::fail(std::move(done).error());
  if (done->failure.code != core::ec::none)
    return core::fail(std::move(done->failure));
  if (done->repeated.empty())
    return made;
  std::unordered_map<core::task_id, core::task_id> existing;
  for (auto& x : done->repeated)
    existing.emplace(x.submitted, x.existing);
  for (auto& x : made)
    if (auto i = existing.find(x.id); i != existing.end())
      x = {i->second, false};
  return made;
}

bool runtime::impl::wait_until_idle(core::duration timeout) {
  if (timeout > core::duration::zero())
    return board()
      .tell(&assembly::manager, messages::await_idle{}, timeout)
      .has_value();
  // An answer would come too late for a request that may take no time.
  auto now = board().ask<core::task_stats>(&assembly::manager,
                                           messages::get_stats{});
  return now && now->unended() == 0;
}

/// Brings all tasks to where the mode wants them.
void runtime::impl::stop_tasks(stop_mode mode, const countdown& time,
                               std::string& trouble) {
  auto accept_no_more = [this](messages::stop_order unended) {
    messages::stop_accepting order{unended, {}};
    // Nodes go on with what they run, and bring it to the next process.
    if (unended == messages::stop_order::suspend)
      for (auto& x : tree->roster()->all())
        if (!x.spec.node.empty())
          order.elsewhere.insert(x.spec.id);
    static_cast<void>(board().tell(&assembly::manager, order));
  };
  // What comes due from now on is for the next process.
  static_cast<void>(
    board().tell(&assembly::schedules, messages::stop_schedules{}));
  auto unended = order_of(mode);
  accept_no_more(unended);
  // What gates hold was never accepted; the manager tells it why. From the
  // first gate on, since each passes on to the next.
  auto parts = where().get();
  if (parts.limiter)
    static_cast<void>(
      board().tell(&assembly::limiter, messages::stop_gating{}));
  if (parts.breaker)
    static_cast<void>(
      board().tell(&assembly::breaker, messages::stop_gating{}));
  // Once more, so that who streams has heard of it before the manager goes.
  if (parts.limiter || parts.breaker)
    accept_no_more(unended);
  if (mode == stop_mode::drain && !wait_until_idle(time.left())) {
    trouble = "not everything had ended";
    accept_no_more(messages::stop_order::suspend);
  }
}

core::result<void> runtime::impl::stop(stop_mode mode, core::duration timeout) {
  {
    std::lock_guard guard{mutex_};
    if (std::exchange(is_stopped_, true))
      return {};
  }
  countdown time{timeout};
  client me{*system};
  std::string trouble;
  if (is_node())
    leave(me, mode, time);
  else
    stop_tasks(mode, time, trouble);
  auto left = stop_agents(me, time);
  if (left > 0)
    trouble = fmt::format("{} agents still ran handlers", left);
  // Its connector may be connecting, and is not to be waited for.
  if (network && is_node())
    network->stop();
  compat::monitor(me.self(), tree->root());
  me.self()->send_exit(tree->root(), caf::exit_reason::user_shutdown);
  static_cast<void>(me.receive<messages::done>(root_time_max));
  where().close("the runtime has stopped");
  if (tree->fleet())
    for (auto& desk : tree->fleet()->desks())
      end_desk(desk);
  if (network)
    network->stop();
  // An agent that died has left its handlers to themselves.
  auto handlers = env.handlers->wait_for_none(
    std::max<core::duration>(time.left(), stop_time_min));
  if (handlers > 0 && trouble.empty())
    trouble = fmt::format("{} handlers still ran", handlers);
  is_left_behind = left > 0 || handlers > 0;
  if (auto ok = tree->write_rest(); !ok)
    return ok;
  if (trouble.empty())
    return {};
  return core::fail(core::ec::timeout, fmt::format("{} after {}", trouble,
                                                   core::to_string(timeout)));
}

size_t runtime::impl::stop_agents(client& me, const countdown& time) {
  auto all = tree->roster()->all();
  // Those of other nodes are not ours to stop: they go on, and their outcomes
  // come to the next process.
  std::erase_if(all, [](auto& x) { return !x.spec.node.empty(); });
  for (auto& x : all) {
    compat::monitor(me.self(), x.host);
    compat::send(me.self(), x.host, messages::stop_agent{true});
  }
  auto left = all.size();
  while (left > 0) {
    auto wait = std::max<core::duration>(time.left(), stop_time_min);
    auto down = me.receive<messages::done>(wait);
    if (!down && down.error().code == core::ec::timeout)
      break;
    --left;
  }
  return left;
}

} // namespace troupe::actors
