// A document goes through stages that build on each other. All queues and all
// agents of troupe.json have a part in it; the last stage waits in its queue
// until somebody starts it.
//
//     multi_stage_pipeline [DOCUMENT [CONFIGURATION]]

#include "examples/files.hpp"
#include "examples/need.hpp"
#include "examples/scenarios/checksum.hpp"
#include "examples/scenarios/configuration.hpp"
#include "examples/scenarios/workspace.hpp"

#include <fmt/core.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

using examples::need;
using troupe::json;

namespace {

/// Tasks in a row; each can refer to the results of all that are before it.
class pipeline {
public:
  explicit pipeline(troupe::runtime& runtime) : runtime_(runtime) {
  }

  void add(const char* name, const char* capability, const char* queue,
           troupe::task_priority priority, json parameters) {
    troupe::task_spec stage{.id = runtime_.new_id(),
                            .name = name,
                            .capabilities = {capability},
                            .parameters = std::move(parameters),
                            .priority = priority,
                            .queue = queue};
    for (auto& before : stages_)
      stage.dependencies.push_back({.task = before.id});
    stages_.push_back(std::move(stage));
  }

  std::vector<troupe::task_id> submit() {
    return need(runtime_.submit(std::move(stages_)));
  }

private:
  troupe::runtime& runtime_;
  std::vector<troupe::task_spec> stages_;
};

void add_stages(pipeline& to, const examples::workspace& place,
                const std::string& document) {
  using enum troupe::priority_level;
  to.add("ingest", "file_operations", "file_processing", high,
         {{"path", document}});
  to.add("analyse", "symbol_validation", "symbol_validation", high,
         {{"name", document}, {"text", "${ingest.result.text}"}});
  to.add("extract", "design_tokens", "design_system", normal,
         {{"text", "${ingest.result.text}"}});
  json record{{"document", document},
              {"crc32", "${ingest.result.crc32}"},
              {"words", "${ingest.result.words}"},
              {"issues", "${analyse.result.issues}"},
              {"tokens", "${extract.result}"}};
  json fields{{"words", "number"}, {"issues", "array"}, {"tokens", "object"}};
  to.add("consolidate", "protocol_handling", "agent_communication", normal,
         {{"value", record}, {"fields", fields}});
  to.add("store", "file_operations", "file_processing", low,
         {{"path", place.path("record.json")},
          {"write", "${consolidate.result}"}});
  to.add("copy", "backup_creation", "file_processing", low,
         {{"path", "${store.result.path}"},
          {"directory", place.path("backups")},
          {"name", "record.json"}});
  to.add("announce", "api_coordination", "integration_sync", normal,
         {{"outbox", place.path("outbox")}, {"entry", "${copy.result}"}});
}

} // namespace

int main(int argc, char** argv) {
  std::string document = argc > 1 ? argv[1] : "docs/guarantees.md";
  auto file = examples::load_configuration(
    argc > 2 ? argv[2] : "examples/scenarios/troupe.json");
  examples::workspace place;
  troupe::runtime runtime({.queues = file.queues});
  examples::employ(runtime, file.agents, examples::all_skills());

  pipeline stages{runtime};
  add_stages(stages, place, document);
  auto ids = stages.submit();
  need(runtime.wait(ids[ids.size() - 2]));
  fmt::print("announce: {}\n", need(runtime.explain(ids.back())));
  auto started = need(runtime.process_queue("integration_sync"));
  auto ended = need(runtime.wait_all(ids));
  auto is_right = started == 1;
  for (size_t i = 0; i < ended.size(); ++i) {
    fmt::print("{}: {} by {}\n", ended[i].name(), to_string(ended[i].status),
               ended[i].agent);
    is_right = is_right && ended[i].status == troupe::task_status::completed
               && (i == 0 || ended[i].started >= ended[i - 1].finished);
  }

  auto text = examples::read_file(document);
  auto copy = json::parse(
    examples::read_file(place.path("backups/record.json")), nullptr, false);
  auto outbox = json::parse(examples::read_file(place.path("outbox")), nullptr,
                            false);
  fmt::print("{}\n", outbox.dump());
  return is_right && copy.value("crc32", 0u) == examples::crc32(text)
             && copy.value("words", 0u) == examples::words_of(text).size()
             && outbox.value("path", "") == place.path("backups/record.json")
           ? 0
           : 1;
}
