#include "cli/plan.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace troupe::cli {

namespace {

/// Stage of each group; the tasks of a group share it but for paired needs,
/// which cannot lower it below what the group's other needs give.
class stage_finder {
public:
  explicit stage_finder(const pipeline& p) : pipeline_(p) {
    for (size_t i = 0; i < p.groups.size(); ++i)
      positions_[p.groups[i].name] = i;
  }

  std::vector<size_t> run() {
    auto n = pipeline_.groups.size();
    std::vector<std::set<size_t>> dependents(n);
    std::vector<size_t> open(n);
    for (size_t i = 0; i < n; ++i) {
      std::set<size_t> needed;
      for (auto& task : pipeline_.groups[i].instances)
        for (auto& x : task.needs)
          needed.insert(positions_.at(x.task));
      open[i] = needed.size();
      for (auto j : needed)
        dependents[j].insert(i);
    }
    std::vector<size_t> stages(n);
    std::vector<size_t> ready;
    for (size_t i = 0; i < n; ++i)
      if (open[i] == 0)
        ready.push_back(i);
    while (!ready.empty()) {
      auto i = ready.back();
      ready.pop_back();
      for (auto j : dependents[i]) {
        stages[j] = std::max(stages[j], stages[i] + 1);
        if (--open[j] == 0)
          ready.push_back(j);
      }
    }
    return stages;
  }

  size_t position_of(const std::string& group) const {
    return positions_.at(group);
  }

private:
  const pipeline& pipeline_;
  std::map<std::string, size_t, std::less<>> positions_;
};

} // namespace

std::vector<core::task_spec> plan::specs() const {
  std::vector<core::task_spec> result;
  result.reserve(tasks.size());
  for (auto& x : tasks)
    result.push_back(x.spec);
  return result;
}

plan make_plan(const pipeline& p,
               const std::function<core::task_id()>& make_id) {
  stage_finder finder{p};
  auto stages = finder.run();
  std::vector<size_t> order(p.groups.size());
  for (size_t i = 0; i < order.size(); ++i)
    order[i] = i;
  std::ranges::stable_sort(order, {}, [&](size_t i) { return stages[i]; });
  plan result;
  // Where each group's tasks begin in the plan.
  std::vector<size_t> begins(p.groups.size());
  for (auto i : order) {
    auto& group = p.groups[i];
    begins[i] = result.tasks.size();
    for (size_t k = 0; k < group.instances.size(); ++k) {
      auto& task = group.instances[k];
      planned_task next;
      next.spec = task.spec;
      next.spec.id = make_id();
      next.group = i;
      next.stage = stages[i];
      for (auto& x : task.needs) {
        auto j = finder.position_of(x.task);
        auto size = p.groups[j].instances.size();
        auto first = begins[j] + (x.is_paired ? k : 0);
        auto last = x.is_paired ? first + 1 : first + size;
        for (auto at = first; at < last; ++at) {
          next.spec.dependencies.push_back(
            {result.tasks[at].spec.id, x.alias, x.policy});
          next.needs.push_back(at);
        }
      }
      std::ranges::sort(next.needs);
      next.needs.erase(std::unique(next.needs.begin(), next.needs.end()),
                       next.needs.end());
      result.stages = std::max(result.stages, next.stage + 1);
      result.tasks.push_back(std::move(next));
    }
  }
  return result;
}

} // namespace troupe::cli
