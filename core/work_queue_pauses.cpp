// Tasks that somebody has paused.

#include "core/work_queue.hpp"

#include <utility>

namespace troupe::core {

void work_queue::pause_task(const task_id& id, uint32_t number) {
  auto handle = index_.find(id);
  if (handle == none)
    return;
  auto& x = entries_[handle];
  if (x.is_withdrawn)
    return;
  x.is_paused = true;
  kept_place place;
  if (x.at == state::held) {
    place = {held_.number_of(handle), never, true};
    held_.erase(handle);
  } else if (x.at == state::backoff) {
    place.due = delayed_.due(handle);
    delayed_.erase(handle);
  } else if (x.at == state::ready && !x.is_resuming) {
    place.number = x.has_key ? keys_.rank_of(handle).number
                             : ready_.number_of(handle);
    ready_.erase(handle);
    release_key(handle);
  } else {
    if (x.at != state::paused)
      actions_.pauses.push_back({x.agent, {id, x.number}, number});
    return;
  }
  x.at = state::paused;
  paused_places_[handle] = place;
}

void work_queue::resume_task(const task_id& id) {
  auto handle = index_.find(id);
  if (handle == none)
    return;
  auto& x = entries_[handle];
  if (!x.is_paused)
    return;
  x.is_paused = false;
  if (x.is_withdrawn)
    return;
  if (x.at != state::paused) {
    actions_.resumptions.emplace_back(x.agent, attempt_key{id, x.number});
    return;
  }
  auto place = paused_places_.at(handle);
  paused_places_.erase(handle);
  x.demand_class = classes_.of(*x.spec);
  if (place.is_held) {
    hold(handle, place.number);
  } else if (place.due != never) {
    x.at = state::backoff;
    delayed_.add(handle, place.due);
  } else {
    push(handle, place.number);
  }
}

} // namespace troupe::core
