#include "control/methods.hpp"
#include "control/views.hpp"

#include <array>

namespace troupe::control {

namespace {

constexpr uint64_t entries_max = 1000;

core::result<core::json> get_stats(request& x) {
  if (auto good = x.arguments.finish(); !good)
    return core::fail(std::move(good.error()));
  auto status = x.around.troupe.status();
  if (!status)
    return core::fail(std::move(status.error()));
  auto result = list_of("queues", status->queues);
  result["tasks"] = to_json(status->tasks);
  uint64_t slots = 0;
  uint64_t offline = 0;
  for (auto& agent : status->agents) {
    if (agent.status == core::agent_status::offline)
      ++offline;
    else
      slots += agent.spec.max_concurrent;
  }
  result["agents"] = {
    {"total", status->agents.size()}, {"offline", offline}, {"slots", slots}};
  if (status->journal)
    result["journal"] = to_json(*status->journal);
  return result;
}

core::result<core::json> get_journal(request& x) {
  if (auto good = x.arguments.finish(); !good)
    return core::fail(std::move(good.error()));
  auto status = x.around.troupe.status();
  if (!status)
    return core::fail(std::move(status.error()));
  if (!status->journal)
    return core::fail(core::ec::invalid_argument,
                      "this manager has no journal");
  return to_json(*status->journal);
}

core::result<core::json> list_audit(request& x) {
  auto& in = x.arguments;
  core::audit_query query;
  query.task = in.id("task").value_or(core::task_id{});
  query.by = in.text("who").value_or("");
  query.action = in.text("action").value_or("");
  query.since = in.time("since").value_or(core::never);
  query.until = in.time("until").value_or(core::never);
  query.limit = static_cast<uint32_t>(
    in.count("limit", 1, entries_max).value_or(query.limit));
  query.after = in.count("after").value_or(0);
  if (auto good = in.finish(); !good)
    return core::fail(std::move(good.error()));
  auto page = x.around.troupe.list_audit(std::move(query));
  if (!page)
    return core::fail(std::move(page.error()));
  auto result = list_of("entries", page->entries);
  if (page->next != 0)
    result["next"] = page->next;
  return result;
}

constexpr std::array<method, 3> journal_table{{
  {"stats.get", get_stats},
  {"journal.status", get_journal},
  {"audit.list", list_audit},
}};

} // namespace

std::span<const method> journal_methods() {
  return journal_table;
}

} // namespace troupe::control
