// What is submitted by the clock.

#include "actors/runtime.hpp"
#include "actors/runtime_impl.hpp"
#include "core/validate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace troupe::actors {

namespace {

/// Each has to be looked for in a calendar.
constexpr size_t next_times_max = 1000;

/// Whatever can be said before the keeper is bothered with it.
core::result<void> check_schedule(const core::schedule_spec& spec,
                                  const core::time_zones& zones,
                                  const directory& where) {
  if (auto ok = core::check(spec); !ok)
    return ok;
  // A zone that is not known yet is read from the disk, which is nothing for an
  // actor to wait for.
  if (auto* x = std::get_if<core::run_cron>(&spec.when))
    if (auto zone = zones.find(x->zone); !zone)
      return core::fail(zone.error().code,
                        fmt::format("schedule '{}': when.zone: {}", spec.name,
                                    zone.error().message));
  if (!where.find_queue(spec.task.queue))
    return core::fail(core::ec::unknown_queue,
                      fmt::format("schedule '{}': task.queue: there is no "
                                  "queue '{}'; add it with add_queue()",
                                  spec.name, spec.task.queue));
  return {};
}

} // namespace

core::result<void> runtime::add_schedule(core::schedule_spec spec,
                                         const std::string& by) {
  return check_schedule(spec, impl_->tree->zones(), impl_->where())
    .and_then([&] { return impl_->check_journal(); })
    .and_then([&] {
      return impl_->board().tell(&assembly::schedules,
                                 messages::add_schedule{std::move(spec),
                                                        impl_->user(by)});
    });
}

core::result<void> runtime::remove_schedule(const std::string& name,
                                            const std::string& by) {
  return impl_->check_journal().and_then([&] {
    return impl_->board().tell(
      &assembly::schedules, messages::remove_schedule{name, impl_->user(by)});
  });
}

core::result<void> runtime::pause_schedule(const std::string& name,
                                           const std::string& by) {
  return impl_->check_journal().and_then([&] {
    return impl_->board().tell(&assembly::schedules,
                               messages::pause_schedule{name, impl_->user(by)});
  });
}

core::result<void> runtime::resume_schedule(const std::string& name,
                                            const std::string& by) {
  return impl_->check_journal().and_then([&] {
    return impl_->board().tell(
      &assembly::schedules, messages::resume_schedule{name, impl_->user(by)});
  });
}

core::result<std::vector<core::schedule_info>>
runtime::schedules(size_t next_max) {
  messages::get_schedules question{std::min(next_max, next_times_max)};
  return impl_->board()
    .ask<messages::schedule_list>(&assembly::schedules, question)
    .map([](auto x) { return std::move(x.schedules); });
}

core::result<core::schedule_info> runtime::schedule(const std::string& name,
                                                    size_t next_max) {
  auto found = impl_->board().ask<messages::schedule_found>(
    &assembly::schedules,
    messages::get_schedule{name, std::min(next_max, next_times_max)});
  if (!found)
    return core::fail(std::move(found).error());
  if (found->failure.code != core::ec::none)
    return core::fail(std::move(found->failure));
  return std::move(found->info);
}

} // namespace troupe::actors
