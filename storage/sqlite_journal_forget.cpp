#include "storage/fail_point.hpp"
#include "storage/sqlite_journal_impl.hpp"

#include <algorithm>
#include <tuple>

namespace troupe::storage {

core::result<void> sqlite_journal::gather_aged(const retention_order& order,
                                               const queue_counts::entry& queue,
                                               bool is_all,
                                               std::vector<aged_task>& to) {
  select_aged_.bind(1, queue.number);
  uint64_t taken = 0;
  while (taken < order.steps) {
    auto row = select_aged_.step();
    if (!row)
      return core::fail(std::move(row.error()));
    if (!*row)
      return {};
    auto number = static_cast<uint64_t>(select_aged_.integer(0));
    auto finished = select_aged_.time(1);
    if (!is_all && finished >= order.finished_before)
      break;
    if (std::ranges::binary_search(order.needed, number))
      continue;
    ++taken;
    to.push_back({finished, number,
                  static_cast<core::task_status>(select_aged_.integer(2)),
                  queue.number});
  }
  select_aged_.reset();
  return {};
}

core::result<std::vector<sqlite_journal::aged_task>>
sqlite_journal::aged(const retention_order& order) {
  std::vector<const queue_counts::entry*> queues;
  uint64_t kept = 0;
  for (auto& [name, x] : queues_.all()) {
    auto is_meant = order.queue.empty()
                      ? std::ranges::find(order.other_queues, name)
                          == order.other_queues.end()
                      : name == order.queue;
    if (!is_meant)
      continue;
    queues.push_back(&x);
    kept += static_cast<uint64_t>(x.counts.ended() - x.counts.dead_letters);
  }
  auto is_beyond = [&] {
    return kept > order.count_max;
  };
  std::vector<aged_task> found;
  for (auto* queue : queues)
    if (auto done = gather_aged(order, *queue, is_beyond(), found); !done)
      return core::fail(std::move(done.error()));
  std::ranges::sort(found, {}, [](auto& x) {
    return std::tuple{x.finished, x.number};
  });
  size_t count = 0;
  while (count < found.size() && count < order.steps
         && (found[count].finished < order.finished_before || is_beyond())) {
    ++count;
    --kept;
  }
  found.erase(found.begin() + static_cast<std::ptrdiff_t>(count), found.end());
  return found;
}

core::result<void> sqlite_journal::erase(const std::vector<aged_task>& tasks) {
  next_ = state_;
  if (auto done = begin_.run(); !done)
    return done;
  const queue_counts::entry* queue = nullptr;
  for (auto& task : tasks) {
    for (auto* statement :
         {&delete_blob_, &delete_outcome_, &delete_keys_, &delete_task_}) {
      if (statement == &delete_keys_ && !has_keys_)
        continue;
      statement->bind(1, static_cast<int64_t>(task.number));
      if (auto done = statement->run(); !done)
        return done;
    }
    if (queue == nullptr || queue->number != task.queue)
      queue = queues_.find(task.queue);
    --queues_.change(queue->name).counts.of(task.status);
    TROUPE_FAIL_POINT("after_erase");
  }
  return end_transaction();
}

core::result<uint64_t> sqlite_journal::forget(
  const retention_order& order,
  const std::function<core::result<void>(const core::task_image&)>& on,
  const std::function<core::result<void>()>& before) {
  if (auto may = may_write(); !may)
    return core::fail(std::move(may.error()));
  auto tasks = aged(order);
  if (!tasks)
    return core::fail(std::move(tasks.error()));
  if (tasks->empty())
    return 0;
  if (on) {
    for (auto& task : *tasks) {
      auto image = image_of(task.number);
      if (!image)
        return core::fail(std::move(image.error()));
      if (auto done = on(*image); !done)
        return core::fail(std::move(done.error()));
    }
  }
  if (before)
    if (auto done = before(); !done)
      return core::fail(std::move(done.error()));
  if (auto done = erase(*tasks); !done) {
    take_back();
    return core::fail(std::move(done.error()));
  }
  queues_.accept();
  checkpoint_if_due();
  return tasks->size();
}

} // namespace troupe::storage
