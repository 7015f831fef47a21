// What a concurrency key means for who is submitted, unless it is to wait: that
// is the queue's business.

#include "core/task_registry.hpp"
#include "core/task_registry_entry.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>

namespace troupe::core {

bool task_registry::has_key_rule(const task_spec& spec, const line& in) const {
  return in.at_key_max != key_policy::wait && in.key_max > 0
         && !spec.concurrency_key.empty();
}

result<void>
task_registry::check_keys(std::span<const task_spec_ptr> specs,
                          const std::vector<uint32_t>& queues) const {
  std::map<std::pair<uint32_t, std::string_view>, uint64_t> added;
  for (size_t i = 0; i < specs.size(); ++i) {
    auto& spec = *specs[i];
    auto& line = lines_[queues[i]];
    if (!has_key_rule(spec, line) || line.at_key_max != key_policy::refuse)
      continue;
    auto there = line.keys.count(spec.concurrency_key);
    auto& more = added[{queues[i], spec.concurrency_key}];
    if (there + ++more > line.key_max)
      return fail(ec::key_busy,
                  fmt::format("task '{}' has the concurrency key '{}', and "
                              "queue '{}' takes {} that have not ended (there "
                              "{} {}, and this submission has {} up to this "
                              "one); submit it when one has ended",
                              spec.name, spec.concurrency_key, line.name,
                              line.key_max, there == 1 ? "is" : "are", there,
                              more));
  }
  return {};
}

/// It has been accepted; it may cost another task, or be the one too many.
void task_registry::claim_key(uint32_t slot, time_point now) {
  auto& x = at(slot);
  auto& line = lines_[x.queue];
  if (is_end(x.status) || !has_key_rule(*x.spec, line))
    return;
  auto& key = x.spec->concurrency_key;
  auto supersede = [&](uint32_t which, const std::string& by) {
    end(which, task_status::cancelled, {},
        error{ec::superseded,
              fmt::format("queue '{}' takes {} with the concurrency key '{}'{}",
                          line.name, line.key_max, key, by)},
        now);
  };
  if (line.at_key_max == key_policy::cancel_newest
      && line.keys.count(key) >= line.key_max) {
    supersede(slot, ", and has them");
    return;
  }
  if (line.at_key_max == key_policy::cancel_oldest)
    while (line.keys.count(key) >= line.key_max)
      supersede(line.keys.oldest(key),
                fmt::format(", and '{}' is newer", x.spec->name));
  // Its parent may have been the oldest.
  if (is_end(x.status))
    return;
  x.holds_key = true;
  line.keys.add(key, x.position, slot);
}

void task_registry::release_key(entry& x) {
  if (!x.holds_key)
    return;
  x.holds_key = false;
  lines_[x.queue].keys.erase(x.spec->concurrency_key, x.position);
}

} // namespace troupe::core
