#pragma once

#include "core/journal_batch.hpp"
#include "storage/sha256.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace troupe::storage {

/// Of the entry with this number, from that of the entry before and all that it
/// says: so no entry can be changed, left out or put in without changing all
/// hashes behind it. The entry before the first has a hash of zeros.
sha256_hash chain(sha256& with, const sha256_hash& before, uint64_t sequence,
                  const core::audit_entry& entry);

/// Numbers as `1-5,7`.
class number_ranges {
public:
  /// In ascending order.
  void add(uint64_t number);

  std::string text() const;

  /// The numbers of a text; `invalid_argument` if it is none.
  static core::result<std::vector<uint64_t>> parse(std::string_view text);

private:
  struct range {
    uint64_t first;
    uint64_t last;
  };

  std::vector<range> ranges_;
};

/// Gathers what one owner has submitted with one batch, for one entry.
class submission_digest {
public:
  /// In the order of their numbers; `spec` as it is stored.
  void add(const core::task_image& image, std::string_view spec);

  bool is_empty() const noexcept {
    return count_ == 0;
  }

  /// The entry, whose detail is JSON: `count`, `numbers` and `sha256`. It is
  /// empty then.
  core::audit_entry finish(std::string owner);

private:
  sha256 hash_;
  number_ranges numbers_;
  core::time_point at_ = core::never;
  uint64_t count_ = 0;
};

} // namespace troupe::storage
