#pragma once

// Long because it is one class; the sources are split.

#include "storage/audit_chain.hpp"
#include "storage/journal_lock.hpp"
#include "storage/queue_counts.hpp"
#include "storage/sqlite.hpp"
#include "storage/sqlite_journal.hpp"

#include <map>
#include <string>
#include <vector>

namespace troupe::storage {

class sqlite_journal final : public journal {
public:
  sqlite_journal(std::string path, sqlite_options options);

  /// To be called once, before anything else.
  core::result<void> open();

  core::result<void> commit(const core::journal_batch& batch) override;
  void tidy_up() noexcept override;

  uint64_t sequence() const noexcept override {
    return state_.sequence;
  }

  uint64_t last_number() const noexcept override {
    return state_.last_number;
  }

  core::result<void> load(const journal_visitor& visitor) override;
  core::result<std::optional<core::task_image>>
  find(const core::task_id& id) override;
  core::result<core::task_page> list(const core::task_query& query) override;
  core::result<std::optional<core::task_image>>
  find(const core::key_question& key) override;
  core::result<core::audit_page>
  list_audit(const core::audit_query& query) override;
  core::result<uint64_t>
  forget_audit(const audit_retention_order& order) override;
  core::result<uint64_t>
  forget(const retention_order& order,
         const std::function<core::result<void>(const core::task_image&)>& on,
         const std::function<core::result<void>()>& before) override;
  core::result<journal_info> info() override;

private:
  /// What a commit changes beside rows.
  struct state {
    uint64_t sequence = 0;
    uint64_t last_number = 0;
    uint64_t audit_entries = 0;
    sha256_hash audit_hash = {};
  };

  /// An ended task that is to go.
  struct aged_task {
    core::time_point finished;
    uint64_t number;
    core::task_status status;
    int64_t queue;
  };

  core::result<void> configure();
  core::result<void> check_after_crash();
  /// To this version's format.
  core::result<void> bring_up();
  core::result<void> prepare();
  core::result<void> read_state();

  core::result<void> may_write() const;
  core::result<void> write(const core::journal_batch& batch);
  core::result<void> write(const core::task_image& image);
  core::result<void> write_new(const core::task_image& image);
  core::result<void> write_keys(const core::task_image& image);
  core::result<void> write_course(const core::task_image& image);
  core::result<void> write_outcome(const core::task_image& image);
  core::result<void> change_outcome(const core::task_image& image);
  core::result<void> write(const core::document& document);
  core::result<void> write(const core::audit_entry& entry);
  core::result<void> write_submissions();
  core::result<void> end_transaction();
  void take_back();
  submission_digest& digest_of(const std::string& owner);
  void checkpoint_if_due() noexcept;
  /// Makes room in the log, in which commits write.
  void extend_log() noexcept;

  /// The runs of numbers of tasks that have not ended, in order.
  core::result<std::vector<std::pair<uint64_t, uint64_t>>> unended_runs();
  /// Of what must be there beside those.
  core::result<std::vector<uint64_t>>
  needed_ended(const std::vector<std::pair<uint64_t, uint64_t>>& runs);
  core::result<core::task_image> image_of(uint64_t number);
  /// What the statement finds, or nothing.
  core::result<std::optional<core::task_image>>
  take_one(sqlite_statement& from);

  core::result<void> gather_aged(const retention_order& order,
                                 const queue_counts::entry& queue, bool is_all,
                                 std::vector<aged_task>& to);
  core::result<std::vector<aged_task>> aged(const retention_order& order);
  core::result<void> erase(const std::vector<aged_task>& tasks);

  /// The entries of the audit log that are to go.
  struct audit_head {
    uint64_t count = 0;
    uint64_t last = 0;
    /// Of the last.
    std::string hash = {};
  };

  core::result<audit_head> aged_audit(const audit_retention_order& order);
  core::result<void> erase(const audit_head& head);

  std::string path_;
  sqlite_options options_;
  journal_lock lock_;
  sqlite_database database_;
  queue_counts queues_;
  state state_;
  /// What it will be if the transaction is committed.
  state next_;
  sha256 hash_;
  std::map<std::string, submission_digest, std::less<>> digests_;
  /// In the log and not carried over, as far as is known.
  int wal_pages_ = 0;
  /// The log's size when it was looked at.
  int64_t wal_bytes_ = 0;
  /// Some task has a key.
  bool has_keys_ = false;

  // Used again and again.
  std::string spec_text_;
  std::string result_text_;
  std::string details_text_;

  sqlite_statement begin_;
  sqlite_statement commit_;
  sqlite_statement insert_task_;
  sqlite_statement replace_course_;
  sqlite_statement delete_course_;
  sqlite_statement insert_outcome_;
  sqlite_statement select_outcome_;
  sqlite_statement update_outcome_;
  sqlite_statement insert_blob_;
  sqlite_statement delete_blob_;
  sqlite_statement delete_outcome_;
  sqlite_statement delete_task_;
  sqlite_statement insert_key_;
  sqlite_statement delete_keys_;
  sqlite_statement replace_document_;
  sqlite_statement delete_document_;
  sqlite_statement select_documents_;
  sqlite_statement insert_audit_;
  sqlite_statement update_state_;
  sqlite_statement select_by_number_;
  sqlite_statement select_by_id_;
  sqlite_statement select_by_key_;
  sqlite_statement select_audit_;
  sqlite_statement select_unended_;
  sqlite_statement select_page_;
  sqlite_statement select_aged_;
};

} // namespace troupe::storage
