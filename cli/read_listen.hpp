#pragma once

#include "cli/serve_settings.hpp"
#include "cli/yaml_reader.hpp"

namespace troupe::cli {

/// `listen` of a serving manager; nothing if it is not there.
std::optional<listen_settings> read_listen(mapping_reader& reader,
                                           mistakes& found);

/// `liveness` likewise.
core::liveness_settings read_liveness(mapping_reader& reader, mistakes& found);

} // namespace troupe::cli
