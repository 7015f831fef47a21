// Tasks that wait for somebody outside.

#include "actors/runtime.hpp"
#include "actors/runtime_impl.hpp"
#include "core/payload_size.hpp"

#include <utility>

namespace troupe::actors {

core::result<void> runtime::pause(const core::task_id& id,
                                  const std::string& by) {
  return impl_->board().tell(&assembly::manager,
                             messages::pause_task{id, impl_->user(by)});
}

core::result<void> runtime::resume(const core::task_id& id,
                                   const std::string& by) {
  return impl_->board().tell(&assembly::manager,
                             messages::resume_task{id, impl_->user(by)});
}

core::result<void> runtime::provide_input(const core::task_id& id,
                                          core::payload answer,
                                          const std::string& by) {
  auto ok = core::check_size(answer, impl_->env.payload_bytes_max, "an answer");
  if (!ok)
    return ok;
  return impl_->board().tell(&assembly::manager,
                             messages::provide_input{id, std::move(answer),
                                                     impl_->user(by)});
}

core::result<std::vector<core::pending_input>>
runtime::pending_inputs(size_t limit) {
  return impl_->board()
    .ask<messages::input_list>(&assembly::manager, messages::get_inputs{limit})
    .map([](auto x) { return std::move(x.inputs); });
}

} // namespace troupe::actors
