#include "actors/runtime.hpp"
#include "actors/runtime_impl.hpp"

#include <utility>

namespace troupe::actors {

core::result<core::task_page>
runtime::dead_letters(core::dead_letter_query query) {
  return impl_->board().ask<core::task_page>(
    &assembly::manager, messages::list_dead_letters{std::move(query)});
}

core::result<core::task_id> runtime::impl::replay(const core::task_spec& dead,
                                                  const core::replay_edit& edit,
                                                  const std::string& by) {
  std::vector<core::task_spec> specs;
  specs.push_back(core::replay(dead, edit, env.ids->next(env.now())));
  return submit(std::move(specs), user(by)).map([](const auto& made) {
    return made.front().id;
  });
}

core::result<core::task_id>
runtime::replay_dead_letter(const core::task_id& id,
                            const core::replay_edit& edit,
                            const std::string& by) {
  // Whether it is one the manager decides, when it accepts the new task.
  return get(id).and_then([&](const core::task_record& dead) {
    return impl_->replay(*dead.spec, edit, by);
  });
}

core::result<replay_report>
runtime::replay_dead_letters(core::dead_letter_query query,
                             const core::replay_edit& edit,
                             const std::string& by) {
  replay_report report;
  query.limit = 1000;
  do {
    auto page = dead_letters(query);
    if (!page)
      return core::fail(std::move(page).error());
    for (auto& dead : page->tasks) {
      auto made = impl_->replay(*dead.spec, edit, by);
      if (made)
        report.accepted.push_back(*made);
      else
        report.refused.push_back({dead.id(), std::move(made).error()});
    }
    query.after = page->next;
  } while (!query.after.is_nil());
  return report;
}

core::result<void> runtime::drop_dead_letter(const core::task_id& id,
                                             const std::string& by) {
  return impl_->board().tell(&assembly::manager,
                             messages::drop_dead_letter{id, impl_->user(by)});
}

core::result<uint64_t> runtime::drop_dead_letters(core::dead_letter_query query,
                                                  const std::string& by) {
  return impl_->board()
    .ask<messages::dead_letters_dropped>(
      &assembly::manager,
      messages::drop_dead_letters{std::move(query), impl_->user(by)})
    .map([](const auto& x) { return x.count; });
}

} // namespace troupe::actors
