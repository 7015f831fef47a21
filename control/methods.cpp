#include "control/methods.hpp"

#include "core/task_json.hpp"

#include <algorithm>

namespace troupe::control {

namespace {

std::vector<method> gather() {
  std::vector<method> result;
  for (auto part :
       {task_methods(), order_methods(), queue_methods(), agent_methods(),
        circuit_methods(), schedule_methods(), dead_letter_methods(),
        event_methods(), journal_methods(), manager_methods()})
    result.insert(result.end(), part.begin(), part.end());
  std::ranges::sort(result, {}, &method::name);
  return result;
}

} // namespace

std::span<const method> all_methods() {
  static const auto all = gather();
  return all;
}

core::result<core::json> done(core::result<void> x) {
  if (!x)
    return core::fail(std::move(x.error()));
  return core::json::object();
}

core::json page_of(const core::task_page& x) {
  auto list = core::json::array();
  for (auto& task : x.tasks)
    list.push_back(core::to_json(task));
  core::json result{{"tasks", std::move(list)}};
  if (!x.next.is_nil())
    result["next"] = core::to_string(x.next);
  return result;
}

} // namespace troupe::control
