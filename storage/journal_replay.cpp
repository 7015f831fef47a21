#include "storage/journal_replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace troupe::storage {

namespace {

/// As the registry keeps of a task.
constexpr size_t history_max = 32;

core::result<core::task_image> find_failed(journal& in,
                                           const core::task_id& id) {
  auto found = in.find(id);
  if (!found)
    return core::fail(std::move(found.error()));
  if (!*found)
    return core::fail(core::ec::unknown_task,
                      fmt::format("no task {} is in the journal",
                                  to_string(id)));
  auto& image = **found;
  if (image.status != core::task_status::failed)
    return core::fail(core::ec::wrong_status,
                      fmt::format("task '{}' ({}) has not failed, it is {}",
                                  image.spec->name, to_string(id),
                                  to_string(image.status)));
  auto replayed = std::ranges::find(image.history, core::history_kind::replayed,
                                    &core::history_entry::kind);
  if (replayed != image.history.end())
    return core::fail(core::ec::wrong_status,
                      fmt::format("task '{}' ({}) was replayed before, as {}",
                                  image.spec->name, to_string(id),
                                  replayed->detail));
  return std::move(image);
}

/// What the manager finds out when it accepts a task.
core::result<void> check(journal& in, const core::task_spec& spec) {
  for (auto& needed : spec.dependencies) {
    auto found = in.find(needed.task);
    if (!found)
      return core::fail(std::move(found.error()));
    if (!*found)
      return core::fail(core::ec::invalid_argument,
                        fmt::format("task '{}' depends on {}, which the "
                                    "journal has forgotten; submit it anew",
                                    spec.name, to_string(needed.task)));
  }
  if (spec.keys->unique.empty())
    return {};
  auto found = in.find(
    core::key_question{core::key_kind::unique, spec.owner, spec.keys->unique});
  if (!found)
    return core::fail(std::move(found.error()));
  if (*found && !(*found)->has_ended())
    return core::fail(core::ec::key_conflict,
                      fmt::format("task '{}' has the unique key '{}' of task "
                                  "{}, which has not ended; replay it when "
                                  "that is done",
                                  spec.name, spec.keys->unique,
                                  to_string((*found)->spec->id)));
  return {};
}

void note_replay(core::task_image& image, const core::task_id& as,
                 core::time_point now) {
  image.is_new = false;
  image.is_end_known = true;
  image.is_dead_letter = false;
  auto& history = image.history;
  if (history.size() == history_max)
    history.erase(history.begin() + history_max / 2);
  history.push_back(
    {now, core::history_kind::replayed, image.attempt, to_string(as)});
}

core::task_image image_of(core::task_spec spec, uint64_t number,
                          core::durability durability, core::time_point now) {
  core::task_image image;
  image.number = number;
  image.created = now;
  image.is_new = true;
  image.durability = durability;
  image.priority = spec.priority;
  image.spec = std::make_shared<const core::task_spec>(std::move(spec));
  return image;
}

} // namespace

core::result<std::vector<core::task_id>>
list_dead_letters(journal& in, const core::dead_letter_query& query) {
  std::vector<core::task_id> all;
  core::task_query failed;
  failed.status = core::task_status::failed;
  failed.limit = 1000;
  do {
    auto page = in.list(failed);
    if (!page)
      return core::fail(std::move(page.error()));
    for (auto& x : page->tasks) {
      auto code = x.failure ? x.failure->code : core::ec::none;
      if (!matches(query, *x.spec, code))
        continue;
      auto image = in.find(x.id());
      if (!image)
        return core::fail(std::move(image.error()));
      if (*image && (*image)->is_dead_letter)
        all.push_back(x.id());
    }
    failed.after = page->next;
  } while (!failed.after.is_nil());
  return all;
}

core::result<std::vector<replayed_task>>
replay_tasks(journal& in, std::span<const core::task_id> failed,
             core::task_id_generator& ids, core::time_point now,
             const std::string& by) {
  std::vector<replayed_task> replayed;
  core::journal_batch batch;
  batch.sequence = in.sequence() + 1;
  std::set<core::task_id> seen;
  std::set<std::pair<std::string, std::string>> unique;
  auto number = in.last_number();
  for (auto& id : failed) {
    if (!seen.insert(id).second)
      continue;
    auto image = find_failed(in, id);
    if (!image)
      return core::fail(std::move(image.error()));
    auto as = ids.next(now);
    auto spec = core::replay(*image->spec, {}, as);
    if (auto ok = check(in, spec); !ok)
      return core::fail(std::move(ok.error()));
    auto& key = spec.keys->unique;
    if (!key.empty() && !unique.emplace(spec.owner, key).second)
      return core::fail(core::ec::key_conflict,
                        fmt::format("task '{}' has the unique key '{}' of "
                                    "another one that is to be replayed",
                                    spec.name, key));
    batch.tasks.push_back(
      image_of(std::move(spec), ++number, image->durability, now));
    note_replay(*image, as, now);
    batch.tasks.push_back(std::move(*image));
    batch.audit.push_back({now, by, "replay", id, "as task " + to_string(as)});
    replayed.push_back({id, as});
  }
  if (replayed.empty())
    return replayed;
  if (auto done = in.commit(batch); !done)
    return core::fail(std::move(done.error()));
  return replayed;
}

} // namespace troupe::storage
