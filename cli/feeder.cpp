#include "cli/feeder.hpp"

#include <fmt/format.h>

#include <utility>

namespace troupe::cli {

feeder::feeder(const plan& tasks, actors::runtime& to)
  : plan_(tasks),
    to_(to.submissions()),
    client_(to.system()),
    entries_(tasks.tasks.size()) {
  for (size_t i = 0; i < entries_.size(); ++i) {
    auto& task = tasks.tasks[i];
    positions_.emplace(task.spec.id, i);
    entries_[i].unmet = task.needs.size();
    for (auto needed : task.needs)
      entries_[needed].dependents.push_back(i);
    if (task.needs.empty()) {
      entries_[i].at = stage::due;
      due_.emplace(core::never, i);
    }
  }
}

void feeder::ended(const core::task_id& task) {
  auto i = positions_.find(task);
  if (i == positions_.end() || entries_[i->second].at == stage::ended)
    return;
  decide(i->second, stage::ended);
  for (auto next : entries_[i->second].dependents) {
    auto& x = entries_[next];
    if (--x.unmet > 0 || x.at != stage::blocked)
      continue;
    x.at = stage::due;
    due_.emplace(core::never, next);
  }
}

void feeder::accepted(const core::task_id& task) {
  auto i = positions_.find(task);
  if (i != positions_.end() && entries_[i->second].at < stage::decided)
    decide(i->second, stage::decided);
}

std::vector<feeder::refusal> feeder::feed(core::time_point now) {
  std::vector<refusal> refused;
  take_answers(now, refused);
  while (!due_.empty() && due_.begin()->first <= now) {
    auto position = due_.begin()->second;
    due_.erase(due_.begin());
    if (entries_[position].at == stage::due)
      send(position);
  }
  return refused;
}

void feeder::send(size_t position) {
  entries_[position].at = stage::sent;
  ++sent_;
  messages::stream_tasks request;
  request.specs.push_back(
    std::make_shared<const core::task_spec>(plan_.tasks[position].spec));
  compat::send(client_.self(), to_, std::move(request));
}

void feeder::take_answers(core::time_point now, std::vector<refusal>& refused) {
  while (client_.has_message()) {
    auto answer
      = client_.receive<messages::stream_acknowledged>(core::duration::zero());
    if (!answer)
      return;
    for (auto& [task, why] : answer->refused) {
      auto position = positions_.at(task);
      if (why.retry_after > core::duration::zero() && !why.is_permanent) {
        entries_[position].at = stage::due;
        --sent_;
        due_.emplace(now + why.retry_after, position);
      } else {
        refuse(position, false, core::to_string(why), refused);
      }
    }
  }
}

void feeder::refuse(size_t position, bool is_by_need, std::string why,
                    std::vector<refusal>& refused) {
  // What needs it cannot be submitted: nobody knows of it.
  std::vector<refusal> next{{position, is_by_need, std::move(why)}};
  while (!next.empty()) {
    auto x = std::move(next.back());
    next.pop_back();
    if (entries_[x.position].at >= stage::decided)
      continue;
    decide(x.position, stage::ended);
    auto& name = plan_.tasks[x.position].spec.name;
    for (auto dependent : entries_[x.position].dependents)
      next.push_back({dependent, true,
                      fmt::format("it needs '{}', which was refused", name)});
    refused.push_back(std::move(x));
  }
}

void feeder::decide(size_t position, stage to) {
  auto& x = entries_[position];
  if (x.at == stage::sent)
    --sent_;
  x.at = to;
}

std::vector<feeder::refusal> feeder::give_up(const std::string& why) {
  std::vector<refusal> refused;
  due_.clear();
  for (size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].at < stage::decided) {
      decide(i, stage::ended);
      refused.push_back({i, false, why});
    }
  return refused;
}

} // namespace troupe::cli
