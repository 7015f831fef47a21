#include "cli/pipeline_source.hpp"

#include "agents/file_descriptor.hpp"
#include "agents/glob.hpp"
#include "cli/yaml_document.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

namespace troupe::cli {

namespace {

namespace fs = std::filesystem;

constexpr size_t mistakes_shown_max = 100;

core::result<std::vector<std::string>>
find_files(const std::vector<std::string>& patterns,
           const std::vector<std::string>& exclude) {
  auto files = agents::find_files({patterns, exclude, {}});
  if (!files)
    return core::fail(files.error());
  std::vector<std::string> result;
  for (auto& x : *files)
    result.push_back(std::move(x.path));
  return result;
}

} // namespace

core::result<std::string> read_source(const std::string& path) {
  auto descriptor
    = path == standard_input
        ? agents::file_descriptor{::dup(STDIN_FILENO)}
        : agents::file_descriptor{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  auto fail = [&] {
    return core::fail(core::ec::system_error,
                      fmt::format("cannot read '{}': {}", path,
                                  std::strerror(errno)));
  };
  if (!descriptor)
    return fail();
  std::string result;
  char buffer[1 << 16];
  // One byte more than is accepted is enough to be refused.
  while (result.size() <= yaml_limits{}.file_bytes_max) {
    auto n = ::read(descriptor.get(), buffer, sizeof buffer);
    if (n == 0)
      break;
    if (n > 0)
      result.append(buffer, static_cast<size_t>(n));
    else if (errno != EINTR)
      return fail();
  }
  return result;
}

std::optional<std::string> look_up_environment(std::string_view name) {
  auto value = std::getenv(std::string{name}.c_str());
  return value ? std::optional<std::string>{value} : std::nullopt;
}

load_options make_load_options(const std::string& file,
                               const variable_settings& settings,
                               uint32_t max_parallel) {
  load_options result;
  std::error_code ignored;
  auto here = fs::current_path(ignored);
  if (file == standard_input) {
    result.name = "pipeline";
    result.directory = here.string();
  } else {
    auto path = fs::path{file};
    result.name = path.stem().string();
    result.directory
      = fs::absolute(path, ignored).lexically_normal().parent_path().string();
  }
  result.settings = settings;
  result.environment = look_up_environment;
  result.find_files = find_files;
  result.default_slots = max_parallel > 0
                           ? max_parallel
                           : std::max(1u, std::thread::hardware_concurrency());
  return result;
}

std::string render_mistakes(const std::string& file, const mistakes& found) {
  auto list = found.sorted();
  auto name = file == standard_input ? std::string{"<stdin>"} : file;
  std::string text;
  for (size_t i = 0; i < std::min(list.size(), mistakes_shown_max); ++i)
    text += render(name, list[i]) + "\n";
  if (list.size() > mistakes_shown_max)
    text += fmt::format("{}: and {} more\n", name,
                        list.size() - mistakes_shown_max);
  return text;
}

} // namespace troupe::cli
