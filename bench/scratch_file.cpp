#include "bench/scratch_file.hpp"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace troupe::bench {

scratch_file::scratch_file() {
  const auto* chosen = std::getenv("TROUPE_BENCH_DIR");
  directory_ = chosen != nullptr ? chosen : "/var/tmp";
  directory_ += "/troupe_bench.XXXXXX";
  if (::mkdtemp(directory_.data()) == nullptr)
    throw std::runtime_error{"cannot make the directory " + directory_};
  path_ = directory_ + "/journal";
}

scratch_file::~scratch_file() {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

double scratch_file::bytes() const {
  double sum = 0;
  for (auto& x : std::filesystem::directory_iterator(directory_))
    sum += static_cast<double>(x.file_size());
  return sum;
}

} // namespace troupe::bench
