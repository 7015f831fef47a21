#pragma once

#include "storage/journal.hpp"

#include <memory>
#include <string>
#include <vector>

namespace troupe::cli {

/// A journal as a run of one pipeline file sees it. The runtime gets to know,
/// when it starts, what the file's own runs have left, and besides those ended
/// tasks that are named: what is submitted can depend on them as if they had
/// ended in this process. What others have left stays where it is: this run has
/// no agents for it, and must not run another file's tasks on its own. All else
/// is passed on.
class file_journal : public storage::journal {
public:
  /// `ended` are in `base`.
  file_journal(std::unique_ptr<storage::journal> base, std::string file,
               std::vector<core::task_id> ended);

  core::result<void> commit(const core::journal_batch& batch) override;
  void tidy_up() noexcept override;
  uint64_t sequence() const noexcept override;
  uint64_t last_number() const noexcept override;

  /// Of documents only circuits: which queues are paused, the file says.
  core::result<void> load(const storage::journal_visitor& visitor) override;

  core::result<std::optional<core::task_image>>
  find(const core::task_id& id) override;

  core::result<core::task_page> list(const core::task_query& query) override;

  core::result<std::optional<core::task_image>>
  find(const core::key_question& key) override;

  core::result<core::audit_page>
  list_audit(const core::audit_query& query) override;

  core::result<uint64_t>
  forget_audit(const storage::audit_retention_order& order) override;

  core::result<uint64_t>
  forget(const storage::retention_order& order,
         const std::function<core::result<void>(const core::task_image&)>& on,
         const std::function<core::result<void>()>& before) override;

  core::result<storage::journal_info> info() override;

private:
  core::result<void>
  load_tasks(const std::function<void(core::task_image&&)>& on_task);

  std::unique_ptr<storage::journal> base_;
  std::string file_;
  std::vector<core::task_id> ended_;
};

} // namespace troupe::cli
