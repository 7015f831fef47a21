#include "control/methods.hpp"
#include "control/task_fields.hpp"
#include "core/nearest.hpp"
#include "core/task_json.hpp"

#include <fmt/format.h>

#include <array>
#include <map>

namespace troupe::control {

namespace {

constexpr uint64_t tasks_max = 1000;

/// Gives dependencies that go by names the ids of the tasks that have them.
void resolve_names(request& x, std::vector<named_task>& tasks) {
  std::map<std::string_view, std::vector<core::task_id>> by_name;
  std::vector<std::string_view> names;
  for (auto& task : tasks) {
    by_name[task.spec.name].push_back(task.spec.id);
    names.push_back(task.spec.name);
  }
  for (size_t i = 0; i < tasks.size(); ++i)
    for (size_t k = 0; k < tasks[i].names.size(); ++k) {
      auto& name = tasks[i].names[k];
      if (name.empty())
        continue;
      auto found = by_name.find(name);
      if (found != by_name.end() && found->second.size() == 1)
        tasks[i].spec.dependencies[k].task = found->second.front();
      else
        x.arguments.complain(
          fmt::format("tasks.{}.dependencies.{}", i, k),
          found == by_name.end()
            ? fmt::format("names '{}', which is no id, and no task of this "
                          "submission{}",
                          name, core::did_you_mean(name, names))
            : fmt::format("names '{}', and there are {} tasks of that name",
                          name, found->second.size()));
    }
}

std::vector<named_task> read_tasks(request& x, core::json list) {
  std::vector<named_task> result;
  for (size_t i = 0; i < list.size(); ++i) {
    auto& task = result.emplace_back(
      read_task(std::move(list[i]), fmt::format("tasks.{}", i), x.arguments));
    if (task.spec.id.is_nil())
      task.spec.id = x.around.troupe.new_id();
    if (task.spec.owner.empty())
      task.spec.owner = x.by;
  }
  resolve_names(x, result);
  return result;
}

core::result<core::json> submit_one(request& x, core::json from) {
  auto task = read_task(std::move(from), "task", x.arguments);
  for (auto& name : task.names)
    if (!name.empty())
      x.arguments.complain("task.dependencies",
                           fmt::format("names '{}', which is no id", name));
  if (auto good = x.arguments.finish(); !good)
    return core::fail(std::move(good.error()));
  if (task.spec.owner.empty())
    task.spec.owner = x.by;
  auto accepted = x.around.troupe.submit_or_find(std::move(task.spec));
  if (!accepted)
    return core::fail(std::move(accepted.error()));
  return core::json{{"ids", {core::to_string(accepted->id)}},
                    {"is_new", accepted->is_new}};
}

core::json texts_of(const std::vector<core::task_id>& ids) {
  auto result = core::json::array();
  for (auto& id : ids)
    result.push_back(core::to_string(id));
  return result;
}

core::result<core::json> submit_tasks(request& x) {
  auto one = x.arguments.any("task");
  auto list = x.arguments.list("tasks");
  if (x.arguments.has("task") == x.arguments.has("tasks"))
    x.arguments.complain("task", "or 'tasks' says what is submitted, and not "
                                 "both");
  if (one && !list)
    return submit_one(x, std::move(*one));
  auto tasks = read_tasks(x, std::move(list).value_or(core::json::array()));
  if (auto good = x.arguments.finish(); !good)
    return core::fail(std::move(good.error()));
  std::vector<core::task_spec> specs;
  specs.reserve(tasks.size());
  for (auto& task : tasks)
    specs.push_back(std::move(task.spec));
  if (specs.empty())
    return core::json{{"ids", core::json::array()}};
  auto accepted = x.around.troupe.submit(std::move(specs));
  if (!accepted)
    return core::fail(std::move(accepted.error()));
  return core::json{{"ids", texts_of(*accepted)}};
}

core::result<core::json> get_task(request& x) {
  return with_task(x, [&](const core::task_id& id) -> core::result<core::json> {
    auto record = x.around.troupe.get(id);
    if (!record)
      return core::fail(std::move(record.error()));
    return core::to_json(*record);
  });
}

core::result<core::json> list_tasks(request& x) {
  auto& in = x.arguments;
  core::task_query query;
  query.status = in.choice("status", core::task_status_last);
  query.queue = in.text("queue").value_or("");
  query.owner = in.text("owner").value_or("");
  query.tag = in.text("tag").value_or("");
  query.name = in.text("name").value_or("");
  query.parent = in.id("parent").value_or(core::task_id{});
  query.after = in.id("after").value_or(core::task_id{});
  query.limit = static_cast<uint32_t>(
    in.count("limit", 1, tasks_max).value_or(query.limit));
  auto is_journal = in.boolean("journal").value_or(false);
  if (auto good = in.finish(); !good)
    return core::fail(std::move(good.error()));
  auto page = is_journal ? x.around.troupe.list_journal(std::move(query))
                         : x.around.troupe.list(std::move(query));
  if (!page)
    return core::fail(std::move(page.error()));
  return page_of(*page);
}

core::result<core::json> wait_for_tasks(request& x) {
  x.arguments.require("tasks");
  auto ids = x.arguments.ids("tasks").value_or(std::vector<core::task_id>{});
  auto timeout = x.arguments.seconds("timeout_seconds", wait_max)
                   .value_or(core::duration::zero());
  if (auto good = x.arguments.finish(); !good)
    return core::fail(std::move(good.error()));
  auto ended = x.around.troupe.wait_all(ids, timeout);
  if (!ended && ended.error().code == core::ec::timeout)
    return core::json{{"ended", false}};
  if (!ended)
    return core::fail(std::move(ended.error()));
  auto list = core::json::array();
  for (auto& record : *ended)
    list.push_back(core::to_json(record));
  return core::json{{"ended", true}, {"tasks", std::move(list)}};
}

core::result<core::json> explain_task(request& x) {
  return with_task(x, [&](const core::task_id& id) -> core::result<core::json> {
    auto text = x.around.troupe.explain(id);
    if (!text)
      return core::fail(std::move(text.error()));
    return core::json{{"explanation", std::move(*text)}};
  });
}

constexpr std::array<method, 5> task_table{{
  {"tasks.submit", submit_tasks},
  {"tasks.get", get_task},
  {"tasks.list", list_tasks},
  {"tasks.wait", wait_for_tasks},
  {"tasks.explain", explain_task},
}};

} // namespace

std::span<const method> task_methods() {
  return task_table;
}

} // namespace troupe::control
