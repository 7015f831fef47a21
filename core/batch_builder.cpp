#include "core/batch_builder.hpp"

#include <algorithm>
#include <utility>

namespace troupe::core {

void batch_builder::put(task_image&& image) {
  auto [place, is_first] = places_.try_emplace(image.number,
                                               batch_.tasks.size());
  if (is_first) {
    batch_.tasks.push_back(std::move(image));
    return;
  }
  auto& known = batch_.tasks[place->second];
  image.is_new = known.is_new;
  image.is_awaited = image.is_awaited || known.is_awaited;
  // What told the end first is not written yet.
  image.is_end_known = image.is_end_known
                       && (known.is_end_known || !known.has_ended());
  known = std::move(image);
}

void batch_builder::put(document&& document) {
  auto& all = batch_.documents;
  auto known = std::ranges::find_if(all, [&](auto& x) {
    return x.name == document.name && x.kind == document.kind;
  });
  if (known == all.end())
    all.push_back(std::move(document));
  else
    known->value = std::move(document.value);
}

void batch_builder::put(audit_entry&& entry) {
  batch_.audit.push_back(std::move(entry));
}

journal_batch batch_builder::take(uint64_t sequence) {
  places_.clear();
  auto batch = std::exchange(batch_, {});
  batch.sequence = sequence;
  return batch;
}

} // namespace troupe::core
