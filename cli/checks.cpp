#include "cli/checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

namespace troupe::cli {

namespace {

constexpr size_t dependencies_max = 2'000'000;

template <class List, class F>
std::vector<std::string> names_of(const List& list, F name) {
  std::vector<std::string> result;
  result.reserve(list.size());
  for (auto& x : list)
    result.push_back(name(x));
  return result;
}

bool has_all(const agent_declaration& agent,
             const std::vector<std::string>& capabilities) {
  return std::ranges::all_of(capabilities, [&](auto& x) {
    return std::ranges::find(agent.spec.capabilities, x)
             != agent.spec.capabilities.end()
           || std::ranges::find(agent.has, x) != agent.has.end();
  });
}

class checker {
public:
  checker(const pipeline& p, mistakes& found) : pipeline_(p), found_(found) {
    for (auto& x : p.groups)
      groups_.emplace(x.name, &x);
  }

  void run() {
    for (auto& group : pipeline_.groups)
      // Tasks of a fan-out differ by their elements only, which may reach into
      // any of this; what they have in common is reported once.
      for (auto& task : group.instances) {
        check_queue(group, task);
        check_agents(group, task);
        check_resources(group, task);
        check_labels(group, task);
        for (auto& x : task.needs)
          check_need(group, task, x);
      }
    for (auto& x : pipeline_.rate_limits)
      check_rate_limit(x);
    check_circles();
    check_size();
  }

private:
  void check_queue(const task_group& group, const task_instance& task) {
    auto& name = task.spec.queue;
    auto queue = pipeline_.find_queue(name);
    if (!queue) {
      auto names = names_of(pipeline_.queues,
                            [](auto& x) { return x.spec.name; });
      found_.add(
        task.queue_mark,
        fmt::format("unknown queue {} in task '{}'{}", in_quotes(name),
                    group.name,
                    suggest(name, std::span<const std::string>{names})));
    } else if (queue->is_paused) {
      found_.add(task.queue_mark,
                 fmt::format("task '{}' is in queue '{}', which is paused: the "
                             "run could not end",
                             group.name, name));
    }
  }

  void check_agents(const task_group& group, const task_instance& task) {
    auto& spec = task.spec;
    if (!spec.agent.empty() && !check_wish(group, task))
      return;
    if (spec.capabilities.empty())
      return;
    auto can = [&](auto& x) {
      return has_all(x, spec.capabilities);
    };
    if (std::ranges::any_of(pipeline_.agents, can))
      return;
    for (auto& x : spec.capabilities) {
      auto has = [&](auto& agent) {
        return has_all(agent, {x});
      };
      if (std::ranges::none_of(pipeline_.agents, has)) {
        auto names = all_capabilities();
        found_.add(
          task.capability_mark,
          fmt::format("no agent has {}, which task '{}' asks for{}",
                      in_quotes(x), group.name,
                      suggest(x, std::span<const std::string>{names})));
        return;
      }
    }
    found_.add(task.capability_mark,
               fmt::format("no agent has all that task '{}' asks for: {}",
                           group.name, fmt::join(spec.capabilities, ", ")));
  }

  /// Of the agents that can do it, one has enough of everything.
  void check_resources(const task_group& group, const task_instance& task) {
    auto& spec = task.spec;
    if (spec.resources.empty())
      return;
    auto is_bound = spec.wish == core::agent_wish::require;
    std::string small;
    for (auto& x : pipeline_.agents) {
      if (!has_all(x, spec.capabilities)
          || (is_bound && !spec.agent.empty() && x.spec.id != spec.agent))
        continue;
      if (covers(x.spec.resources, spec.resources))
        return;
      auto has = describe(x.spec.resources);
      small += fmt::format("{}'{}' has {}", small.empty() ? "" : ", ",
                           x.spec.id, has.empty() ? "none" : has);
    }
    // If no agent can do it that has been said.
    if (!small.empty())
      found_.add(task.resources_mark,
                 fmt::format("no agent has the 'resources' that task '{}' "
                             "needs, {}: {}",
                             group.name, describe(spec.resources), small));
  }

  /// Of the agents that can do it, one has the labels.
  void check_labels(const task_group& group, const task_instance& task) {
    auto& spec = task.spec;
    if (spec.placement->required.empty())
      return;
    auto is_bound = spec.wish == core::agent_wish::require;
    size_t able = 0;
    for (auto& x : pipeline_.agents) {
      if (!has_all(x, spec.capabilities)
          || (is_bound && !spec.agent.empty() && x.spec.id != spec.agent))
        continue;
      if (core::allows(*spec.placement, x.spec.labels))
        return;
      ++able;
    }
    // If no agent can do it that has been said.
    if (able > 0)
      found_.add(task.labels_mark,
                 fmt::format("no agent that can do task '{}' has the 'labels' "
                             "that it asks for: {}",
                             group.name, describe(spec.placement->required)));
  }

  /// The agent it names is there and can do it.
  bool check_wish(const task_group& group, const task_instance& task) {
    auto& spec = task.spec;
    auto agent = pipeline_.find_agent(spec.agent);
    if (!agent) {
      auto names = names_of(pipeline_.agents,
                            [](auto& x) { return x.spec.id; });
      found_.add(
        task.agent_mark,
        fmt::format("unknown agent {} in task '{}'{}", in_quotes(spec.agent),
                    group.name,
                    suggest(spec.agent, std::span<const std::string>{names})));
      return false;
    }
    if (has_all(*agent, spec.capabilities))
      return true;
    found_.add(task.agent_mark,
               fmt::format("agent '{}' has not all that task '{}' asks for: {}",
                           spec.agent, group.name,
                           fmt::join(spec.capabilities, ", ")));
    return false;
  }

  /// What it is for is there.
  void check_rate_limit(const rate_limit_declaration& x) {
    auto& only = x.limit.only;
    if (only.empty())
      return;
    auto is_for_queue = x.limit.scope == core::limit_scope::queue;
    if (!is_for_queue && x.limit.scope != core::limit_scope::capability)
      return;
    auto names = is_for_queue ? names_of(pipeline_.queues,
                                         [](auto& y) { return y.spec.name; })
                              : all_capabilities();
    if (std::ranges::find(names, only) != names.end())
      return;
    auto near = suggest(only, std::span<const std::string>{names});
    found_.add(x.only_mark,
               is_for_queue
                 ? fmt::format("unknown queue {} in rate limit '{}'{}",
                               in_quotes(only), x.limit.name, near)
                 : fmt::format("no agent has {}, which rate limit '{}' is "
                               "for{}",
                               in_quotes(only), x.limit.name, near));
  }

  std::vector<std::string> all_capabilities() const {
    std::set<std::string> result;
    for (auto& x : pipeline_.agents) {
      result.insert(x.spec.capabilities.begin(), x.spec.capabilities.end());
      result.insert(x.has.begin(), x.has.end());
    }
    return {result.begin(), result.end()};
  }

  void check_need(const task_group& group, const task_instance& task,
                  const need& x) {
    auto target = groups_.find(x.task);
    if (target == groups_.end()) {
      auto names = names_of(pipeline_.groups, [](auto& y) { return y.name; });
      std::erase(names, group.name);
      found_.add(
        x.mark,
        fmt::format("unknown task {} in 'needs' of task '{}'{}",
                    in_quotes(x.task), group.name,
                    suggest(x.task, std::span<const std::string>{names})));
      return;
    }
    if (!x.is_paired || !group.is_fan_out || target->second->instances.empty()
        || group.instances.empty())
      return;
    auto& other = *target->second;
    auto index = static_cast<size_t>(&task - group.instances.data());
    if (!other.is_fan_out)
      found_.add(x.mark, fmt::format("'each: same' in task '{}': task '{}' has "
                                     "no 'foreach'",
                                     group.name, other.name));
    else if (other.instances.size() != group.instances.size()
             || other.instances[index].element != task.element)
      found_.add(x.mark, fmt::format("'each: same' in task '{}': the 'foreach' "
                                     "of task '{}' has other elements",
                                     group.name, other.name));
  }

  /// Two large fan-outs, one needing all of the other, multiply.
  void check_size() {
    size_t total = 0;
    for (auto& group : pipeline_.groups) {
      for (auto& task : group.instances)
        for (auto& x : task.needs)
          if (auto i = groups_.find(x.task); i != groups_.end())
            total += x.is_paired ? 1 : i->second->instances.size();
      if (total > dependencies_max) {
        found_.add(group.mark,
                   fmt::format("with task '{}' there are more than {} "
                               "dependencies; put a task between that gathers",
                               group.name, dependencies_max));
        return;
      }
    }
  }

  /// Depth first, without recursion: a chain of tasks may be long.
  void check_circles() {
    enum class color { white, grey, black };
    std::map<std::string_view, color> colors;

    struct step {
      const task_group* group;
      std::vector<const need*> needs;
      size_t next = 0;
    };

    for (auto& root : pipeline_.groups) {
      if (colors[root.name] != color::white)
        continue;
      std::vector<step> path;
      auto enter = [&](const task_group& x) {
        colors[x.name] = color::grey;
        path.push_back({&x, needs_of(x)});
      };
      enter(root);
      while (!path.empty()) {
        auto& top = path.back();
        if (top.next == top.needs.size()) {
          colors[top.group->name] = color::black;
          path.pop_back();
          continue;
        }
        auto& x = *top.needs[top.next++];
        auto target = groups_.find(x.task);
        if (target == groups_.end())
          continue;
        auto& state = colors[target->second->name];
        if (state == color::white) {
          enter(*target->second);
        } else if (state == color::grey) {
          std::vector<std::string> circle;
          for (auto& y : path)
            if (!circle.empty() || y.group == target->second)
              circle.push_back(y.group->name);
          report_circle(std::move(circle), x.mark);
        }
      }
    }
  }

  void report_circle(std::vector<std::string> circle, source_mark at) {
    circle.push_back(circle.front());
    if (circle.size() == 2)
      found_.add(at, fmt::format("task '{}' needs itself", circle[0]));
    else
      found_.add(at, fmt::format("tasks need each other in a circle: {}",
                                 fmt::join(circle, " -> ")));
  }

  /// Of all tasks of the group, each place in the file once.
  static std::vector<const need*> needs_of(const task_group& group) {
    std::vector<const need*> result;
    std::set<std::pair<source_mark, std::string_view>> seen;
    for (auto& task : group.instances)
      for (auto& x : task.needs)
        if (seen.emplace(x.mark, x.task).second)
          result.push_back(&x);
    return result;
  }

  const pipeline& pipeline_;
  mistakes& found_;
  std::map<std::string_view, const task_group*> groups_;
};

} // namespace

void check_pipeline(const pipeline& p, mistakes& found) {
  checker{p, found}.run();
}

} // namespace troupe::cli
