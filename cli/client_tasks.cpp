#include "cli/client_commands.hpp"
#include "cli/client_view.hpp"
#include "cli/exit_status.hpp"
#include "cli/task_ids.hpp"
#include "cli/text_width.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::cli {

namespace {

constexpr uint64_t tasks_page_max = 1000;
constexpr uint64_t list_default = 100;

/// Does it with each of the tasks that were named; what cannot be done with one
/// keeps none of the others from it.
template <class Do>
int for_each_task(const client_task& x, Do one) {
  auto status = exit_completed;
  for (auto& text : x.options.tasks) {
    auto id = find_task(x.manager, text);
    auto done = id ? one(*id) : refuse(x.console, id.error());
    status = std::max(status, done);
  }
  return status;
}

/// Prints what it answers, or says that it is done.
int report_call(const client_task& x, const core::result<core::json>& answer,
                const std::string& sentence) {
  if (!answer)
    return refuse(x.console, answer.error());
  if (x.options.is_json)
    return x.print_json(*answer);
  x.console.print(sentence + "\n");
  return exit_completed;
}

int order(const client_task& x, const char* method, const char* participle) {
  return for_each_task(x, [&](const std::string& id) {
    auto arguments = x.options.arguments;
    arguments["task"] = id;
    return report_call(x, x.call(method, std::move(arguments)),
                       fmt::format("{} {}", participle, id));
  });
}

int show_tasks(const client_task& x) {
  return for_each_task(x, [&](const std::string& id) {
    auto task = x.call("tasks.get", {{"task", id}});
    return report_call(x, task, task ? render_task_details(*task) : "");
  });
}

int explain_tasks(const client_task& x) {
  return for_each_task(x, [&](const std::string& id) {
    auto answer = x.call("tasks.explain", {{"task", id}});
    return report_call(
      x, answer, answer ? printable(answer->value("explanation", "")) : "");
  });
}

/// Page by page, as many as were asked for.
core::result<core::json> list_all(const client_task& x) {
  auto arguments = x.options.arguments;
  auto limit = arguments.value("limit", list_default);
  auto left = limit == 0 ? UINT64_MAX : limit;
  core::json result{{"tasks", core::json::array()}};
  for (;;) {
    arguments["limit"] = std::min(left, tasks_page_max);
    auto page = x.call("tasks.list", arguments);
    if (!page)
      return page;
    for (auto& task : page->value("tasks", core::json::array())) {
      result["tasks"].push_back(std::move(task));
      --left;
    }
    auto next = page->find("next");
    if (next == page->end())
      return result;
    if (left == 0) {
      result["next"] = *next;
      return result;
    }
    arguments["after"] = *next;
  }
}

int list_some(const client_task& x) {
  auto all = list_all(x);
  if (!all)
    return refuse(x.console, all.error());
  if (x.options.is_json)
    return x.print_json(*all);
  x.console.print(
    render_task_list(all->at("tasks"), x.console.width, x.console.color));
  if (auto next = all->find("next"); next != all->end())
    x.console.print(
      fmt::format("There are more: --after {}\n", next->get<std::string>()));
  return exit_completed;
}

int retry_all(const client_task& x) {
  auto answer = x.call("tasks.retry", x.options.arguments);
  if (!answer)
    return refuse(x.console, answer.error());
  if (x.options.is_json)
    return x.print_json(*answer);
  auto ids = answer->value("ids", core::json::array());
  x.console.print(fmt::format("submitted {} task{} again\n", ids.size(),
                              ids.size() == 1 ? "" : "s"));
  auto refused = answer->value("refused", core::json::array());
  for (auto& one : refused) {
    auto why = one.value("error", core::json::object());
    x.console.complain(fmt::format("troupe: {}: {}: {}\n",
                                   one.value("task", ""), why.value("code", ""),
                                   printable(why.value("message", ""))));
  }
  return refused.empty() ? exit_completed : exit_failed;
}

int try_again(const client_task& x) {
  if (x.options.tasks.empty())
    return retry_all(x);
  return for_each_task(x, [&](const std::string& id) {
    auto arguments = x.options.arguments;
    arguments["task"] = id;
    auto answer = x.call("tasks.retry", std::move(arguments));
    return report_call(
      x, answer,
      answer ? fmt::format("submitted {} again, as {}", id,
                           answer->at("ids").at(0).get<std::string>())
             : "");
  });
}

int answer_or_list(const client_task& x) {
  if (!x.options.tasks.empty())
    return order(x, "tasks.provide_input", "answered");
  auto inputs = x.call("inputs.list", core::json::object());
  if (!inputs)
    return refuse(x.console, inputs.error());
  if (x.options.is_json)
    return x.print_json(*inputs);
  x.console.print(
    render_questions(inputs->value("inputs", core::json::array())));
  return exit_completed;
}

} // namespace

int run_on_tasks(const client_task& x) {
  switch (x.options.action) {
    case client_action::get:
      return show_tasks(x);
    case client_action::list:
      return list_some(x);
    case client_action::cancel:
      return order(x, "tasks.cancel", "cancelled");
    case client_action::pause:
      return order(x, "tasks.pause", "paused");
    case client_action::resume:
      return order(x, "tasks.resume", "resumed");
    case client_action::priority:
      return order(x, "tasks.set_priority", "set the priority of");
    case client_action::retry:
      return try_again(x);
    case client_action::input:
      return answer_or_list(x);
    case client_action::explain:
      return explain_tasks(x);
    default:
      return exit_usage;
  }
}

} // namespace troupe::cli
