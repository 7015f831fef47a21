#include "cli/pipeline.hpp"

#include <algorithm>

namespace troupe::cli {

bool pipeline::has_gates() const noexcept {
  return !rate_limits.empty() || circuits
         || std::ranges::any_of(queues, [](auto& x) {
              return x.spec.when_full != core::full_policy::refuse;
            });
}

const task_group* pipeline::find_group(std::string_view group) const noexcept {
  auto i = std::ranges::find(groups, group, &task_group::name);
  return i != groups.end() ? &*i : nullptr;
}

const queue_declaration*
pipeline::find_queue(std::string_view queue) const noexcept {
  auto i = std::ranges::find_if(queues,
                                [&](auto& x) { return x.spec.name == queue; });
  return i != queues.end() ? &*i : nullptr;
}

const agent_declaration*
pipeline::find_agent(std::string_view agent) const noexcept {
  auto i = std::ranges::find_if(agents,
                                [&](auto& x) { return x.spec.id == agent; });
  return i != agents.end() ? &*i : nullptr;
}

} // namespace troupe::cli
