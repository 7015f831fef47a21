#pragma once

#include "storage/journal.hpp"

#include <map>
#include <memory>
#include <utility>

namespace troupe::storage {

/// All that has been committed to a memory_journal: a value; whoever copies it
/// has what a process would find that starts at this moment.
struct memory_content {
  uint64_t sequence = 0;
  uint64_t last_number = 0;
  /// By number.
  std::map<uint64_t, core::task_image> tasks = {};
  std::map<core::task_id, uint64_t> numbers = {};
  /// By kind and name.
  std::map<std::pair<std::string, std::string>, core::payload> documents = {};
  std::vector<core::audit_entry> audit = {};
  /// Entries that were forgotten.
  uint64_t audit_forgotten = 0;
};

/// A journal for tests and simulations: its content lives as long as somebody
/// holds it, and the next journal that is made of it goes on from there.
class memory_journal final : public journal {
public:
  explicit memory_journal(std::shared_ptr<memory_content> content
                          = std::make_shared<memory_content>());

  const memory_content& content() const noexcept {
    return *content_;
  }

  /// The next so many commits fail, and nothing of them is there.
  void fail_commits(uint64_t count, core::error why);

  /// The next commit that has so many parts (tasks, documents and entries of
  /// the audit log, in this order, and the end) fails at that part: 0 is the
  /// first. Nothing of it is there.
  void fail_at(uint64_t part, core::error why);

  core::result<void> commit(const core::journal_batch& batch) override;

  void tidy_up() noexcept override {
  }

  uint64_t sequence() const noexcept override {
    return content_->sequence;
  }

  uint64_t last_number() const noexcept override {
    return content_->last_number;
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
         const std::function<core::result<void>(const core::task_image&)>& on
         = {},
         const std::function<core::result<void>()>& before = {}) override;
  core::result<journal_info> info() override;

private:
  /// Whether the image may follow on what is there.
  core::result<void> check(const core::task_image& image) const;
  core::result<void> check_parts(const core::journal_batch& batch);
  void apply(const core::task_image& image);

  std::shared_ptr<memory_content> content_;
  uint64_t failing_ = 0;
  std::optional<uint64_t> failing_part_;
  core::error why_;
};

} // namespace troupe::storage
