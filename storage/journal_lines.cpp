#include "storage/journal_lines.hpp"

#include "core/image_codec.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace troupe::storage {

namespace {

constexpr size_t pending_bytes_max = 64 * 1024;

core::error system_error(const std::string& path) {
  return {core::ec::system_error,
          fmt::format("{}: {}", path, std::strerror(errno))};
}

} // namespace

core::result<json_lines> json_lines::open(const std::string& path) {
  auto file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
                     0666);
  if (file < 0)
    return core::fail(system_error(path));
  return json_lines{path, file};
}

json_lines::json_lines(std::string path, int file) noexcept
  : path_(std::move(path)), file_(file) {
  // nop
}

json_lines::json_lines(json_lines&& other) noexcept
  : path_(std::move(other.path_)),
    file_(std::exchange(other.file_, -1)),
    pending_(std::move(other.pending_)) {
  // nop
}

json_lines& json_lines::operator=(json_lines&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(file_, other.file_);
  std::swap(pending_, other.pending_);
  return *this;
}

json_lines::~json_lines() {
  if (file_ >= 0)
    ::close(file_);
}

core::result<void> json_lines::add(std::string_view line) {
  pending_ += line;
  pending_ += '\n';
  if (pending_.size() < pending_bytes_max)
    return {};
  return flush();
}

core::result<void> json_lines::add(const core::task_image& image) {
  core::encode_image(image, pending_);
  return add(std::string_view{});
}

core::result<void> json_lines::flush() {
  std::string_view rest = pending_;
  while (!rest.empty()) {
    auto written = ::write(file_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0) {
      pending_.clear();
      return core::fail(system_error(path_));
    }
    rest.remove_prefix(static_cast<size_t>(written));
  }
  pending_.clear();
  return {};
}

core::result<void> json_lines::sync() {
  if (auto done = flush(); !done)
    return done;
  if (::fsync(file_) != 0)
    return core::fail(system_error(path_));
  return {};
}

core::result<uint64_t> archive_and_forget(journal& from,
                                          const retention_order& order,
                                          json_lines& to) {
  return from.forget(
    order, [&](const core::task_image& image) { return to.add(image); },
    [&] { return to.sync(); });
}

} // namespace troupe::storage
