#include "agents/files.hpp"

#include "agents/capabilities.hpp"
#include "agents/errno_text.hpp"
#include "agents/file_descriptor.hpp"
#include "agents/glob.hpp"
#include "agents/parameters.hpp"
#include "agents/utf8.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <filesystem>

namespace troupe::agents {

namespace {

namespace fs = std::filesystem;

using core::ec;
using core::fail;
using core::json;
using core::payload;
using core::result;

/// "cannot read 'x': No such file or directory"
tl::unexpected<core::error>
refusal(std::string_view what, const std::string& path, std::string_view why) {
  return fail(ec::handler_failed,
              fmt::format("cannot {} '{}': {}", what, path, why));
}

bool path_has_nul(const std::string& path) {
  return path.find('\0') != std::string::npos;
}

result<void> write_all(const file_descriptor& to, std::string_view bytes,
                       const std::string& path) {
  while (!bytes.empty()) {
    auto n = ::write(to.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return refusal("write", path, errno_text(errno));
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

/// Closes it, as that is when some file systems tell of a full disk.
result<void> close_checked(file_descriptor fd, const std::string& path) {
  auto number = fd.release();
  if (::close(number) != 0 && errno != EINTR)
    return refusal("write", path, errno_text(errno));
  return {};
}

result<void> write_in_place(const std::string& path, std::string_view bytes,
                            int flags) {
  file_descriptor to{
    ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0666)};
  if (!to)
    return refusal("write", path, errno_text(errno));
  if (auto done = write_all(to, bytes, path); !done)
    return done;
  return close_checked(std::move(to), path);
}

/// A file beside `path` that nobody else has, made as any new file is.
result<std::pair<file_descriptor, std::string>>
make_temporary(const fs::path& path) {
  static std::atomic<uint64_t> counter = 0;
  for (;;) {
    auto name = fmt::format(".{}.{}-{}.tmp", path.filename().string(),
                            ::getpid(), ++counter);
    auto temporary = (path.parent_path() / name).string();
    file_descriptor fd{
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)};
    if (fd)
      return std::pair{std::move(fd), temporary};
    if (errno != EEXIST)
      return refusal("write", path.string(), errno_text(errno));
  }
}

result<void> replace(const std::string& path, std::string_view bytes) {
  struct stat status {};

  auto is_there = ::stat(path.c_str(), &status) == 0;
  if (is_there && S_ISDIR(status.st_mode))
    return refusal("write", path, errno_text(EISDIR));
  // A device or pipe is written to, not replaced.
  if (is_there && !S_ISREG(status.st_mode))
    return write_in_place(path, bytes, 0);
  std::error_code problem;
  auto target = fs::weakly_canonical(path, problem);
  if (problem)
    return refusal("write", path, problem.message());
  auto temporary = make_temporary(target);
  if (!temporary)
    return fail(temporary.error());
  auto& [fd, name] = *temporary;
  if (is_there)
    ::fchmod(fd.get(), status.st_mode & 07777);
  auto done = write_all(fd, bytes, path);
  if (done)
    done = close_checked(std::move(fd), path);
  if (done && ::rename(name.c_str(), target.c_str()) != 0)
    done = refusal("write", path, errno_text(errno));
  if (!done)
    ::unlink(name.c_str());
  return done;
}

result<void> make_parents(const std::string& path) {
  auto parent = fs::path{path}.parent_path();
  std::error_code problem;
  if (!parent.empty())
    fs::create_directories(parent, problem);
  if (problem)
    return refusal("make the directory", parent.string(), problem.message());
  return {};
}

} // namespace

result<std::string> read_bytes(const std::string& path, uint64_t bytes_max) {
  if (path_has_nul(path))
    return refusal("read", path.c_str(), "its name has a NUL character");
  // Opening a named pipe would else wait for who writes to it.
  file_descriptor from{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (!from)
    return refusal("read", path, errno_text(errno));

  struct stat status {};

  if (::fstat(from.get(), &status) != 0)
    return refusal("read", path, errno_text(errno));
  if (S_ISDIR(status.st_mode))
    return refusal("read", path, errno_text(EISDIR));
  if (!S_ISREG(status.st_mode))
    return refusal("read", path, "Not a regular file");
  std::string bytes;
  std::array<char, 64 * 1024> buffer;
  for (;;) {
    auto n = ::read(from.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return refusal("read", path, errno_text(errno));
    if (n == 0)
      return bytes;
    bytes.append(buffer.data(), static_cast<size_t>(n));
    if (bytes.size() > bytes_max)
      return refusal("read", path,
                     fmt::format("it has more than {} bytes; raise "
                                 "'max_bytes'",
                                 bytes_max));
  }
}

result<payload> read_file(const json& given) {
  if (auto valid = require_valid(*schema_of("file.read"), given); !valid)
    return fail(valid.error());
  parameters from{given};
  auto path = from.text("path");
  auto bytes = read_bytes(path, from.count("max_bytes", 16 << 20));
  if (!bytes)
    return fail(bytes.error());
  json result{{"path", path}, {"size", bytes->size()}};
  auto parse = from.text("parse", "text");
  if (parse == "json") {
    auto parsed = parse_json(*bytes, fmt::format("'{}'", path));
    if (!parsed)
      return fail(parsed.error());
    result["json"] = std::move(*parsed);
    return result;
  }
  auto [text, is_valid] = to_utf8(std::move(*bytes));
  result["is_text"] = is_valid;
  if (parse == "lines")
    result["lines"] = split_lines(text);
  else
    result["text"] = std::move(text);
  return result;
}

result<payload> write_file(const json& given) {
  if (auto valid = require_valid(*schema_of("file.write"), given); !valid)
    return fail(valid.error());
  parameters from{given};
  auto path = from.text("path");
  if (path_has_nul(path))
    return refusal("write", path.c_str(), "its name has a NUL character");
  if (path.empty())
    return refusal("write", path, errno_text(ENOENT));
  const auto* value = from.find("json");
  auto bytes = value != nullptr ? pretty_json(*value) : from.text("text");
  if (from.flag("make_dirs", false))
    if (auto made = make_parents(path); !made)
      return fail(made.error());
  auto done = from.flag("append", false) ? write_in_place(path, bytes, O_APPEND)
                                         : replace(path, bytes);
  if (!done)
    return fail(done.error());
  return json{{"path", path}, {"bytes", bytes.size()}};
}

result<payload> glob_files(const json& given) {
  if (auto valid = require_valid(*schema_of("file.glob"), given); !valid)
    return fail(valid.error());
  parameters from{given};
  auto found = find_files(
    {from.texts("pattern"), from.texts("exclude"), from.text("root")});
  if (!found)
    return fail(ec::handler_failed, found.error().message);
  auto files = json::array();
  auto paths = json::array();
  for (auto& file : *found) {
    paths.push_back(file.path);
    files.push_back({{"path", std::move(file.path)},
                     {"name", std::move(file.name)},
                     {"size", file.size}});
  }
  auto count = files.size();
  return json{
    {"files", std::move(files)}, {"paths", std::move(paths)}, {"count", count}};
}

} // namespace troupe::agents
