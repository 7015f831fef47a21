// A job that comes again and again: every so often a file is backed up, and all
// backups but the newest are removed. A schedule says when. Each round is a
// task like any other, and one whose time comes while the one before still runs
// is left out; so what is late does not pile up, and does not move what
// follows.
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

using examples::need;
using troupe::json;
using namespace std::chrono_literals;

namespace {

constexpr auto period = 20ms;
constexpr size_t backups_kept = 2;
constexpr int rounds_wanted = 4;

troupe::task_spec back_up(const json& job, const std::string& round) {
  return {.name = "backup " + round,
          .capabilities = {"backup_creation"},
          .parameters = {{"path", job.at("path")},
                         {"directory", job.at("directory")},
                         {"name", fmt::format("{:0>4}.backup", round)}},
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

/// One round. The task says which of the schedule's runs it is.
troupe::async<troupe::payload> keep_backups(troupe::task_context& ctx) {
  auto& about = ctx.task().metadata;
  auto saved
    = co_await ctx.run(back_up(ctx.parameters(), about.at("schedule_run")));
  auto cleaned = co_await ctx.run(clean_up(ctx.parameters()));
  co_return json{{"due", about.at("schedule_time")},
                 {"saved", saved.result.value()},
                 {"cleaned", cleaned.result.value()}};
}

troupe::schedule_spec schedule_for(const std::string& path,
                                   const std::string& directory) {
  return {.name = "backups",
          .task = {.name = "keep backups",
                   .capabilities = {"keep_backups"},
                   .parameters = {{"path", path}, {"directory", directory}}},
          .when = troupe::run_every{.interval = period},
          .overlap = troupe::overlap_policy::skip};
}

} // namespace

int main(int argc, char** argv) {
  std::string path = argc > 1 ? argv[1] : "examples/scenarios/troupe.json";
  auto file = examples::load_configuration(
    argc > 2 ? argv[2] : "examples/scenarios/troupe.json");
  examples::workspace place;
  troupe::runtime runtime({.queues = file.queues});
  examples::employ(runtime, file.agents, examples::all_skills());
  need(runtime.add_agent(troupe::agent_definition{"backup_keeper"}.slots(1).on(
    "keep_backups", keep_backups)));

  auto events = runtime.subscribe();
  need(runtime.add_schedule(schedule_for(path, place.path("backups"))));
  auto is_punctual = true;
  for (int rounds = 0; rounds < rounds_wanted; ++rounds) {
    auto x = events.next();
    while (x->kind != troupe::event_kind::schedule_fired)
      x = events.next();
    auto ended = need(runtime.wait(x->task));
    fmt::print("{} {}\n", ended.name(), ended.result.dump());
    // To the millisecond, as times are written.
    is_punctual = is_punctual && ended.status == troupe::task_status::completed
                  && troupe::core::to_string(ended.started)
                       >= ended.result.value().at("due").get<std::string>();
  }
  need(runtime.pause_schedule("backups"));
  auto info = need(runtime.schedule("backups"));
  // What has begun is brought to its end.
  need(runtime.stop());

  // However long each took, it was counted from the first.
  auto has_drifted = (info.state.last_nominal - info.state.added) % period
                     != 0ns;
  auto backups = examples::files_in(place.path("backups"), ".backup");
  auto original = examples::read_file(path);
  auto are_whole = std::ranges::all_of(backups, [&](auto& x) {
    return examples::read_file(x) == original;
  });
  fmt::print("{} rounds, {} left out, {} backups\n", info.state.runs,
             info.state.skipped, backups.size());
  return is_punctual && !has_drifted && are_whole
             && info.state.runs >= rounds_wanted
             && backups.size() == backups_kept
           ? 0
           : 1;
}
