// Tasks that build on each other: each says what it depends on, and takes the
// results of that into its parameters by `${...}`. Who does it needs to know
// nothing of the graph.
//
//     graph_with_results [DIRECTORY]

#include "actors/troupe.hpp"
#include "examples/files.hpp"
#include "examples/need.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

using examples::need;
using troupe::json;

namespace {

json survey(troupe::task_context& ctx) {
  auto directory = ctx.parameters().at("directory").get<std::string>();
  auto files = examples::files_in(directory, ".md");
  return {{"count", files.size()}, {"files", files}};
}

json find_largest(troupe::task_context& ctx) {
  auto files = ctx.parameters().at("files").get<std::vector<std::string>>();
  if (files.empty())
    throw troupe::failure({troupe::ec::invalid_argument, "there are no files"});
  auto size_of = [](auto& path) {
    return std::filesystem::file_size(path);
  };
  auto largest = *std::ranges::max_element(files, {}, size_of);
  return {{"path", largest}, {"bytes", size_of(largest)}};
}

json count_words(troupe::task_context& ctx) {
  auto path = ctx.parameters().at("path").get<std::string>();
  return examples::words_of(examples::read_file(path)).size();
}

std::string say(troupe::task_context& ctx) {
  return ctx.parameters().at("sentence");
}

} // namespace

int main(int argc, char** argv) {
  std::string directory = argc > 1 ? argv[1] : "docs";
  troupe::runtime runtime;
  need(runtime.add_agent(troupe::agent_definition{"librarian"}
                           .on("survey", survey)
                           .on("find_largest", find_largest)
                           .on("count_words", count_words)
                           .on("say", say)));

  // With ids of their own they can name each other before they are submitted.
  troupe::task_spec documents{.id = runtime.new_id(),
                              .name = "documents",
                              .capabilities = {"survey"},
                              .parameters = {{"directory", directory}}};
  // Nothing but a reference: the value itself, here a list.
  troupe::task_spec largest{.id = runtime.new_id(),
                            .name = "largest",
                            .capabilities = {"find_largest"},
                            .parameters
                            = {{"files", "${documents.result.files}"}},
                            .dependencies = {{.task = documents.id}}};
  troupe::task_spec words{.id = runtime.new_id(),
                          .name = "words",
                          .capabilities = {"count_words"},
                          .parameters = {{"path", "${largest.result.path}"}},
                          .dependencies = {{.task = largest.id}}};
  // Amid other text: written out. An alias is what the reference calls it.
  troupe::task_spec report{
    .name = "report",
    .capabilities = {"say"},
    .parameters = {{"sentence", "${top.result.path}, the largest of "
                                "${documents.result.count}, has "
                                "${words.result} words."}},
    .dependencies = {{.task = documents.id},
                     {.task = largest.id, .alias = "top"},
                     {.task = words.id}},
    // Evaluated when all of them have ended; if false, it is skipped.
    .condition = "${documents.result.count} > 1 and ${words.result} > 0"};

  // In any order: what depends on what is in the specs.
  auto ids = need(runtime.submit({report, words, largest, documents}));
  auto ended = need(runtime.wait(ids.front()));
  fmt::print("{}\n", ended.result.dump());

  auto files = examples::files_in(directory, ".md");
  auto top = *std::ranges::max_element(files, {}, [](auto& path) {
    return std::filesystem::file_size(path);
  });
  auto expected
    = fmt::format("{}, the largest of {}, has {} words.", top, files.size(),
                  examples::words_of(examples::read_file(top)).size());
  return ended.result.value() == expected ? 0 : 1;
}
