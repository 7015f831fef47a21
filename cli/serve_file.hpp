#pragma once

#include "cli/serve_settings.hpp"
#include "cli/substitution.hpp"

#include <optional>
#include <string_view>

namespace troupe::cli {

/// What those files are read with, besides their text.
struct serve_load_options {
  /// `${env.X}`.
  environment_lookup environment;
  /// Slots of agents that do not say how many.
  uint32_t default_slots = 4;
};

/// Reads and checks the file of `troupe serve`; docs/serve-file.md is its
/// reference. Nothing if there are mistakes, all of which are then in `found`.
std::optional<serve_settings>
load_serve_settings(std::string_view text, const serve_load_options& options,
                    mistakes& found);

/// The same for the file of `troupe worker`.
std::optional<worker_settings>
load_worker_settings(std::string_view text, const serve_load_options& options,
                     mistakes& found);

} // namespace troupe::cli
