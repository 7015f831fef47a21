#pragma once

#include "cli/plan.hpp"
#include "cli/run_outcome.hpp"

#include <string>
#include <vector>

namespace troupe::cli {

/// What `--graph` draws, in Graphviz's dot language: a node per task, coloured
/// by how it ended, a box around the tasks of a fan-out (which is one node if
/// it is large), and an arrow from what is needed to what needs it, dashed if a
/// failure does not cancel. `outcomes` in the order of the plan, or empty if
/// nothing has run yet.
std::string render_dot(const std::string& name,
                       const std::vector<std::string>& groups, const plan& p,
                       const std::vector<task_outcome>& outcomes);

} // namespace troupe::cli
