#include "cli/journal_schedules.hpp"

#include "cli/text_width.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace troupe::cli {

namespace {

std::string times_text(const core::schedule_times& when) {
  if (auto* x = std::get_if<core::run_at>(&when))
    return "at " + core::to_string(x->at);
  if (auto* x = std::get_if<core::run_after>(&when))
    return fmt::format("{} after it was added", core::to_string(x->delay));
  if (auto* x = std::get_if<core::run_every>(&when))
    return "every " + core::to_string(x->interval);
  auto& x = std::get<core::run_cron>(when);
  return fmt::format("{} in {}", x.expression, x.zone);
}

} // namespace

core::result<std::vector<core::kept_schedule>>
schedules_in(storage::journal& journal) {
  std::vector<core::kept_schedule> all;
  core::result<void> trouble;
  storage::journal_visitor documents;
  documents.on_document = [&](core::document&& x) {
    if (x.kind != "schedule" || !x.value)
      return;
    auto kept = core::read_schedule_document(*x.value);
    if (kept)
      all.push_back(*std::move(kept));
    else
      trouble = core::fail(core::ec::journal_corrupt,
                           fmt::format("schedule '{}': {}", x.name,
                                       kept.error().message));
  };
  if (auto ok = journal.load(documents); !ok)
    return core::fail(std::move(ok).error());
  if (!trouble)
    return core::fail(std::move(trouble).error());
  std::ranges::sort(all, {}, [](auto& x) { return x.spec.name; });
  return all;
}

std::string render_schedules(const std::vector<core::kept_schedule>& all) {
  auto result = fmt::format("{:<14}{}\n", "schedules", all.size());
  for (auto& [spec, state, seed] : all)
    result += printable(fmt::format(
                "  {}: {}, {} runs, {} left out, {} missed{}{}", spec.name,
                times_text(spec.when), state.runs, state.skipped, state.missed,
                state.running ? ", one has not ended" : "",
                state.is_paused ? ", paused" : ""))
              + "\n";
  return result;
}

core::json to_json(const std::vector<core::kept_schedule>& all) {
  auto result = core::json::array();
  for (auto& x : all)
    result.push_back(core::document_of(x.spec, x.state, x.seed).value());
  return result;
}

} // namespace troupe::cli
