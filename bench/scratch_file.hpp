#pragma once

#include <string>

namespace troupe::bench {

/// A path for a database in a directory of its own, which goes with it. On a
/// disk: in TROUPE_BENCH_DIR, or else in /var/tmp, since /tmp may be memory.
class scratch_file {
public:
  scratch_file();
  ~scratch_file();
  scratch_file(const scratch_file&) = delete;
  scratch_file& operator=(const scratch_file&) = delete;

  const std::string& path() const noexcept {
    return path_;
  }

  /// Of all files of the database.
  double bytes() const;

private:
  std::string directory_;
  std::string path_;
};

} // namespace troupe::bench
