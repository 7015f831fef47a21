#include "link/private_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace troupe::link {

namespace {

constexpr size_t file_bytes_max = 1024 * 1024;

class open_file {
public:
  // Not to wait for a writer, if it is a pipe.
  explicit open_file(const std::string& path) noexcept
    : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
  }

  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;

  ~open_file() {
    if (fd_ >= 0)
      ::close(fd_);
  }

  int get() const noexcept {
    return fd_;
  }

private:
  int fd_;
};

auto fail_reading(const std::string& path, const std::string& what) {
  return core::fail(core::ec::system_error,
                    fmt::format("{}: {} cannot be read: {}", path, what,
                                std::strerror(errno)));
}

core::result<std::string> read_file(const std::string& path,
                                    const std::string& what, bool is_private) {
  open_file file{path};

  struct stat status {};

  if (file.get() < 0 || ::fstat(file.get(), &status) != 0)
    return fail_reading(path, what);
  if (!S_ISREG(status.st_mode))
    return core::fail(core::ec::invalid_argument,
                      fmt::format("{}: {} is to be in a file", path, what));
  // Of the file that is open, not of what its name may stand for by now.
  if (is_private && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return core::fail(core::ec::invalid_argument,
                      fmt::format("{}: others may read {}; run chmod 600 {}",
                                  path, what, path));
  std::string content;
  char buffer[4096];
  for (;;) {
    auto count = ::read(file.get(), buffer, sizeof(buffer));
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return fail_reading(path, what);
    if (count == 0)
      return content;
    content.append(buffer, static_cast<size_t>(count));
    if (content.size() > file_bytes_max)
      return core::fail(core::ec::invalid_argument,
                        fmt::format("{}: it is too big to be {}", path, what));
  }
}

} // namespace

core::result<std::string> read_private_file(const std::string& path,
                                            const std::string& what) {
  return read_file(path, what, true);
}

core::result<std::string> read_public_file(const std::string& path,
                                           const std::string& what) {
  return read_file(path, what, false);
}

} // namespace troupe::link
