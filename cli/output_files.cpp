#include "cli/output_files.hpp"

#include "agents/subprocess.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace troupe::cli {

namespace {

namespace fs = std::filesystem;

constexpr auto draw_time_max = std::chrono::seconds{120};

core::result<void> cannot_write(const std::string& path, int reason) {
  return core::fail(core::ec::system_error,
                    fmt::format("cannot write '{}': {}", path,
                                std::strerror(reason)));
}

core::result<void> write_stream(const std::string& path,
                                std::string_view text) {
  errno = 0;
  std::ofstream out{path, std::ios::binary | std::ios::trunc};
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  if (!out)
    return cannot_write(path, errno != 0 ? errno : EIO);
  return {};
}

std::string directory_of(const std::string& path) {
  auto parent = fs::path{path}.parent_path().string();
  return parent.empty() ? "." : parent;
}

} // namespace

core::result<void> check_writable(const std::string& path) {
  std::error_code ignored;
  auto status = fs::status(path, ignored);
  if (fs::is_directory(status))
    return cannot_write(path, EISDIR);
  auto directory = directory_of(path);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    if (::access(path.c_str(), W_OK) != 0)
      return cannot_write(path, errno);
    return {};
  }
  if (!fs::is_directory(directory, ignored))
    return core::fail(core::ec::system_error,
                      fmt::format("cannot write '{}': there is no directory "
                                  "'{}'",
                                  path, directory));
  if (::access(directory.c_str(), W_OK) != 0)
    return cannot_write(path, errno);
  return {};
}

core::result<void> write_file(const std::string& path, std::string_view text) {
  std::error_code ignored;
  auto target = fs::path{path};
  if (fs::is_symlink(target, ignored))
    target = fs::weakly_canonical(target, ignored);
  auto status = fs::status(target, ignored);
  if (fs::exists(status) && !fs::is_regular_file(status))
    return write_stream(path, text);
  auto temporary = fmt::format("{}.{}.tmp", target.string(), ::getpid());
  if (auto done = write_stream(temporary, text); !done) {
    fs::remove(temporary, ignored);
    return done;
  }
  std::error_code why;
  fs::rename(temporary, target, why);
  if (why) {
    fs::remove(temporary, ignored);
    return cannot_write(path, why.value());
  }
  return {};
}

core::result<void> write_graph(const std::string& path, std::string_view dot) {
  auto ending = fs::path{path}.extension().string();
  if (ending == ".dot" || ending == ".gv")
    return write_file(path, dot);
  agents::subprocess_options options;
  options.argv = {"dot", "-T" + ending.substr(1)};
  options.input = std::string{dot};
  options.capture_max = size_t{256} << 20;
  options.time_limit = draw_time_max;
  auto drawn = agents::run_subprocess(options);
  if (!drawn)
    return core::fail(core::ec::system_error,
                      fmt::format("cannot draw '{}': {}; install Graphviz, or "
                                  "write a .dot file",
                                  path, drawn.error().message));
  if (drawn->end != agents::subprocess_end::own || drawn->exit_code != 0
      || drawn->signal != 0)
    return core::fail(core::ec::system_error,
                      fmt::format("cannot draw '{}': dot failed: {}", path,
                                  drawn->err.tail));
  return write_file(path, drawn->out.bytes);
}

core::result<void> event_log::open(const std::string& path) {
  path_ = path;
  if (path.empty())
    return {};
  errno = 0;
  file_.open(path, std::ios::binary | std::ios::trunc);
  if (!file_)
    return cannot_write(path, errno != 0 ? errno : EIO);
  return {};
}

void event_log::write(const core::event& x) {
  if (path_.empty())
    return;
  file_ << core::to_json(x).dump(-1, ' ', false,
                                 core::json::error_handler_t::replace)
        << '\n';
}

void event_log::flush() {
  if (!path_.empty())
    file_.flush();
}

core::result<void> event_log::close() {
  if (path_.empty())
    return {};
  errno = 0;
  file_.close();
  if (!file_)
    return cannot_write(path_, errno != 0 ? errno : EIO);
  return {};
}

} // namespace troupe::cli
