#pragma once

#include "cli/serve_settings.hpp"
#include "cli/yaml_reader.hpp"

namespace troupe::cli {

/// `journal` of a serving manager: a path, or a mapping with `path` and how it
/// is used. Nothing if it is not there.
std::optional<kept_journal> read_kept_journal(mapping_reader& reader,
                                              mistakes& found);

} // namespace troupe::cli
