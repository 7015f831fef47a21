#pragma once

#include "cli/expand.hpp"
#include "cli/pipeline.hpp"
#include "cli/variables.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::cli {

/// What a pipeline file is read with, besides its text.
struct load_options {
  /// `${pipeline.name}` if the file does not give a name.
  std::string name;
  /// `${pipeline.dir}`.
  std::string directory;
  variable_settings settings;
  environment_lookup environment;
  file_finder find_files;
  /// Slots of agents that do not say how many.
  uint32_t default_slots = 4;
};

/// Reads and checks a whole file; docs/pipeline-file.md is its reference.
/// Nothing if there are mistakes, all of which are then in `found`.
std::optional<pipeline> load_pipeline(std::string_view text,
                                      const load_options& options,
                                      mistakes& found);

} // namespace troupe::cli
