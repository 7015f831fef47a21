#include "actors/runtime.hpp"

#include "actors/agent_host.hpp"
#include "actors/agent_proxy.hpp"
#include "actors/client.hpp"
#include "actors/countdown.hpp"
#include "actors/event_stream_source.hpp"
#include "actors/runtime_impl.hpp"
#include "actors/submitter_line.hpp"
#include "core/validate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <unordered_map>

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
}

} // namespace

runtime::runtime(runtime_options options) {
  check_options(options);
  impl_ = std::make_unique<impl>(std::move(options));
}

runtime::~runtime() {
  static_cast<void>(stop(stop_mode::cancel, std::chrono::seconds{10}));
  impl_->hosts.clear();
  impl_->queues.clear();
  impl_->parts = {};
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
  auto load = std::make_shared<std::atomic<uint32_t>>(0);
  auto host = impl_->system->spawn(agent_host, impl_->env, std::move(agent),
                                   impl_->parts.manager, load);
  return impl_->add_host(spec, host, std::move(load));
}

core::result<void> runtime::add_agent(std::shared_ptr<agent_class> agent) {
  return add_agent(agent->define());
}

core::result<void> runtime::add_agent(core::agent_spec spec,
                                      messages::agent_actor agent) {
  if (auto ok = core::check(spec); !ok)
    return ok;
  auto load = std::make_shared<std::atomic<uint32_t>>(0);
  auto host = impl_->system->spawn(agent_proxy, impl_->env, std::move(agent),
                                   load);
  return impl_->add_host(spec, host, std::move(load));
}

core::result<void> runtime::remove_agent(const std::string& id,
                                         agent_removal how,
                                         core::duration timeout) {
  client me{*impl_->system};
  return me.tell(impl_->parts.router,
                 messages::remove_agent{id, how == agent_removal::at_once},
                 timeout);
}

// -- queues -------------------------------------------------------------------

core::result<void> runtime::add_queue(core::queue_spec spec) {
  if (auto ok = core::check(spec); !ok)
    return ok;
  return impl_->add_queue(spec);
}

core::result<void> runtime::pause_queue(const std::string& name) {
  return impl_->find_queue(name).and_then([&](auto queue) {
    return client{*impl_->system}.tell(queue, messages::pause_queue{});
  });
}

core::result<void> runtime::resume_queue(const std::string& name) {
  return impl_->find_queue(name).and_then([&](auto queue) {
    return client{*impl_->system}.tell(queue, messages::resume_queue{});
  });
}

core::result<uint64_t> runtime::process_queue(const std::string& name) {
  return impl_->find_queue(name).and_then([&](auto queue) {
    return client{*impl_->system}
      .ask<messages::processed>(queue, messages::process_queue{})
      .map([](const auto& x) { return x.count; });
  });
}

// -- tasks --------------------------------------------------------------------

core::result<core::task_id> runtime::submit(core::task_spec spec) {
  std::vector<core::task_spec> specs;
  specs.push_back(std::move(spec));
  return submit(std::move(specs)).map([](auto ids) { return ids.front(); });
}

core::result<std::vector<core::task_id>>
runtime::submit(std::vector<core::task_spec> specs) {
  messages::submit_tasks request;
  request.specs.reserve(specs.size());
  std::vector<core::task_id> ids;
  ids.reserve(specs.size());
  std::string wrong;
  auto now = impl_->env.now();
  for (auto& spec : specs) {
    if (auto ok = core::check(spec); !ok)
      wrong += (wrong.empty() ? "" : "; ") + ok.error().message;
    if (spec.id.is_nil())
      spec.id = impl_->env.ids->next(now);
    ids.push_back(spec.id);
    request.specs.push_back(
      std::make_shared<const core::task_spec>(std::move(spec)));
  }
  if (!wrong.empty())
    return core::fail(core::ec::invalid_argument, std::move(wrong));
  if (ids.empty())
    return ids;
  client me{*impl_->system};
  if (auto ok = me.tell(impl_->parts.submissions, std::move(request)); !ok)
    return core::fail(std::move(ok).error());
  return ids;
}

submitter runtime::stream() {
  return submitter{std::make_unique<submitter::line>(
    impl_->env, impl_->parts.submissions, impl_->parts.manager)};
}

core::task_id runtime::new_id() {
  return impl_->env.ids->next(impl_->env.now());
}

core::result<core::task_record> runtime::get(const core::task_id& id) {
  client me{*impl_->system};
  auto answer = me.ask<messages::task_found>(impl_->parts.manager,
                                             messages::get_task{id});
  if (!answer)
    return core::fail(std::move(answer).error());
  if (answer->failure.code != core::ec::none)
    return core::fail(std::move(answer->failure));
  return std::move(answer->record);
}

core::result<core::task_page> runtime::list(core::task_query query) {
  client me{*impl_->system};
  return me.ask<core::task_page>(impl_->parts.manager,
                                 messages::list_tasks{std::move(query)});
}

core::result<core::task_record> runtime::wait(const core::task_id& id,
                                              core::duration timeout) {
  return wait_all(std::span{&id, 1}, timeout).map([](auto records) {
    return std::move(records.front());
  });
}

core::result<std::vector<core::task_record>>
runtime::wait_all(std::span<const core::task_id> ids, core::duration timeout) {
  countdown time{timeout};
  client me{*impl_->system};
  me.watch(impl_->parts.manager);
  messages::await_tasks request;
  request.tasks.assign(ids.begin(), ids.end());
  if (auto ok = me.tell(impl_->parts.manager, std::move(request)); !ok)
    return core::fail(std::move(ok).error());
  std::unordered_map<core::task_id, core::task_record> ended;
  std::unordered_map<core::task_id, size_t> places;
  for (auto& id : ids)
    places.emplace(id, places.size());
  while (ended.size() < places.size()) {
    auto some = me.receive<messages::tasks_ended>(time.left());
    if (!some) {
      if (some.error().code == core::ec::timeout)
        return core::fail(core::ec::timeout,
                          fmt::format("{} of {} tasks have not ended",
                                      places.size() - ended.size(),
                                      places.size()));
      return core::fail(std::move(some).error());
    }
    for (auto& record : some->records) {
      auto id = record.id();
      ended.insert_or_assign(id, std::move(record));
    }
  }
  std::vector<core::task_record> records;
  records.reserve(ids.size());
  for (auto& id : ids)
    records.push_back(ended.at(id));
  return records;
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

core::result<void> runtime::cancel(const core::task_id& id) {
  client me{*impl_->system};
  auto done = me.tell_urgently(impl_->parts.manager, messages::cancel_task{id});
  // It may have overtaken the task itself, if that was streamed.
  if (!done && done.error().code == core::ec::unknown_task)
    done = me.tell(impl_->parts.manager, messages::cancel_task{id});
  return done;
}

core::result<void> runtime::set_priority(const core::task_id& id,
                                         core::task_priority priority) {
  return client{*impl_->system}.tell(impl_->parts.manager,
                                     messages::set_task_priority{id, priority});
}

core::result<void> runtime::update_progress(const core::task_id& id,
                                            double percent, std::string note) {
  return client{*impl_->system}.tell(
    impl_->parts.manager,
    messages::update_progress{{id, 0}, percent, std::move(note)});
}

core::result<std::string> runtime::explain(const core::task_id& id) {
  client me{*impl_->system};
  auto answer = me.ask<messages::explanation>(impl_->parts.manager,
                                              messages::explain_task{id});
  if (!answer)
    return core::fail(std::move(answer).error());
  if (answer->failure.code != core::ec::none)
    return core::fail(std::move(answer->failure));
  return std::move(answer->text);
}

core::result<core::task_stats> runtime::stats() {
  client me{*impl_->system};
  return me.ask<core::task_stats>(impl_->parts.manager, messages::get_stats{});
}

core::result<system_status> runtime::status() {
  system_status result;
  auto tasks = stats();
  if (!tasks)
    return core::fail(std::move(tasks).error());
  result.tasks = *tasks;
  client me{*impl_->system};
  auto agents = me.ask<messages::agent_list>(impl_->parts.router,
                                             messages::get_agents{});
  if (!agents)
    return core::fail(std::move(agents).error());
  result.agents = std::move(agents->agents);
  std::unordered_map<std::string, messages::queue_actor> queues;
  {
    std::lock_guard guard{impl_->mutex};
    queues = impl_->queues;
  }
  for (auto& [name, queue] : queues)
    if (auto info = me.ask<core::queue_info>(queue, messages::get_queue{}))
      result.queues.push_back(*std::move(info));
  std::ranges::sort(result.queues, {}, [](auto& x) { return x.spec.name; });
  return result;
}

bool runtime::wait_until_idle(core::duration timeout) {
  client me{*impl_->system};
  return impl_->wait_until_idle(me, timeout);
}

// -- circuits -----------------------------------------------------------------

core::result<std::vector<core::circuit_info>> runtime::circuits() {
  return impl_->find_breaker().and_then([&](auto breaker) {
    return client{*impl_->system}
      .ask<messages::circuit_list>(breaker, messages::get_circuits{})
      .map([](auto x) { return std::move(x.circuits); });
  });
}

core::result<void> runtime::trip_circuit(const std::string& key) {
  return impl_->find_breaker().and_then([&](auto breaker) {
    return client{*impl_->system}.tell(breaker, messages::trip_circuit{key});
  });
}

core::result<void> runtime::force_open_circuit(const std::string& key) {
  return impl_->find_breaker().and_then([&](auto breaker) {
    return client{*impl_->system}.tell(breaker,
                                       messages::force_open_circuit{key});
  });
}

core::result<void> runtime::reset_circuit(const std::string& key) {
  return impl_->find_breaker().and_then([&](auto breaker) {
    return client{*impl_->system}.tell(breaker, messages::reset_circuit{key});
  });
}

// -- rate limits --------------------------------------------------------------

core::result<std::vector<core::rate_limit_info>> runtime::rate_limits() {
  return impl_->find_limiter().and_then([&](auto limiter) {
    return client{*impl_->system}
      .ask<messages::rate_limit_list>(limiter, messages::get_rate_limits{})
      .map([](auto x) { return std::move(x.buckets); });
  });
}

// -- events and life ----------------------------------------------------------

event_stream runtime::subscribe(uint64_t from) {
  return event_stream{std::make_unique<event_stream::source>(
    *impl_->system, impl_->parts.bus, from)};
}

core::result<void> runtime::stop(stop_mode mode, core::duration timeout) {
  return impl_->stop(mode, timeout);
}

caf::actor_system& runtime::system() {
  return *impl_->system;
}

messages::manager_actor runtime::manager() const {
  return impl_->parts.manager;
}

messages::submission_actor runtime::submissions() const {
  return impl_->parts.submissions;
}

} // namespace troupe::actors
