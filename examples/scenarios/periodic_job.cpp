// A job that comes again and again: every so often a file is backed up, and all
// backups but the newest are removed. The timetable is a coroutine, so it holds
// no thread between two rounds, and is cancelled like any other task.
//
//     periodic_job [FILE [CONFIGURATION]]

#include "examples/files.hpp"
#include "examples/need.hpp"
#include "examples/scenarios/configuration.hpp"
#include "examples/scenarios/workspace.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

using examples::need;
using troupe::json;
using namespace std::chrono_literals;

namespace {

constexpr auto period = 20ms;
constexpr size_t backups_kept = 2;

troupe::task_spec back_up(const json& job, int round) {
  return {.name = fmt::format("backup {}", round),
          .capabilities = {"backup_creation"},
          .parameters = {{"path", job.at("path")},
                         {"directory", job.at("directory")},
                         {"name", fmt::format("{:04}.backup", round)}},
          .priority = troupe::priority_level::low,
          .queue = "file_processing"};
}

troupe::task_spec clean_up(const json& job) {
  return {.name = "cleanup",
          .capabilities = {"cleanup"},
          .parameters = {{"directory", job.at("directory")},
                         {"ending", ".backup"},
                         {"keep", backups_kept}},
          .priority = troupe::priority_level::low,
          .queue = "file_processing"};
}

/// Goes on until it is cancelled.
troupe::async<troupe::payload> keep_backups(troupe::task_context& ctx) {
  auto due = ctx.now();
  for (int round = 1;; ++round) {
    auto saved = co_await ctx.run(back_up(ctx.parameters(), round));
    auto cleaned = co_await ctx.run(clean_up(ctx.parameters()));
    ctx.emit(json{{"round", round},
                  {"saved", saved.result.value()},
                  {"cleaned", cleaned.result.value()}});
    // From when it was due, so that late rounds do not add up; what is missed
    // is left out.
    due = std::max(due + period, ctx.now());
    co_await ctx.sleep(due - ctx.now());
  }
}

} // namespace

int main(int argc, char** argv) {
  std::string path = argc > 1 ? argv[1] : "examples/scenarios/troupe.json";
  auto file = examples::load_configuration(
    argc > 2 ? argv[2] : "examples/scenarios/troupe.json");
  examples::workspace place;
  troupe::runtime runtime({.queues = file.queues});
  examples::employ(runtime, file.agents, examples::all_skills());
  need(runtime.add_agent(troupe::agent_definition{"timetable"}.slots(1).on(
    "keep_backups", keep_backups)));

  auto events = runtime.subscribe();
  auto job = need(runtime.submit(
    {.name = "keep backups",
     .capabilities = {"keep_backups"},
     .parameters = {{"path", path}, {"directory", place.path("backups")}},
     .limits = {.attempt = 0s}}));
  std::vector<troupe::time_point> rounds;
  while (rounds.size() < 4) {
    auto x = events.next();
    if (x->kind != troupe::event_kind::task_emitted)
      continue;
    rounds.push_back(x->at);
    fmt::print("{} {}\n", troupe::core::to_string(x->at), x->data.dump());
  }
  need(runtime.cancel(job));
  auto ended = need(runtime.get(job));
  // Handlers that still run are waited for here.
  need(runtime.stop());

  auto is_punctual = true;
  for (size_t i = 0; i < rounds.size(); ++i)
    is_punctual = is_punctual && rounds[i] >= ended.started + i * period;
  // The cancellation may have come between a backup and the cleanup after it.
  auto backups = examples::files_in(place.path("backups"), ".backup");
  auto original = examples::read_file(path);
  auto are_whole = std::ranges::all_of(backups, [&](auto& x) {
    return examples::read_file(x) == original;
  });
  fmt::print("{} backups, job {}\n", backups.size(), to_string(ended.status));
  return is_punctual && are_whole && backups.size() >= backups_kept
             && backups.size() <= backups_kept + 1
             && ended.status == troupe::task_status::cancelled
           ? 0
           : 1;
}
