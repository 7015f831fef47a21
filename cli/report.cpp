#include "cli/report.hpp"

#include "core/task_json.hpp"

namespace troupe::cli {

core::json make_report(const run_outcome& run, const plan& p) {
  auto outcome = run.end == run_end::interrupted ? "interrupted"
                 : run.has_failed()              ? "failed"
                                                 : "completed";
  core::json result{
    {"pipeline", run.name},
    {"outcome", outcome},
    {"started", core::to_string(run.started)},
    {"finished", core::to_string(run.finished)},
    {"seconds",
     std::chrono::duration<double>(run.finished - run.started).count()},
  };
  if (!run.description.empty())
    result["description"] = run.description;
  auto counts = core::json::object();
  auto tasks = core::json::array();
  for (size_t i = 0; i < run.tasks.size(); ++i) {
    auto& x = run.tasks[i];
    auto& count = counts[x.status];
    count = count.is_null() ? 1 : count.get<int>() + 1;
    core::json task{{"name", x.name}};
    if (i < run.records.size() && run.records[i])
      task = core::to_json(*run.records[i]);
    task["outcome"] = x.status;
    auto needs = core::json::array();
    for (auto j : p.tasks[i].needs)
      needs.push_back(p.tasks[j].spec.name);
    task["needs"] = std::move(needs);
    tasks.push_back(std::move(task));
  }
  counts["total"] = run.tasks.size();
  result["counts"] = std::move(counts);
  result["tasks"] = std::move(tasks);
  return result;
}

} // namespace troupe::cli
