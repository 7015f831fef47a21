#include "storage/journal_lock.hpp"

#include "core/payload.hpp"
#include "core/time.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

namespace troupe::storage {

namespace {

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data()
                                                          : "unknown";
}

/// Who holds the lock, in words, from what they wrote.
std::string holder(int file) {
  std::array<char, 4096> text{};
  auto size = ::pread(file, text.data(), text.size(), 0);
  auto read = core::payload::parse(
    {text.data(), size > 0 ? static_cast<size_t>(size) : 0});
  if (!read || !read->value().is_object())
    return "another process";
  auto field = [&](const char* name) {
    auto& object = read->value();
    auto i = object.find(name);
    if (i == object.end())
      return std::string{"?"};
    return i->is_string() ? i->get<std::string>() : i->dump();
  };
  return fmt::format("process {} ({}) on {}, since {}", field("pid"),
                     field("program"), field("host"), field("since"));
}

/// Only tells others whom to ask, so it is no matter if it does not succeed.
void sign(int file, const std::string& program) {
  core::time_point now = std::chrono::system_clock::now();
  auto text = core::payload{{"pid", ::getpid()},
                            {"program", program},
                            {"host", host_name()},
                            {"since", core::to_string(now)}}
                .dump()
              + "\n";
  if (::ftruncate(file, 0) != 0)
    return;
  if (::pwrite(file, text.data(), text.size(), 0) < 0)
    return;
}

} // namespace

core::result<journal_lock> journal_lock::take(const std::string& journal,
                                              const std::string& program) {
  auto path = journal + "-lock";
  auto file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0) {
    auto number = errno;
    auto is_full = number == ENOSPC || number == EDQUOT;
    return core::fail(
      is_full ? core::ec::journal_full : core::ec::journal_failed,
      fmt::format("{}: the journal's lock file cannot be opened: {}; see that "
                  "its directory is there and that this user may write in it",
                  path, std::strerror(number)));
  }
  journal_lock lock{file};
  int locked = 0;
  do
    locked = ::flock(file, LOCK_EX | LOCK_NB);
  while (locked != 0 && errno == EINTR);
  if (locked == 0) {
    sign(file, program);
    return lock;
  }
  if (errno != EWOULDBLOCK)
    return core::fail(core::ec::journal_failed,
                      fmt::format("{}: the journal's lock cannot be taken: {}",
                                  path, std::strerror(errno)));
  return core::fail(
    core::ec::journal_in_use,
    fmt::format("{}: the journal is in use by {}; end that, or name another "
                "journal",
                journal, holder(file)));
}

journal_lock::journal_lock(journal_lock&& other) noexcept
  : file_(std::exchange(other.file_, -1)) {
  // nop
}

journal_lock& journal_lock::operator=(journal_lock&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

journal_lock::~journal_lock() {
  if (file_ >= 0)
    ::close(file_);
}

} // namespace troupe::storage
