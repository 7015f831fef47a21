#include "core/scheduled_task.hpp"

#include "core/stable_hash.hpp"

#include <algorithm>
#include <string>

namespace troupe::core {

namespace {

/// Where the two halves of an id begin; any two numbers would do.
constexpr uint64_t high_seed = 1;
constexpr uint64_t low_seed = 2;

uint64_t hash_of_run(uint64_t seed, std::string_view schedule, time_point added,
                     const run_key& run) noexcept {
  auto hash = hash_on(mixed_bits(seed), schedule);
  hash = hash_on(hash_on(hash, added), run.nominal);
  return hash_on(hash, run.number);
}

} // namespace

task_id id_of_run(std::string_view schedule, time_point added,
                  const run_key& run) {
  using std::chrono::milliseconds;
  auto since = std::chrono::floor<milliseconds>(run.nominal.time_since_epoch());
  return version_7_id(
    static_cast<uint64_t>(std::max<int64_t>(since.count(), 0)),
    static_cast<uint32_t>(hash_of_run(high_seed, schedule, added, run)),
    hash_of_run(low_seed, schedule, added, run));
}

task_spec task_of_run(const schedule_spec& schedule, time_point added,
                      const run_key& run) {
  auto task = schedule.task;
  task.id = id_of_run(schedule.name, added, run);
  auto add = [&task](std::string_view key, std::string value) {
    task.metadata.try_emplace(std::string{key}, std::move(value));
  };
  add(metadata_schedule, schedule.name);
  add(metadata_schedule_time, to_string(run.nominal));
  add(metadata_schedule_run, std::to_string(run.number));
  return task;
}

} // namespace troupe::core
