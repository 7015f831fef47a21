#pragma once

#include "core/journal_batch.hpp"
#include "core/journal_settings.hpp"
#include "messages/tasks.hpp"

#include <cstdint>
#include <vector>

namespace troupe::messages {

/// From the manager to the journal: something waits to be written, and somebody
/// waits for that, or it may take its time.
struct write_journal {
  bool is_urgent = false;
};

/// Back: all up to this batch is safe.
struct journal_committed {
  uint64_t batch = 0;
};

/// Back: it cannot write, or can again (code `none`).
struct journal_condition {
  core::error trouble;
};

/// Back: which of the tasks that have ended are still needed?
struct ask_needed {};

/// To the journal, in answer: these, by their numbers, and no others.
struct forget_others {
  std::vector<uint64_t> needed;
};

/// Whoever decides what is written, for a narrow view of it.
using journal_client_actor
  = compat::actor<void(journal_committed), void(journal_condition),
                  void(ask_needed)>;

/// To the journal: the sender is its client from now on.
struct attach_journal_client {};

/// The answer to list_tasks, from the journal.
struct tasks_found {
  core::error failure;
  core::task_page page;
};

/// To the manager: keep this beside the tasks. Answered when it is safe;
/// without a journal at once. With the journal's error if it cannot be written
/// now: it is kept in memory then, and written as soon as it can be.
struct keep_document {
  /// Without a kind there is only the audit log's entry, and nobody waits until
  /// that is written.
  core::document what;
  /// Who did what to make it so; nothing if it has no action.
  core::audit_entry audit = {};
};

/// To the journal: which tasks have these keys?
struct find_keys {
  std::vector<core::key_question> keys;
};

/// Those that are there, each once or more.
struct keys_found {
  core::error failure;
  std::vector<core::task_record> tasks;
};

/// To the journal: who did what?
struct list_audit {
  core::audit_query query;
};

struct audit_found {
  core::error failure;
  core::audit_page page;
};

struct get_journal {};

/// The JOURNAL writes down what the manager decides, and answers for tasks that
/// the manager has forgotten.
using journal_actor
  = compat::actor<void(write_journal), void(forget_others),
                  void(attach_journal_client), task_found(get_task),
                  tasks_found(list_tasks), keys_found(find_keys),
                  audit_found(list_audit), core::journal_status(get_journal)>;

} // namespace troupe::messages
