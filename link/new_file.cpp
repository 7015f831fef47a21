#include "link/new_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace troupe::link {

namespace {

auto fail_writing(const std::string& path, int number) {
  return core::fail(core::ec::system_error,
                    fmt::format("{}: it cannot be written: {}", path,
                                std::strerror(number)));
}

/// 0, or the number of what went wrong.
int write_all_to(int fd, std::string_view content, unsigned mode) {
  while (!content.empty()) {
    auto count = ::write(fd, content.data(), content.size());
    if (count < 0 && errno != EINTR)
      return errno;
    if (count > 0)
      content.remove_prefix(static_cast<size_t>(count));
  }
  if (::fchmod(fd, mode) != 0 || ::fsync(fd) != 0)
    return errno;
  return 0;
}

void sync_directory_of(const std::string& path) {
  auto slash = path.find_last_of('/');
  auto directory = slash == path.npos ? std::string{"."}
                                      : path.substr(0, slash + 1);
  auto fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return;
  ::fsync(fd);
  ::close(fd);
}

} // namespace

core::result<void> write_new_file(const std::string& path,
                                  std::string_view content, unsigned mode,
                                  bool is_overwriting) {
  // mkostemp opens it for its owner only.
  auto temporary = path + ".XXXXXX";
  auto fd = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0)
    return fail_writing(path, errno);
  auto problem = write_all_to(fd, content, mode);
  if (::close(fd) != 0 && problem == 0)
    problem = errno;
  // A link does not replace what is there, whoever is faster.
  if (problem == 0
      && (is_overwriting ? ::rename(temporary.c_str(), path.c_str())
                         : ::link(temporary.c_str(), path.c_str()))
           != 0)
    problem = errno;
  if (problem != 0 || !is_overwriting)
    ::unlink(temporary.c_str());
  if (problem == EEXIST)
    return core::fail(core::ec::duplicate,
                      fmt::format("{}: it is there already; it stays as it is",
                                  path));
  if (problem != 0)
    return fail_writing(path, problem);
  sync_directory_of(path);
  return {};
}

} // namespace troupe::link
