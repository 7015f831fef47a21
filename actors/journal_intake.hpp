#pragma once

#include "core/batch_builder.hpp"
#include "core/error.hpp"
#include "storage/journal.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace troupe::actors {

/// Between the manager, which decides, and the journal, which writes: what was
/// decided and is not written yet. It outlives both. Whatever has gathered
/// while a batch is written goes into the next one, so that all share the cost
/// of a commit.
class journal_intake {
public:
  explicit journal_intake(std::shared_ptr<storage::journal> journal);

  /// What is written and read, by one thread at a time: the journal actor's
  /// while it lives.
  storage::journal& journal() noexcept {
    return *journal_;
  }

  /// In which batch something will be, and whether the journal has to be told
  /// that there is one.
  struct receipt {
    uint64_t batch = 0;
    bool is_news = false;
  };

  /// `is_urgent`: somebody waits for it.
  receipt add(std::vector<core::task_image>&& images, bool is_urgent);
  receipt add(core::document&& document);
  receipt add(core::audit_entry&& entry);

  /// Writes a batch: the one that could not be written the last time, or what
  /// has gathered; returns whether more has gathered meanwhile. Errors: as
  /// storage::journal::commit(); nothing is lost then.
  core::result<bool> commit();

  /// The last batch that is safe.
  uint64_t committed() const;

  /// Tasks that wait to be written.
  uint64_t waiting() const;

private:
  enum class need : uint8_t { none, patient, urgent };

  template <class F>
  receipt add_one(bool is_urgent, F f);

  std::shared_ptr<storage::journal> journal_;
  /// For all below.
  mutable std::mutex mutex_;
  core::batch_builder next_;
  /// Of what has gathered.
  need need_ = need::none;
  /// It is being written, or could not be.
  core::journal_batch current_;
  uint64_t committed_ = 0;
};

} // namespace troupe::actors
