#include "cli/serve_command.hpp"

#include "cli/address.hpp"
#include "cli/make_agent.hpp"
#include "cli/pipeline_source.hpp"
#include "cli/runtime_fleet.hpp"
#include "cli/serve_file.hpp"
#include "cli/signals.hpp"
#include "cli/supervised.hpp"
#include "cli/terminal.hpp"
#include "control/desk.hpp"
#include "control/service.hpp"
#include "core/async.hpp"
#include "storage/sqlite_journal.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <optional>
#include <stdexcept>
#include <utility>

namespace troupe::cli {

namespace {

constexpr uint16_t default_port = 7117;

int complain(std::string_view why) {
  write_all(STDERR_FILENO, fmt::format("troupe: {}\n", why));
  return exit_usage;
}

/// Nothing if it cannot be read, which has been said.
std::optional<serve_settings> load_manager(const serve_options& options) {
  serve_settings result;
  if (options.config.empty()) {
    auto& queue = result.queues.emplace_back().spec;
    queue.name = "default";
    queue.max_concurrent = 0;
    result.listen.emplace().port = default_port;
  } else {
    auto text = read_source(options.config);
    if (!text) {
      complain(text.error().message);
      return std::nullopt;
    }
    mistakes found;
    auto loaded
      = load_serve_settings(*text, {.environment = look_up_environment}, found);
    if (!loaded) {
      write_all(STDERR_FILENO, render_mistakes(options.config, found));
      return std::nullopt;
    }
    result = *std::move(loaded);
  }
  if (!options.journal.empty()) {
    if (!result.journal)
      result.journal.emplace();
    result.journal->path = options.journal;
  }
  if (!options.listen.empty()) {
    auto at = *parse_address(options.listen, true);
    if (!result.listen)
      result.listen.emplace();
    result.listen->address = at.host == "localhost" ? "127.0.0.1" : at.host;
    result.listen->port = at.port;
  }
  return result;
}

core::result<actors::listen_options> make_listen(const listen_settings& x) {
  actors::listen_options result;
  result.link.address = x.address;
  result.link.port = x.port;
  result.link.is_insecure_allowed = x.is_insecure;
  result.link.allowed_names = x.allowed;
  if (!x.ca.empty())
    result.link.tls = link::tls_settings{x.ca, x.certificate, x.key};
  if (x.secret_file.empty())
    return result;
  auto secret = link::secret::from_file(x.secret_file);
  if (!secret)
    return core::fail(std::move(secret).error());
  result.secret = *std::move(secret);
  return result;
}

core::result<actors::runtime_options>
make_manager_options(const serve_settings& x,
                     const control::channel_reference& desk) {
  actors::runtime_options result;
  for (auto& queue : x.queues)
    result.queues.push_back(queue.spec);
  for (auto& limit : x.rate_limits)
    result.rate_limits.limits.push_back(limit.limit);
  result.circuits = x.circuits;
  result.retention = x.retention;
  result.max_parallel = x.max_parallel;
  if (x.journal) {
    auto journal = storage::open_sqlite_journal(x.journal->path);
    if (!journal)
      return core::fail(std::move(journal).error());
    result.journal = *std::move(journal);
    result.journal_settings = x.journal->settings;
  }
  if (!x.listen)
    return result;
  auto listen = make_listen(*x.listen);
  if (!listen)
    return core::fail(std::move(listen).error());
  listen->liveness = x.liveness;
  listen->open_desk = [desk](caf::actor_system& system, auto& client) {
    return control::open_desk(system, desk, client);
  };
  result.listen = *std::move(listen);
  return result;
}

core::result<void> prepare(actors::runtime& troupe, const serve_settings& x) {
  for (auto& agent : x.agents)
    if (auto ok = troupe.add_agent(make_agent(agent)); !ok)
      return ok;
  for (auto& queue : x.queues)
    if (queue.is_paused)
      if (auto ok = troupe.pause_queue(queue.spec.name); !ok)
        return ok;
  for (auto& schedule : x.schedules)
    if (auto ok = troupe.add_schedule(schedule); !ok)
      return ok;
  return {};
}

int run(const serve_options& options, const serve_settings& settings) {
  signal_watch signals;
  control::channel_reference desk;
  auto made = make_manager_options(settings, desk);
  if (!made)
    return complain(core::to_string(made.error()));
  actors::runtime troupe{*std::move(made)};
  // Told by a client; the signal is what wakes us.
  std::atomic<core::duration::rep> grace{options.grace.count()};
  runtime_fleet fleet{troupe, [&grace](core::duration within) {
                        grace = within.count();
                        ::kill(::getpid(), SIGTERM);
                      }};
  if (auto ok = prepare(troupe, settings); !ok)
    return complain(core::to_string(ok.error()));
  desk.set(std::make_shared<control::service>(
    troupe, settings.listen ? &fleet : nullptr,
    control::service_options{settings.name, TROUPE_VERSION}));
  if (!options.is_quiet)
    write_all(STDOUT_FILENO,
              settings.listen
                ? fmt::format("{} listens on {}:{}\n", settings.name,
                              settings.listen->address, troupe.port())
                : fmt::format("{} runs\n", settings.name));
  while (!signals.wait())
    continue;
  if (!options.is_quiet)
    write_all(STDOUT_FILENO, fmt::format("{} stops\n", settings.name));
  auto mode = settings.journal ? actors::stop_mode::suspend
                               : actors::stop_mode::drain;
  auto stopped = troupe.stop(mode, core::duration{grace.load()});
  desk.set(nullptr);
  if (stopped)
    return exit_completed;
  complain(core::to_string(stopped.error()));
  return exit_failed;
}

} // namespace

int serve_command(const serve_options& options) {
  auto settings = load_manager(options);
  if (!settings)
    return exit_usage;
  auto serve = [&] {
    try {
      return run(options, *settings);
    } catch (const core::failure& x) {
      return complain(core::to_string(x.reason()));
    } catch (const std::invalid_argument& x) {
      return complain(x.what());
    }
  };
  return options.is_supervised ? supervised(serve) : serve();
}

} // namespace troupe::cli
