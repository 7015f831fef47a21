#include "agents/program_cgroup.hpp"

#include "agents/cgroup_files.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <sstream>
#include <string>
#include <utility>

namespace troupe::agents {

namespace {

namespace fs = std::filesystem;

/// The number after `key` in a file with a `key number` per line.
uint64_t number_in(const fs::path& file, std::string_view key) {
  std::istringstream lines{read_cgroup_file(file)};
  uint64_t number = 0;
  for (std::string name; lines >> name >> number;)
    if (name == key)
      return number;
  return 0;
}

tl::unexpected<core::error> failure(std::string_view what, int number) {
  auto why = std::error_code{number, std::generic_category()}.message();
  return core::fail(core::ec::system_error, fmt::format("{}: {}", what, why));
}

/// A directory with a name that nobody has used. Those of others may still be
/// there, since a process that is killed leaves its own.
core::result<fs::path> make_directory(const fs::path& parent) {
  static std::atomic<uint64_t> last{0};
  constexpr int tries_max = 100;
  for (int i = 0; i < tries_max; ++i) {
    auto path = parent / fmt::format("troupe-{}-{}", ::getpid(), ++last);
    if (::mkdir(path.c_str(), 0755) == 0)
      return path;
    if (errno != EEXIST)
      break;
  }
  return failure(fmt::format("a control group in '{}'", parent.string()),
                 errno);
}

} // namespace

core::result<program_cgroup> program_cgroup::make(delegated_cgroup& parent,
                                                  const usage_limits& limits) {
  auto counts = limits.processes && parent.provide("pids");
  if (limits.processes && !counts)
    return core::fail(core::ec::system_error,
                      fmt::format("control groups in '{}' have no controller "
                                  "'pids'",
                                  parent.directory().string()));
  auto weighs = limits.memory && parent.provide("memory");
  auto directory = make_directory(parent.directory());
  if (!directory)
    return core::fail(directory.error());
  auto entry = open_cgroup_file(*directory / "cgroup.procs");
  auto killer = open_cgroup_file(*directory / "cgroup.kill");
  auto problem = errno;
  program_cgroup result{*directory, std::move(entry), std::move(killer)};
  if (!result.entry_)
    return failure("cgroup.procs", problem);
  // Before Linux 5.14 there is none.
  if (!result.killer_)
    return failure("cgroup.kill", problem);
  if (counts
      && !write_cgroup_file(*directory / "pids.max",
                            std::to_string(*limits.processes)))
    return failure("pids.max", errno);
  if (weighs) {
    write_cgroup_file(*directory / "memory.max",
                      std::to_string(*limits.memory));
    // Or the bound would only be how much of it is in memory.
    write_cgroup_file(*directory / "memory.swap.max", "0");
    // Half a program is of no use.
    write_cgroup_file(*directory / "memory.oom.group", "1");
  }
  return result;
}

program_cgroup::program_cgroup(fs::path directory, file_descriptor entry,
                               file_descriptor killer)
  : directory_(std::move(directory)),
    entry_(std::move(entry)),
    killer_(std::move(killer)) {
}

program_cgroup::program_cgroup(program_cgroup&& other) noexcept
  : directory_(std::exchange(other.directory_, {})),
    entry_(std::move(other.entry_)),
    killer_(std::move(other.killer_)) {
}

program_cgroup& program_cgroup::operator=(program_cgroup&& other) noexcept {
  // Each goes on with what the other had, and that one ends it.
  std::swap(directory_, other.directory_);
  std::swap(entry_, other.entry_);
  std::swap(killer_, other.killer_);
  return *this;
}

program_cgroup::~program_cgroup() {
  if (!directory_.empty())
    remove();
}

void program_cgroup::kill() noexcept {
  // The only failure is that the group is gone, and everybody with it.
  if (killer_ && ::write(killer_.get(), "1", 1) != 1)
    killer_.close();
}

uint64_t program_cgroup::killed_for_memory() const {
  return number_in(directory_ / "memory.events", "oom_kill");
}

bool program_cgroup::is_populated() const {
  return number_in(directory_ / "cgroup.events", "populated") > 0;
}

/// Who is killed takes a moment to die, and longer if the kernel is at work for
/// it; then the directory is left.
void program_cgroup::wait_until_empty() const {
  using clock = std::chrono::steady_clock;
  file_descriptor events{
    ::open((directory_ / "cgroup.events").c_str(), O_RDONLY | O_CLOEXEC)};
  auto until = clock::now() + std::chrono::seconds{2};
  while (events && is_populated()) {
    auto left
      = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now());
    if (left.count() <= 0)
      return;
    // What is read is settled; what changes after it wakes us.
    char seen[64];
    static_cast<void>(::pread(events.get(), seen, sizeof(seen), 0));
    pollfd changed{events.get(), POLLPRI, 0};
    if (is_populated())
      ::poll(&changed, 1, static_cast<int>(left.count()));
  }
}

void program_cgroup::remove() noexcept {
  try {
    kill();
    wait_until_empty();
    ::rmdir(directory_.c_str());
  } catch (...) {
    // Out of memory: it is left.
  }
}

} // namespace troupe::agents
