#include "core/journal_batch.hpp"

#include <algorithm>
#include <utility>

namespace troupe::core {

namespace {

bool tells(const task_image& image, history_kind kind, uint32_t attempt) {
  return std::ranges::any_of(image.history, [&](auto& told) {
    return told.kind == kind && told.attempt == attempt;
  });
}

/// What the times tell by themselves, and what was written down.
std::vector<history_entry> whole_history(const task_image& image) {
  std::vector<history_entry> all;
  all.push_back({image.created, history_kind::submitted, 0, image.spec->queue});
  if (image.ready_at != never)
    all.push_back({image.ready_at, history_kind::ready, 0, {}});
  if (image.started != never && !tells(image, history_kind::started, 1))
    all.push_back({image.started, history_kind::started, 1, image.agent});
  all.insert(all.end(), image.history.begin(), image.history.end());
  if (image.status == task_status::failed && image.attempt > 0
      && !tells(image, history_kind::attempt_failed, image.attempt)
      && !tells(image, history_kind::attempt_lost, image.attempt))
    all.push_back({image.finished, history_kind::attempt_failed, image.attempt,
                   to_string(image.failure)});
  if (image.finished != never)
    all.push_back({image.finished, history_kind::ended, image.attempt,
                   std::string{to_string(image.status)}});
  std::ranges::stable_sort(all, {}, &history_entry::at);
  return all;
}

} // namespace

task_record to_record(task_image image) {
  task_record result;
  result.history = whole_history(image);
  result.spec = std::move(image.spec);
  result.status = image.status;
  result.priority = image.priority;
  result.attempt = image.attempt;
  result.agent = std::move(image.agent);
  result.created = image.created;
  result.started = image.started;
  result.finished = image.finished;
  result.progress = image.status == task_status::completed ? 100 : 0;
  result.result = std::move(image.result);
  if (image.failure.code != ec::none)
    result.failure = std::move(image.failure);
  return result;
}

} // namespace troupe::core
