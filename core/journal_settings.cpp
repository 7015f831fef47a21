#include "core/journal_settings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>
#include <string_view>

namespace troupe::core {

result<void> check(const journal_settings& x) {
  std::vector<std::string> problems;
  auto not_negative = [&](std::string_view field, duration time) {
    if (time < duration::zero())
      problems.push_back(fmt::format("{}: is negative", field));
  };
  not_negative("relaxed_delay", x.relaxed_delay);
  not_negative("retention.age", x.retention.age);
  not_negative("audit.age", x.audit.age);
  if (x.sweep_interval <= duration::zero())
    problems.emplace_back("sweep_interval: must be more than zero");
  std::set<std::string_view> named;
  for (size_t i = 0; i < x.queues.size(); ++i) {
    auto& queue = x.queues[i];
    if (queue.queue.empty())
      problems.push_back(fmt::format("queues[{}].queue: is empty", i));
    else if (!named.insert(queue.queue).second)
      problems.push_back(
        fmt::format("queues[{}].queue: '{}' is there twice", i, queue.queue));
    not_negative(fmt::format("queues[{}].keep.age", i), queue.keep.age);
  }
  if (problems.empty())
    return {};
  return fail(ec::invalid_argument,
              fmt::format("journal settings: {}", fmt::join(problems, "; ")));
}

} // namespace troupe::core
