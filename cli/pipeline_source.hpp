#pragma once

#include "cli/mistakes.hpp"
#include "cli/pipeline_file.hpp"

#include <cstdint>
#include <string>

namespace troupe::cli {

/// Names standard input where a file is asked for.
inline constexpr const char* standard_input = "-";

/// All of a file, up to a bit more than can be read as YAML.
core::result<std::string> read_source(const std::string& file);

/// What a pipeline of that file is read with: this process's environment and
/// files. `max_parallel` is how many slots agents have that do not say; 0 = as
/// many as there are cores.
load_options make_load_options(const std::string& file,
                               const variable_settings& settings,
                               uint32_t max_parallel = 0);

/// A variable of this process's environment.
std::optional<std::string> look_up_environment(std::string_view name);

/// A line for each, up to a hundred.
std::string render_mistakes(const std::string& file, const mistakes& found);

} // namespace troupe::cli
