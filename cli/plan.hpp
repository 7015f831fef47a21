#pragma once

#include "cli/pipeline.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace troupe::cli {

/// A task of a plan, with its place in the graph.
struct planned_task {
  /// With its id and dependencies.
  core::task_spec spec;
  /// Position in `pipeline::groups`.
  size_t group = 0;
  /// 0 if its group needs nothing, else one more than the highest of what that
  /// needs.
  size_t stage = 0;
  /// Positions in the plan of what it needs, each once.
  std::vector<size_t> needs;
};

/// The tasks of a pipeline as they are submitted: what is needed stands before
/// what needs it, otherwise the order of the file.
struct plan {
  std::vector<planned_task> tasks;
  size_t stages = 0;

  std::vector<core::task_spec> specs() const;
};

/// `p` has been checked, so its needs lead somewhere and in no circle.
/// `make_id` is called once per task.
plan make_plan(const pipeline& p,
               const std::function<core::task_id()>& make_id);

} // namespace troupe::cli
