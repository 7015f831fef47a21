// One task per file, all at once, and one that puts together what they found:
// dependencies that share an alias stand for the list of their results.
//
//     fan_out_fan_in [DIRECTORY]

#include "actors/troupe.hpp"
#include "examples/files.hpp"
#include "examples/need.hpp"

#include <fmt/core.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

using examples::need;
using troupe::json;

namespace {

using word_counts = std::map<std::string, uint64_t>;

void count(word_counts& counts, const std::string& path) {
  for (auto& word : examples::words_of(examples::read_file(path)))
    ++counts[word];
}

json count_words(troupe::task_context& ctx) {
  word_counts counts;
  count(counts, ctx.parameters().at("path"));
  return counts;
}

json add_up(troupe::task_context& ctx) {
  word_counts sum;
  for (auto& part : ctx.parameters().at("parts"))
    for (auto& [word, times] : part.get<word_counts>())
      sum[word] += times;
  return sum;
}

} // namespace

int main(int argc, char** argv) {
  auto files = examples::files_in(argc > 1 ? argv[1] : "core", ".hpp");
  // At most four files are looked at at any time, however many there are.
  troupe::runtime runtime({.queues = {{.name = "files", .max_concurrent = 4}}});
  need(runtime.add_agent(troupe::agent_definition{"counter"}
                           .slots(8)
                           .on("count_words", count_words)
                           .on("add_up", add_up)));

  troupe::task_spec total{.name = "total",
                          .capabilities = {"add_up"},
                          .parameters = {{"parts", "${part.results}"}}};
  std::vector<troupe::task_spec> graph;
  for (auto& path : files) {
    graph.push_back({.id = runtime.new_id(),
                     .name = "count " + path,
                     .capabilities = {"count_words"},
                     .parameters = {{"path", path}},
                     .queue = "files"});
    total.dependencies.push_back({.task = graph.back().id, .alias = "part"});
  }
  graph.push_back(total);
  auto ids = need(runtime.submit(std::move(graph)));
  auto found = need(runtime.wait(ids.back())).result.value();

  word_counts expected;
  for (auto& path : files)
    count(expected, path);
  fmt::print("{} files, {} different words, 'task' {} times\n", files.size(),
             found.size(), found.value("task", 0));
  return !files.empty() && found == json(expected) ? 0 : 1;
}
