#include "cli/resume.hpp"

#include "core/spec_codec.hpp"
#include "storage/sha256.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

namespace troupe::cli {

namespace {

constexpr size_t batch_tasks_max = 1000;
constexpr std::string_view outdated_text
  = "a later run of its file has put another task in its place, or none";

/// The newest task of each name in the last run of a file.
class last_run {
public:
  /// In the order of their ids, which is that of submission.
  void add(core::task_record&& x) {
    auto run = metadata_of(*x.spec, run_key);
    if (run != name_) {
      forget_all();
      name_ = run;
    }
    auto& newest = newest_[x.name()];
    if (newest)
      forget(*newest);
    newest = std::move(x);
  }

  void forget_all() {
    for (auto& [name, x] : newest_)
      if (x)
        forget(*x);
    newest_.clear();
    name_.clear();
  }

  /// Null if there is none.
  const core::task_record* find(const std::string& task) const {
    auto i = newest_.find(task);
    return i != newest_.end() && i->second ? &*i->second : nullptr;
  }

  core::task_record take(const std::string& task) {
    return *std::exchange(newest_.at(task), std::nullopt);
  }

  const std::string& name() const noexcept {
    return name_;
  }

  std::vector<core::task_id>& outdated() noexcept {
    return outdated_;
  }

private:
  void forget(const core::task_record& x) {
    if (!x.has_ended())
      outdated_.push_back(x.id());
  }

  std::string name_;
  std::map<std::string, std::optional<core::task_record>> newest_;
  std::vector<core::task_id> outdated_;
};

core::result<last_run> read_last_run(storage::journal& from,
                                     const std::string& file) {
  last_run result;
  core::task_query query;
  query.limit = 1000;
  do {
    auto page = from.list(query);
    if (!page)
      return core::fail(std::move(page.error()));
    for (auto& x : page->tasks)
      if (metadata_of(*x.spec, file_key) == file)
        result.add(std::move(x));
    query.after = page->next;
  } while (!query.after.is_nil());
  return result;
}

std::string dump(const core::json& x) {
  return x.dump(-1, ' ', false, core::json::error_handler_t::replace);
}

/// Of a task whose needs have theirs. Not in it is what only says when, where
/// and how often it is tried.
std::string make_fingerprint(
  const core::task_spec& spec,
  const std::unordered_map<core::task_id, std::string>& of_needs) {
  storage::sha256 hash;
  hash.add_text(spec.name);
  hash.add(uint64_t{spec.capabilities.size()});
  for (auto& x : spec.capabilities)
    hash.add_text(x);
  hash.add_text(dump(spec.parameters.value()));
  hash.add_text(spec.condition);
  for (auto& x : spec.dependencies) {
    hash.add_text(x.alias);
    hash.add(static_cast<uint64_t>(x.policy));
    hash.add_text(of_needs.at(x.task));
  }
  return storage::to_hex(hash.finish());
}

/// Only results of the same tasks are the same results.
bool has_same_needs(const core::task_spec& x, const core::task_spec& y) {
  return std::ranges::equal(x.dependencies, y.dependencies, {},
                            &core::dependency::task, &core::dependency::task);
}

task_origin find_origin(const core::task_spec& wanted,
                        const core::task_record& before) {
  if (before.has_ended()) {
    auto is_done = before.status == core::task_status::completed
                   || before.was_skipped();
    auto is_same = metadata_of(*before.spec, fingerprint_key)
                     == metadata_of(wanted, fingerprint_key)
                   && has_same_needs(wanted, *before.spec);
    return is_done && is_same ? task_origin::ended : task_origin::anew;
  }
  auto spec = wanted;
  spec.id = before.id();
  return core::is_same(spec, *before.spec) ? task_origin::taken_over
                                           : task_origin::anew;
}

} // namespace

std::string_view metadata_of(const core::task_spec& spec,
                             std::string_view key) {
  auto i = spec.metadata.find(std::string{key});
  return i != spec.metadata.end() ? std::string_view{i->second}
                                  : std::string_view{};
}

size_t resumption::count(task_origin origin) const noexcept {
  return static_cast<size_t>(std::ranges::count(origins, origin));
}

std::vector<core::task_spec> resumption::new_specs(const plan& tasks) const {
  std::vector<core::task_spec> result;
  for (size_t i = 0; i < tasks.tasks.size(); ++i)
    if (origins[i] == task_origin::anew)
      result.push_back(tasks.tasks[i].spec);
  return result;
}

core::event end_event(const core::task_record& task) {
  core::event told;
  told.at = task.finished;
  told.kind = task.was_skipped() ? core::event_kind::task_cancelled
                                 : core::event_kind::task_completed;
  told.task = task.id();
  told.attempt = task.attempt;
  told.text = task.failure ? core::to_string(*task.failure) : "";
  return told;
}

core::result<resumption> resume(storage::journal& from, plan& tasks,
                                const std::string& file,
                                const std::string& new_run, bool is_fresh) {
  auto before = read_last_run(from, file);
  if (!before)
    return core::fail(std::move(before.error()));
  if (is_fresh)
    before->forget_all();
  auto run = before->name().empty() ? new_run : before->name();
  resumption result;
  // By the ids of the plan's tasks as they come and as they go.
  std::unordered_map<core::task_id, core::task_id> ids;
  std::unordered_map<core::task_id, std::string> fingerprints;
  for (auto& task : tasks.tasks) {
    auto& spec = task.spec;
    for (auto& x : spec.dependencies)
      x.task = ids.at(x.task);
    auto fingerprint = make_fingerprint(spec, fingerprints);
    spec.metadata[std::string{file_key}] = file;
    spec.metadata[std::string{run_key}] = run;
    spec.metadata[std::string{fingerprint_key}] = fingerprint;
    auto origin = task_origin::anew;
    auto id = spec.id;
    if (auto known = before->find(spec.name)) {
      origin = find_origin(spec, *known);
      if (origin != task_origin::anew)
        spec.id = known->id();
    }
    if (origin != task_origin::anew) {
      auto record = before->take(spec.name);
      if (origin == task_origin::ended) {
        result.completed += record.status == core::task_status::completed;
        result.ended.push_back(std::move(record));
      }
    }
    result.origins.push_back(origin);
    ids.emplace(id, spec.id);
    fingerprints.emplace(spec.id, std::move(fingerprint));
  }
  before->forget_all();
  result.outdated = std::move(before->outdated());
  return result;
}

core::result<void> end_outdated(storage::journal& in,
                                const std::vector<core::task_id>& outdated,
                                core::time_point now) {
  core::journal_batch batch;
  auto commit = [&]() -> core::result<void> {
    batch.sequence = in.sequence() + 1;
    auto done = in.commit(batch);
    batch = {};
    return done;
  };
  for (auto& id : outdated) {
    auto found = in.find(id);
    if (!found)
      return core::fail(std::move(found.error()));
    if (!*found || (*found)->has_ended())
      continue;
    auto& image = batch.tasks.emplace_back(std::move(**found));
    image.is_new = false;
    image.is_live = false;
    image.is_to_pause = false;
    image.retry_at = core::never;
    image.status = core::task_status::cancelled;
    image.finished = now;
    image.failure = {core::ec::cancelled, std::string{outdated_text}};
    batch.audit.push_back(
      {now, "troupe run", "cancel", id, std::string{outdated_text}});
    if (batch.tasks.size() >= batch_tasks_max)
      if (auto done = commit(); !done)
        return done;
  }
  return batch.is_empty() ? core::result<void>{} : commit();
}

} // namespace troupe::cli
