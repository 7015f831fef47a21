#include "actors/journal_recovery.hpp"

#include "core/async.hpp"

#include <utility>

namespace troupe::actors {

namespace {

void need(core::result<void> x) {
  if (!x)
    throw core::failure{std::move(x).error()};
}

} // namespace

journal_recovery recover(storage::journal& journal,
                         core::task_registry& registry, core::time_point now) {
  journal_recovery result;
  registry.keep_images(journal.last_number());
  core::result<void> trouble;
  storage::journal_visitor visitor;
  visitor.on_task = [&](core::task_image&& image) {
    if (auto ok = registry.restore(std::move(image)); !ok && trouble)
      trouble = std::move(ok);
  };
  visitor.on_document = [&](core::document&& x) {
    if (!x.value)
      return;
    if (x.kind == "queue")
      result.paused_queues.insert(std::move(x.name));
    else if (x.kind == "circuit")
      result.circuits.emplace(std::move(x.name), *std::move(x.value));
    else if (x.kind == "schedule")
      result.schedules.emplace(std::move(x.name), *std::move(x.value));
    else if (x.kind == "node")
      result.nodes.emplace(std::move(x.name), *std::move(x.value));
  };
  need(journal.load(visitor));
  need(std::move(trouble));
  need(registry.restored(now));
  return result;
}

} // namespace troupe::actors
