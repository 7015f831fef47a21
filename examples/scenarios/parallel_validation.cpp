// The modules of a project are checked side by side, as many at once as the
// agent has slots, and a report says which passed. One was damaged on purpose:
// it fails, is corrected, and passes.
//
//     parallel_validation [PROJECT [CONFIGURATION]]

#include "examples/files.hpp"
#include "examples/need.hpp"
#include "examples/scenarios/configuration.hpp"
#include "examples/scenarios/workspace.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

using examples::need;

namespace {

/// Finds the files of a module, and checks them; the second task's id.
troupe::task_id validate(troupe::runtime& runtime, const std::string& module) {
  troupe::task_spec scan{.id = runtime.new_id(),
                         .name = "scan",
                         .capabilities = {"file_scanning"},
                         .parameters = {{"directory", module}},
                         .priority = troupe::priority_level::high,
                         .queue = "file_processing"};
  troupe::task_spec check{.name = module,
                          .capabilities = {"symbol_validation"},
                          .parameters = {{"files", "${scan.result.files}"},
                                         {"strict", true}},
                          .priority = troupe::priority_level::high,
                          .queue = "symbol_validation",
                          .dependencies = {{.task = scan.id}},
                          .retry = {.max_retries = 0}};
  return need(runtime.submit({scan, check})).back();
}

/// How many of these ran at the same time, at most.
int at_once(const std::vector<troupe::task_record>& records) {
  std::vector<std::pair<troupe::time_point, int>> changes;
  for (auto& x : records) {
    changes.emplace_back(x.started, 1);
    changes.emplace_back(x.finished, -1);
  }
  // Of the same moment, ends come first.
  std::ranges::sort(changes);
  int now = 0;
  int most = 0;
  for (auto& [when, change] : changes)
    most = std::max(most, now += change);
  return most;
}

/// A module with a header that lacks its first line and ends badly.
std::string damaged_copy(const std::filesystem::path& header,
                         const examples::workspace& place) {
  auto text = examples::read_file(header);
  text.erase(0, text.find('\n') + 1);
  std::filesystem::create_directory(place.path("damaged"));
  std::ofstream{place.path("damaged/time.hpp")} << text << "// \t";
  return place.path("damaged");
}

} // namespace

int main(int argc, char** argv) {
  std::filesystem::path project = argc > 1 ? argv[1] : ".";
  auto file = examples::load_configuration(
    argc > 2 ? argv[2] : project / "examples/scenarios/troupe.json");
  examples::workspace place;
  troupe::runtime runtime({.queues = file.queues});
  examples::employ(runtime, file.agents, examples::all_skills());

  auto damaged = damaged_copy(project / "core/time.hpp", place);
  std::vector<troupe::task_id> ids;
  for (auto* module : {"core", "messages", "actors", "agents"})
    ids.push_back(validate(runtime, (project / module).string()));
  ids.push_back(validate(runtime, damaged));
  auto ended = need(runtime.wait_all(ids));
  size_t passed = 0;
  for (auto& x : ended) {
    fmt::print("{}: {}\n", x.name(),
               x.failure ? "FAILED, " + x.failure->message
                         : "passed, " + x.result.dump());
    passed += x.status == troupe::task_status::completed ? 1 : 0;
  }
  fmt::print("{} passed, {} failed, {} at once\n", passed,
             ended.size() - passed, at_once(ended));

  auto correction = need(runtime.submit(
    {.name = "correct",
     .capabilities = {"auto_correction"},
     .parameters = {{"files", examples::files_in(damaged, ".hpp")}},
     .queue = "symbol_validation"}));
  need(runtime.wait(correction));
  auto again = need(runtime.wait(validate(runtime, damaged)));
  fmt::print("corrected: {}\n", to_string(again.status));
  auto why = ended.back().failure.value_or(troupe::error{}).message;
  return passed == 4 && at_once(ended) <= 2
             && why.find("time.hpp:1: does not begin") != std::string::npos
             && why.find("ends amid a line") != std::string::npos
             && again.status == troupe::task_status::completed
           ? 0
           : 1;
}
