#include "cli/client_commands.hpp"

#include "cli/exit_status.hpp"

namespace troupe::cli {

core::result<core::json> client_task::call(std::string_view method,
                                           core::json arguments) const {
  if (!by.empty())
    arguments["by"] = by;
  return manager.call(method, std::move(arguments));
}

int client_task::print_json(const core::json& x) const {
  console.print(x.dump(2, ' ', false, core::json::error_handler_t::replace)
                + "\n");
  return exit_completed;
}

int run_client(const client_task& x) {
  switch (x.options.action) {
    case client_action::submit:
      return run_submit(x);
    case client_action::watch:
      return run_watch(x);
    case client_action::get:
    case client_action::list:
    case client_action::cancel:
    case client_action::pause:
    case client_action::resume:
    case client_action::priority:
    case client_action::retry:
    case client_action::input:
    case client_action::explain:
      return run_on_tasks(x);
    default:
      return run_on_parts(x);
  }
}

} // namespace troupe::cli
