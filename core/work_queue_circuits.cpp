// What waits for a circuit to close.

#include "core/work_queue.hpp"

#include <algorithm>
#include <utility>

namespace troupe::core {

void work_queue::bar(circuit_scope scope, std::vector<circuit_bar> bars) {
  bars_.set(scope, std::move(bars));
}

void work_queue::allow_probes(std::string_view circuit, uint32_t count) {
  bars_.allow(circuit, count);
}

/// For what waits, of the circuits that admit them.
void work_queue::ask_for_probes() {
  if (bars_.is_empty() || !may_start())
    return;
  for (auto i : ready_.active_classes())
    if (auto circuit = bars_.ask(*classes_.at(i), spec_.name))
      actions_.probes.push_back(*std::move(circuit));
}

} // namespace troupe::core
