// What the manager does for its journal: it hands over what was decided, and
// tells nobody before that is safe.

#include "actors/manager.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace troupe::actors {

bool manager_state::is_safe() const noexcept {
  return untold_.empty() && memory_->barrier <= committed_;
}

void manager_state::record() {
  if (!registry_->has_images())
    return;
  auto images = registry_->take_images();
  auto is_urgent = std::ranges::any_of(images, [](auto& x) {
    return x.is_awaited && x.durability == core::durability::strict;
  });
  auto receipt = memory_->intake->add(std::move(images), is_urgent);
  if (is_urgent)
    memory_->barrier = receipt.batch;
  if (receipt.is_news)
    compat::send(self_, memory_->journal, messages::write_journal{is_urgent});
}

void manager_state::keep_back(std::vector<core::admissions::verdict> verdicts,
                              std::vector<done_promise> idle) {
  auto& actions = registry_->actions();
  auto is_empty = [](const core::registry_actions& x) {
    return x.events.empty() && x.answers.empty() && x.watched.empty()
           && std::ranges::all_of(x.queues, [](auto& line) {
                return line.enqueue.empty() && line.withdraw.empty();
              });
  };
  if (is_empty(actions) && verdicts.empty() && acknowledgements_.empty()
      && idle.empty())
    return;
  auto& kept = untold_.emplace_back();
  kept.batch = memory_->barrier;
  kept.actions = std::exchange(actions, {});
  actions.queues.resize(kept.actions.queues.size());
  kept.verdicts = std::move(verdicts);
  kept.acknowledgements = std::exchange(acknowledgements_, {});
  kept.idle = std::move(idle);
}

void manager_state::on_committed(uint64_t batch) {
  committed_ = std::max(committed_, batch);
  while (!untold_.empty() && untold_.front().batch <= committed_) {
    auto x = std::move(untold_.front());
    untold_.pop_front();
    tell(x.actions, std::move(x.verdicts), std::move(x.acknowledgements),
         std::move(x.idle));
    if (x.last)
      x.last();
  }
  // What had to wait until it could be forgotten.
  if (untold_.empty())
    flush();
}

void manager_state::on_condition(core::error trouble) {
  auto is_well = trouble.code == core::ec::none;
  core::event happened;
  happened.at = env_.now();
  happened.kind = is_well ? core::event_kind::journal_recovered
                          : core::event_kind::journal_degraded;
  happened.text = is_well ? std::string{} : core::to_string(trouble);
  memory_->trouble = std::move(trouble);
  // It is not about anything that has to be safe.
  messages::publish_events report;
  report.events.push_back(std::move(happened));
  compat::send(self_, bus_, std::move(report));
}

caf::result<messages::done> manager_state::keep(messages::keep_document& x) {
  if (!memory_->intake)
    return messages::done{};
  auto receipt = memory_->intake->add(std::move(x.what));
  memory_->barrier = receipt.batch;
  if (receipt.is_news)
    compat::send(self_, memory_->journal, messages::write_journal{true});
  return answer(messages::done{});
}

/// Whether there is a place for what is accepted.
core::result<void> manager_state::check_journal() const {
  auto& trouble = memory_->trouble;
  if (trouble.code == core::ec::none)
    return {};
  core::error why{trouble.code,
                  fmt::format("nothing is accepted while the journal cannot be "
                              "written: {}",
                              trouble.message)};
  return core::fail(std::move(why));
}

/// A queue that was started again is told all it has to do.
void manager_state::recover_queue(uint32_t number,
                                  messages::queue_actor queue) {
  // What was on its way to the last one is among it.
  for (auto& x : untold_)
    if (number < x.actions.queues.size())
      x.actions.queues[number] = {};
  when_safe([this, queue = std::move(queue),
             order = std::make_shared<messages::recover_tasks>(
               messages::recover_tasks{registry_->recover(number)})] {
    compat::send(self_, queue, std::move(*order));
  });
}

} // namespace troupe::actors
