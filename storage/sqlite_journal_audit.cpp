#include "storage/sqlite_journal_impl.hpp"
#include "storage/task_filter.hpp"

namespace troupe::storage {

core::result<core::audit_page>
sqlite_journal::list_audit(const core::audit_query& query) {
  core::audit_page page;
  auto limit = page_limit(query);
  auto steps = list_steps_max;
  auto& rows = select_audit_;
  rows.bind(1, static_cast<int64_t>(query.after));
  uint64_t last = query.after;
  for (;;) {
    auto row = rows.step();
    if (!row)
      return core::fail(std::move(row.error()));
    if (!*row)
      return page;
    if (steps-- == 0 || page.entries.size() >= limit)
      break;
    last = static_cast<uint64_t>(rows.integer(0));
    core::audit_entry entry{rows.time(1), std::string{rows.text(2)},
                            std::string{rows.text(3)}, rows.id(4),
                            std::string{rows.text(5)}};
    if (matches(query, entry))
      page.entries.push_back({last, std::move(entry)});
  }
  rows.reset();
  page.next = last;
  return page;
}

core::result<sqlite_journal::audit_head>
sqlite_journal::aged_audit(const audit_retention_order& order) {
  auto rows = database_.prepare("SELECT sequence, at, hash FROM audit WHERE "
                                "sequence < ? ORDER BY sequence LIMIT ?");
  if (!rows)
    return core::fail(std::move(rows.error()));
  // The last one says where the next goes on.
  rows->bind(1, static_cast<int64_t>(state_.audit_entries));
  rows->bind(2, static_cast<int64_t>(order.steps));
  audit_head head;
  for (;;) {
    auto row = rows->step();
    if (!row)
      return core::fail(std::move(row.error()));
    if (!*row)
      return head;
    auto sequence = static_cast<uint64_t>(rows->integer(0));
    auto kept = state_.audit_entries - sequence + 1;
    if (rows->time(1) >= order.before && kept <= order.count_max)
      return head;
    ++head.count;
    head.last = sequence;
    head.hash = rows->text(2);
  }
}

core::result<void> sqlite_journal::erase(const audit_head& head) {
  next_ = state_;
  if (auto done = begin_.run(); !done)
    return done;
  auto gone = database_.prepare("DELETE FROM audit WHERE sequence <= ?");
  if (!gone)
    return core::fail(std::move(gone.error()));
  gone->bind(1, static_cast<int64_t>(head.last));
  if (auto done = gone->run(); !done)
    return done;
  // From there on the chain is checked.
  auto base
    = database_.prepare("INSERT OR REPLACE INTO audit_base VALUES (1, ?, ?)");
  if (!base)
    return core::fail(std::move(base.error()));
  base->bind(1, static_cast<int64_t>(head.last));
  base->bind_blob(2, head.hash);
  if (auto done = base->run(); !done)
    return done;
  return end_transaction();
}

core::result<uint64_t>
sqlite_journal::forget_audit(const audit_retention_order& order) {
  if (auto may = may_write(); !may)
    return core::fail(std::move(may.error()));
  auto head = aged_audit(order);
  if (!head)
    return core::fail(std::move(head.error()));
  if (head->count == 0)
    return 0;
  if (auto done = erase(*head); !done) {
    take_back();
    return core::fail(std::move(done.error()));
  }
  queues_.accept();
  state_ = next_;
  checkpoint_if_due();
  return head->count;
}

} // namespace troupe::storage
