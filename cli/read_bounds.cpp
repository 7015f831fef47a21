#include "cli/read_bounds.hpp"

#include <fmt/format.h>

#include <array>

namespace troupe::cli {

namespace {

// Names of what a task can say for itself under `with`.
constexpr std::array<std::string_view, 6> bound_keys
  = {"cpu_max",       "memory_max",    "open_files_max",
     "file_size_max", "processes_max", "output_max"};

} // namespace

agents::process_bounds read_bounds(mapping_reader& reader, mistakes& found) {
  agents::process_bounds result;
  result.directories = reader.texts("directories");
  if (auto list = reader.find("directories"))
    for (auto& x : result.directories)
      if (x.empty())
        found.add(list->mark, fmt::format("'directories' of {} has one without "
                                          "a name",
                                          reader.where()));
  auto value = reader.find("limits");
  if (!value)
    return result;
  mapping_reader inner{*value, value->mark, "'limits' of " + reader.where(),
                       bound_keys, found};
  result.limits.cpu_time = inner.duration("cpu_max");
  result.limits.memory = inner.count("memory_max", 0, UINT64_MAX);
  result.limits.open_files = inner.count("open_files_max", 0, UINT64_MAX);
  result.limits.file_size = inner.count("file_size_max", 0, UINT64_MAX);
  result.limits.processes = inner.count("processes_max", 0, UINT64_MAX);
  result.limits.output = inner.count("output_max", 0, UINT64_MAX);
  return result;
}

} // namespace troupe::cli
