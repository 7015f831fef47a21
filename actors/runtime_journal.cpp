// What the runtime asks its journal.

#include "actors/runtime.hpp"
#include "actors/runtime_impl.hpp"

#include <utility>

namespace troupe::actors {

core::result<core::task_page> runtime::list_journal(core::task_query query) {
  return impl_
    ->ask_journal<messages::tasks_found>(messages::list_tasks{std::move(query)})
    .map([](auto x) { return std::move(x.page); });
}

core::result<core::audit_page> runtime::list_audit(core::audit_query query) {
  return impl_
    ->ask_journal<messages::audit_found>(messages::list_audit{std::move(query)})
    .map([](auto x) { return std::move(x.page); });
}

} // namespace troupe::actors
