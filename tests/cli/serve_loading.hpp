#pragma once

#include "cli/serve_file.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::cli::testing {

/// What came of reading a file of `troupe serve` or `troupe worker`.
template <class Settings>
struct loaded_settings {
  std::optional<Settings> value;
  /// As they are printed, for a file named `f`.
  std::vector<std::string> messages;
};

inline serve_load_options serve_options() {
  serve_load_options result;
  result.environment = [](std::string_view name) -> std::optional<std::string> {
    if (name == "HOME")
      return "/home/me";
    return std::nullopt;
  };
  return result;
}

inline std::vector<std::string> rendered(const mistakes& found) {
  std::vector<std::string> result;
  for (auto& x : found.sorted())
    result.push_back(render("f", x));
  return result;
}

inline loaded_settings<serve_settings> load_serve(std::string_view text) {
  mistakes found;
  loaded_settings<serve_settings> result;
  result.value = load_serve_settings(text, serve_options(), found);
  result.messages = rendered(found);
  return result;
}

inline loaded_settings<worker_settings> load_worker(std::string_view text) {
  mistakes found;
  loaded_settings<worker_settings> result;
  result.value = load_worker_settings(text, serve_options(), found);
  result.messages = rendered(found);
  return result;
}

} // namespace troupe::cli::testing
