// Waiting for the ends of tasks, whatever becomes of the manager meanwhile.

#include "actors/runtime_impl.hpp"

#include <fmt/format.h>

#include <unordered_map>

namespace troupe::actors {

namespace {

/// Ends that have been heard of, of the tasks that are waited for.
class awaited_ends {
public:
  explicit awaited_ends(std::span<const core::task_id> ids) {
    for (auto& id : ids)
      records_.try_emplace(id);
  }

  bool is_complete() const noexcept {
    return ended_ == records_.size();
  }

  std::vector<core::task_id> missing() const {
    std::vector<core::task_id> result;
    for (auto& [id, record] : records_)
      if (!record)
        result.push_back(id);
    return result;
  }

  void hear(messages::tasks_ended&& some) {
    for (auto& x : some.records) {
      auto& record = records_[x.id()];
      ended_ += record ? 0 : 1;
      record = std::move(x);
    }
  }

  core::error late() const {
    return {core::ec::timeout,
            fmt::format("{} of {} tasks have not ended",
                        records_.size() - ended_, records_.size())};
  }

  std::vector<core::task_record>
  take(std::span<const core::task_id> ids) const {
    std::vector<core::task_record> result;
    result.reserve(ids.size());
    for (auto& id : ids)
      result.push_back(*records_.at(id));
    return result;
  }

private:
  std::unordered_map<core::task_id, std::optional<core::task_record>> records_;
  size_t ended_ = 0;
};

/// From one manager, until it dies.
core::result<void> hear_from(client& me, const messages::manager_actor& manager,
                             const countdown& time, awaited_ends& ends) {
  me.watch(manager);
  if (auto ok = me.tell(manager, messages::await_tasks{ends.missing()},
                        core::duration::max());
      !ok)
    return ok;
  while (!ends.is_complete()) {
    auto some = me.receive<messages::tasks_ended>(time.left());
    if (!some)
      return core::fail(std::move(some).error());
    ends.hear(*std::move(some));
  }
  return {};
}

} // namespace

core::result<std::vector<core::task_record>>
runtime::impl::wait_all(std::span<const core::task_id> ids,
                        core::duration timeout) {
  awaited_ends ends{ids};
  auto heard = board().with_current(
    [](const assembly& x) { return x.manager; }, timeout,
    [&](client& me, const messages::manager_actor& manager,
        core::duration left) {
      return hear_from(me, manager, countdown{left}, ends);
    });
  if (heard)
    return ends.take(ids);
  if (heard.error().code == core::ec::timeout)
    return core::fail(ends.late());
  return core::fail(std::move(heard).error());
}

} // namespace troupe::actors
