#pragma once

#include "cli/pipeline_file.hpp"
#include "cli/plan.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::cli::testing {

/// What came of reading a pipeline file.
struct loaded {
  std::optional<pipeline> value;
  /// As they are printed, for a file named `f`.
  std::vector<std::string> messages;
};

/// Options with a small environment and a few files: `a.txt`, `b.txt`,
/// `dir/c.tar.gz`.
inline load_options make_options(variable_settings settings = {}) {
  load_options result;
  result.name = "unnamed";
  result.directory = "/pipelines";
  result.settings = std::move(settings);
  result.environment = [](std::string_view name) -> std::optional<std::string> {
    if (name == "HOME")
      return "/home/me";
    return std::nullopt;
  };
  result.find_files
    = [](auto& patterns,
         auto& exclude) -> core::result<std::vector<std::string>> {
    if (patterns.at(0) == "[")
      return core::fail(core::ec::invalid_argument, "bad pattern");
    if (patterns.at(0) == "none")
      return std::vector<std::string>{};
    std::vector<std::string> all{"a.txt", "b.txt", "dir/c.tar.gz"};
    for (auto& x : exclude)
      std::erase(all, x);
    return all;
  };
  return result;
}

inline loaded load(std::string_view text, variable_settings settings = {}) {
  mistakes found;
  loaded result;
  result.value = load_pipeline(text, make_options(std::move(settings)), found);
  for (auto& x : found.sorted())
    result.messages.push_back(render("f", x));
  return result;
}

/// The plan of a file without mistakes; ids count from 1.
inline plan plan_of(const pipeline& p) {
  uint64_t next = 0;
  return make_plan(p, [&] { return core::task_id{1, ++next}; });
}

/// What a file needs besides what is tested.
inline constexpr auto one_task = "\ntasks: {t: {argv: [x]}}";

using mistake_list = std::vector<std::string>;

} // namespace troupe::cli::testing
