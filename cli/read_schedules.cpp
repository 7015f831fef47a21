#include "cli/read_schedules.hpp"

#include "cli/names.hpp"
#include "cli/read_task.hpp"
#include "core/iso_time.hpp"
#include "core/validate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace troupe::cli {

namespace {

constexpr std::array<std::string_view, 16> schedule_keys
  = {"description", "task",     "at",        "after",    "every",  "anchor",
     "cron",        "zone",     "overlap",   "catch_up", "jitter", "start",
     "end",         "max_runs", "queue_max", "paused"};

constexpr std::array<std::string_view, 3> catch_up_keys = {"policy", "late_max",
                                                           "runs_max"};

constexpr std::array<std::string_view, 4> kind_keys = {"at", "after", "every",
                                                       "cron"};

std::optional<core::time_point> read_time(mapping_reader& reader,
                                          std::string_view key) {
  auto text = reader.text(key);
  if (!text)
    return std::nullopt;
  if (auto time = core::parse_time(*text))
    return *time;
  reader.complain(key, *reader.find(key), "a time like 2026-01-31T12:00:00Z");
  return std::nullopt;
}

core::schedule_times read_times(mapping_reader& reader, mistakes& found) {
  auto count = std::ranges::count_if(kind_keys, [&](auto key) {
    return reader.find(key) != nullptr;
  });
  if (count != 1 && reader.is_valid())
    found.add(reader.mark(),
              fmt::format("{} needs one of 'at', 'after', 'every' and 'cron'",
                          reader.where()));
  auto goes_with = [&](std::string_view key, std::string_view other) {
    if (auto value = reader.find(key); value && !reader.find(other))
      found.add(value->mark, fmt::format("'{}' of {} goes with '{}'", key,
                                         reader.where(), other));
  };
  goes_with("anchor", "every");
  goes_with("zone", "cron");
  auto anchor = read_time(reader, "anchor").value_or(core::never);
  if (auto at = read_time(reader, "at"))
    return core::run_at{*at};
  if (auto every = reader.duration("every"))
    return core::run_every{*every, anchor};
  if (auto cron = reader.text("cron"))
    return core::run_cron{*cron, reader.text("zone").value_or("UTC")};
  return core::run_after{reader.duration("after").value_or(core::duration{})};
}

core::catch_up_settings read_catch_up(mapping_reader& reader, mistakes& found) {
  core::catch_up_settings result;
  auto value = reader.find("catch_up");
  if (!value)
    return result;
  if (!value->is_mapping()) {
    if (auto i = reader.choice_of("catch_up", core::catch_up_policy_last))
      result.policy = *i;
    return result;
  }
  mapping_reader inner{*value, value->mark, "'catch_up' of " + reader.where(),
                       catch_up_keys, found};
  if (auto i = inner.choice_of("policy", core::catch_up_policy_last))
    result.policy = *i;
  result.late_max = inner.duration("late_max").value_or(result.late_max);
  result.runs_max = static_cast<uint32_t>(
    inner.count("runs_max", 0, core::schedule_backlog_max)
      .value_or(result.runs_max));
  return result;
}

core::task_spec read_scheduled(mapping_reader& reader, const std::string& name,
                               const common_settings& defaults,
                               mistakes& found) {
  auto value = reader.require("task");
  if (!value)
    return {};
  auto task = read_task(*value, name, value->mark, false, defaults, found);
  for (auto& need : task.needs)
    found.add(need.mark,
              fmt::format("the task of {} cannot need others", reader.where()));
  return std::move(task.spec);
}

core::schedule_spec read_schedule(const yaml_entry& entry,
                                  const common_settings& defaults,
                                  mistakes& found) {
  auto before = found.size();
  core::schedule_spec result;
  result.name = entry.key;
  check_name("a schedule", entry.key, entry.key_mark, found);
  mapping_reader reader{entry.value, entry.key_mark,
                        fmt::format("schedule '{}'", entry.key), schedule_keys,
                        found};
  if (!reader.is_valid())
    return result;
  result.description = reader.text("description").value_or("");
  result.task = read_scheduled(reader, entry.key, defaults, found);
  result.when = read_times(reader, found);
  if (auto i = reader.choice_of("overlap", core::overlap_policy_last))
    result.overlap = *i;
  result.queue_max = static_cast<uint32_t>(
    reader.count("queue_max", 1, core::schedule_backlog_max)
      .value_or(result.queue_max));
  result.catch_up = read_catch_up(reader, found);
  result.jitter = reader.duration("jitter").value_or(result.jitter);
  result.start = read_time(reader, "start").value_or(result.start);
  result.end = read_time(reader, "end").value_or(result.end);
  result.max_runs = reader.count("max_runs", 0, UINT64_MAX).value_or(0);
  result.is_paused = reader.boolean("paused").value_or(false);
  if (found.size() == before)
    for (auto& problem : core::validate(result))
      found.add(entry.key_mark,
                fmt::format("schedule '{}': {}", entry.key, problem));
  return result;
}

} // namespace

std::vector<core::schedule_spec> read_schedules(const yaml_node& root,
                                                const common_settings& defaults,
                                                mistakes& found) {
  std::vector<core::schedule_spec> result;
  auto section = root.find("schedules");
  if (!section || section->is_null())
    return result;
  if (!section->is_mapping()) {
    found.add(section->mark,
              "'schedules' must be a mapping, not " + describe_value(*section));
    return result;
  }
  for (auto& x : section->entries)
    result.push_back(read_schedule(x, defaults, found));
  return result;
}

} // namespace troupe::cli
