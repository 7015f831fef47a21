#pragma once

#include "core/journal_batch.hpp"

#include <tsl/robin_map.h>

#include <cstddef>

namespace troupe::core {

/// Gathers what goes into the next batch of a journal. Of a task or a document
/// that changes several times until then, only the last is kept.
class batch_builder {
public:
  void put(task_image&& image);
  void put(document&& document);
  void put(audit_entry&& entry);

  bool is_empty() const noexcept {
    return batch_.is_empty();
  }

  size_t tasks() const noexcept {
    return batch_.tasks.size();
  }

  /// What has gathered, under this number; nothing is left here.
  journal_batch take(uint64_t sequence);

private:
  journal_batch batch_;
  /// Where the image of a task is, by its number.
  tsl::robin_map<uint64_t, size_t> places_;
};

} // namespace troupe::core
