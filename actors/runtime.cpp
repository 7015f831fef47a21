#include "actors/runtime.hpp"

#include "actors/agent_host.hpp"
#include "actors/agent_proxy.hpp"
#include "actors/event_stream_source.hpp"
#include "actors/runtime_impl.hpp"
#include "actors/submitter_line.hpp"
#include "core/validate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace troupe::actors {

namespace {

void check_options(const runtime_options& options) {
  for (auto& queue : options.queues)
    if (auto ok = core::check(queue); !ok)
      throw std::invalid_argument{ok.error().message};
  if (options.events_kept == 0)
    throw std::invalid_argument{"events_kept must be at least 1"};
  if (options.circuits)
    if (auto ok = core::check(*options.circuits); !ok)
      throw std::invalid_argument{ok.error().message};
  if (auto ok = core::check(options.rate_limits); !ok)
    throw std::invalid_argument{ok.error().message};
  if (auto ok = core::check(options.journal_settings); !ok)
    throw std::invalid_argument{ok.error().message};
  if (options.listen && options.join)
    throw std::invalid_argument{"a runtime listens or joins, not both"};
  if (options.listen)
    if (auto ok = core::check(options.listen->liveness); !ok)
      throw std::invalid_argument{ok.error().message};
  if (options.payload_bytes_max == 0)
    throw std::invalid_argument{"payload_bytes_max must be at least 1"};
  // So that a task's parameters and result fit into what a session takes at
  // once, however many of their characters JSON has to escape.
  if ((options.listen || options.join)
      && options.payload_bytes_max > runtime_options{}.payload_bytes_max)
    throw std::invalid_argument{"payload_bytes_max can be no more than its "
                                "default where there are nodes"};
}

} // namespace

runtime::runtime(runtime_options options) {
  check_options(options);
  impl_ = std::make_unique<impl>(std::move(options));
}

runtime::~runtime() {
  static_cast<void>(stop(stop_mode::suspend, std::chrono::seconds{10}));
  impl_->tree.reset();
  // An actor system waits for its actors for ever. A handler that does not
  // return must not keep the application from doing so.
  if (impl_->is_left_behind)
    static_cast<void>(impl_.release());
}

// -- agents -------------------------------------------------------------------

core::result<void> runtime::add_agent(agent_definition agent) {
  auto spec = agent.spec();
  if (auto ok = core::check(spec); !ok)
    return ok;
  if (agent.handlers().empty())
    return core::fail(core::ec::invalid_argument,
                      fmt::format("agent '{}' has no handler; give it one "
                                  "with on()",
                                  spec.id));
  auto make = [env = impl_->env, agent = std::move(agent),
               manager = impl_->where().owner()](load_counter load) {
    return messages::agent_host_actor{
      env.system->spawn(agent_host, env, agent, manager, std::move(load))};
  };
  return impl_->add_host(spec, make, true);
}

core::result<void> runtime::add_agent(std::shared_ptr<agent_class> agent) {
  return add_agent(agent->define());
}

core::result<void> runtime::add_agent(core::agent_spec spec,
                                      messages::agent_actor agent) {
  auto make = [agent = std::move(agent)](caf::actor_system&) {
    return agent;
  };
  return add_actor(spec, make, false);
}

core::result<void> runtime::add_agent(core::agent_spec spec,
                                      agent_factory agent) {
  return add_actor(spec, agent, true);
}

core::result<void> runtime::add_actor(const core::agent_spec& spec,
                                      const agent_factory& agent,
                                      bool is_restarted) {
  if (auto ok = core::check(spec); !ok)
    return ok;
  auto make = [env = impl_->env, agent](load_counter load) {
    return messages::agent_host_actor{
      env.system->spawn(agent_proxy, env, agent(*env.system), std::move(load))};
  };
  return impl_->add_host(spec, make, is_restarted);
}

core::result<void>
runtime::remove_agent(const std::string& id, agent_removal how,
                      core::duration timeout, const std::string& by) {
  auto gone = impl_->board().tell(
    &assembly::agents,
    messages::remove_agent{id, how == agent_removal::at_once}, timeout);
  // One that goes on draining was told to go, too.
  if (gone || gone.error().code == core::ec::timeout)
    static_cast<void>(
      impl_->keep({}, impl_->entry(by, "remove", "agent " + id)));
  return gone;
}

core::result<void> runtime::pause_agent(const std::string& id,
                                        const std::string& by) {
  return impl_->board()
    .tell(&assembly::agents, messages::pause_agent{id})
    .and_then([&] {
      return impl_->keep({}, impl_->entry(by, "pause", "agent " + id));
    });
}

core::result<void> runtime::resume_agent(const std::string& id,
                                         const std::string& by) {
  return impl_->board()
    .tell(&assembly::agents, messages::resume_agent{id})
    .and_then([&] {
      return impl_->keep({}, impl_->entry(by, "resume", "agent " + id));
    });
}

// -- queues -------------------------------------------------------------------

core::result<void> runtime::add_queue(core::queue_spec spec) {
  if (auto ok = core::check(spec); !ok)
    return ok;
  return impl_->add_queue(spec);
}

core::result<void> runtime::pause_queue(const std::string& name,
                                        const std::string& by) {
  return impl_->check_journal()
    .and_then([&] {
      return client::unpack(impl_->board().ask_queue<messages::done>(
        name, messages::pause_queue{}));
    })
    .and_then([&] {
      return impl_->keep({"queue", name, core::payload{{"is_paused", true}}},
                         impl_->entry(by, "pause", "queue " + name));
    });
}

core::result<void> runtime::resume_queue(const std::string& name,
                                         const std::string& by) {
  return impl_->check_journal()
    .and_then([&] {
      return client::unpack(impl_->board().ask_queue<messages::done>(
        name, messages::resume_queue{}));
    })
    .and_then([&] {
      return impl_->keep({"queue", name, std::nullopt},
                         impl_->entry(by, "resume", "queue " + name));
    });
}

core::result<uint64_t> runtime::process_queue(const std::string& name) {
  return impl_->board()
    .ask_queue<messages::processed>(name, messages::process_queue{})
    .map([](const auto& x) { return x.count; });
}

// -- tasks --------------------------------------------------------------------

core::result<core::task_id> runtime::submit(core::task_spec spec) {
  return submit_or_find(std::move(spec)).map([](auto x) { return x.id; });
}

core::result<submission> runtime::submit_or_find(core::task_spec spec) {
  std::vector<core::task_spec> specs;
  specs.push_back(std::move(spec));
  return impl_->submit(std::move(specs), {}).map([](auto all) {
    return all.front();
  });
}

core::result<std::vector<core::task_id>>
runtime::submit(std::vector<core::task_spec> specs) {
  return impl_->submit(std::move(specs), {}).map([](const auto& all) {
    std::vector<core::task_id> ids;
    ids.reserve(all.size());
    for (auto& x : all)
      ids.push_back(x.id);
    return ids;
  });
}

submitter runtime::stream() {
  impl_->need_tasks();
  return submitter{
    std::make_unique<submitter::line>(impl_->env, impl_->tree->where())};
}

core::task_id runtime::new_id() {
  return impl_->env.ids->next(impl_->env.now());
}

core::result<core::task_record> runtime::get(const core::task_id& id) {
  auto answer = impl_->board().ask<messages::task_found>(
    &assembly::manager, messages::get_task{id});
  if (!answer)
    return core::fail(std::move(answer).error());
  if (answer->failure.code != core::ec::none)
    return core::fail(std::move(answer->failure));
  return std::move(answer->record);
}

core::result<core::task_page> runtime::list(core::task_query query) {
  return impl_->board().ask<core::task_page>(
    &assembly::manager, messages::list_tasks{std::move(query)});
}

core::result<core::task_record> runtime::wait(const core::task_id& id,
                                              core::duration timeout) {
  return wait_all(std::span{&id, 1}, timeout).map([](auto records) {
    return std::move(records.front());
  });
}

core::result<std::vector<core::task_record>>
runtime::wait_all(std::span<const core::task_id> ids, core::duration timeout) {
  return impl_->wait_all(ids, timeout);
}

core::result<execution> runtime::execute(core::task_spec spec,
                                         core::duration within) {
  auto id = submit(std::move(spec));
  if (!id)
    return core::fail(std::move(id).error());
  execution result{*id, std::nullopt};
  auto record = wait(*id, within);
  if (record)
    result.ended = *std::move(record);
  else if (record.error().code != core::ec::timeout)
    return core::fail(std::move(record).error());
  return result;
}

core::result<void> runtime::cancel(const core::task_id& id,
                                   const std::string& by) {
  messages::cancel_task order{id, impl_->user(by)};
  auto done = impl_->board().tell_urgently(&assembly::manager, order);
  // It may have overtaken the task itself, if that was streamed.
  if (!done && done.error().code == core::ec::unknown_task)
    done = impl_->board().tell(&assembly::manager, order);
  return done;
}

core::result<void> runtime::set_priority(const core::task_id& id,
                                         core::task_priority priority,
                                         const std::string& by) {
  return impl_->board().tell(&assembly::manager,
                             messages::set_task_priority{id, priority,
                                                         impl_->user(by)});
}

core::result<void> runtime::update_progress(const core::task_id& id,
                                            double percent, std::string note) {
  return impl_->board().tell(
    &assembly::manager,
    messages::update_progress{{id, 0}, percent, std::move(note)});
}

core::result<std::string> runtime::explain(const core::task_id& id) {
  auto answer = impl_->board().ask<messages::explanation>(
    &assembly::manager, messages::explain_task{id});
  if (!answer)
    return core::fail(std::move(answer).error());
  if (answer->failure.code != core::ec::none)
    return core::fail(std::move(answer->failure));
  return std::move(answer->text);
}

core::result<core::task_stats> runtime::stats() {
  return impl_->board().ask<core::task_stats>(&assembly::manager,
                                              messages::get_stats{});
}

core::result<system_status> runtime::status() {
  system_status result;
  auto tasks = impl_->board().ask_urgently<core::task_stats>(
    &assembly::manager, messages::get_stats{});
  if (!tasks)
    return core::fail(std::move(tasks).error());
  result.tasks = *tasks;
  auto agents = impl_->board().ask_urgently<messages::agent_list>(
    &assembly::router, messages::get_agents{});
  if (!agents)
    return core::fail(std::move(agents).error());
  result.agents = std::move(agents->agents);
  for (auto& [name, queue] : impl_->where().get().queues)
    if (auto info = impl_->board().ask_queue_urgently<core::queue_info>(
          name, messages::get_queue{}))
      result.queues.push_back(*std::move(info));
  if (impl_->where().get().journal)
    if (auto journal = impl_->board().ask_urgently<core::journal_status>(
          &assembly::journal, messages::get_journal{}))
      result.journal = *std::move(journal);
  return result;
}

bool runtime::wait_until_idle(core::duration timeout) {
  return impl_->wait_until_idle(timeout);
}

// -- circuits -----------------------------------------------------------------

core::result<std::vector<core::circuit_info>> runtime::circuits() {
  return impl_->check_circuits().and_then([&] {
    return impl_->board()
      .ask<messages::circuit_list>(&assembly::breaker, messages::get_circuits{})
      .map([](auto x) { return std::move(x.circuits); });
  });
}

core::result<void> runtime::trip_circuit(const std::string& key,
                                         const std::string& by) {
  return impl_->check_circuits().and_then([&] {
    return impl_->board().tell(&assembly::breaker,
                               messages::trip_circuit{key, impl_->user(by)});
  });
}

core::result<void> runtime::force_open_circuit(const std::string& key,
                                               const std::string& by) {
  return impl_->check_circuits().and_then([&] {
    return impl_->board().tell(
      &assembly::breaker, messages::force_open_circuit{key, impl_->user(by)});
  });
}

core::result<void> runtime::reset_circuit(const std::string& key,
                                          const std::string& by) {
  return impl_->check_circuits().and_then([&] {
    return impl_->board().tell(&assembly::breaker,
                               messages::reset_circuit{key, impl_->user(by)});
  });
}

// -- rate limits --------------------------------------------------------------

core::result<std::vector<core::rate_limit_info>> runtime::rate_limits() {
  return impl_->check_rate_limits().and_then([&] {
    return impl_->board()
      .ask<messages::rate_limit_list>(&assembly::limiter,
                                      messages::get_rate_limits{})
      .map([](auto x) { return std::move(x.buckets); });
  });
}

// -- events and life ----------------------------------------------------------

event_stream runtime::subscribe(uint64_t from) {
  impl_->need_tasks();
  return event_stream{std::make_unique<event_stream::source>(
    *impl_->system, impl_->tree->where(), from)};
}

core::result<void> runtime::stop(stop_mode mode, core::duration timeout) {
  return impl_->stop(mode, timeout);
}

caf::actor_system& runtime::system() {
  return *impl_->system;
}

messages::manager_actor runtime::manager() const {
  return impl_->where().get().manager;
}

messages::submission_actor runtime::submissions() const {
  return impl_->where().get().submissions;
}

} // namespace troupe::actors
