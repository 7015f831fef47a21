// Questions are thought about in parallel. A thought asks about all documents
// at once, twice: how rare the question's words are, which it takes together,
// and what fits best by that. It adds an agent and a queue to troupe.json's.
//
//     thought_generation [DIRECTORY [CONFIGURATION]]

#include "examples/files.hpp"
#include "examples/need.hpp"
#include "examples/scenarios/configuration.hpp"
#include "examples/scenarios/paragraphs.hpp"

#include <fmt/core.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

using examples::need;
using troupe::json;

namespace {

json count_words(troupe::task_context& ctx) {
  return examples::word_statistics(ctx.parameters().at("question"),
                                   ctx.parameters().at("document"));
}

json recognise(troupe::task_context& ctx) {
  return examples::best_paragraph(ctx.parameters().at("question"),
                                  ctx.parameters().at("document"),
                                  ctx.parameters().at("statistics"));
}

/// Asks the same about each document, and waits for all answers.
troupe::async<std::vector<json>>
ask_about_all(troupe::task_context& ctx, std::string capability, json about) {
  std::vector<troupe::async<troupe::payload>> asked;
  for (auto& document : ctx.parameters().at("documents")) {
    about["document"] = document;
    asked.push_back(ctx.ask(capability, about));
  }
  std::vector<json> answers;
  for (auto& answer : co_await ctx.when_all(std::move(asked)))
    answers.push_back(answer.value());
  co_return answers;
}

troupe::async<troupe::payload> think(troupe::task_context& ctx) {
  json about;
  about["question"] = ctx.parameters().at("question");
  auto counted = co_await ask_about_all(ctx, "count_words", about);
  about["statistics"] = examples::sum_of(counted);
  auto found = co_await ask_about_all(ctx, "pattern_recognition", about);
  co_return examples::best_of(found);
}

json consolidate(troupe::task_context& ctx) {
  std::map<std::string, uint64_t> answers_from;
  for (auto& thought : ctx.parameters().at("thoughts"))
    ++answers_from[thought.at("source").get<std::string>()];
  return answers_from;
}

} // namespace

int main(int argc, char** argv) {
  auto documents = examples::files_in(argc > 1 ? argv[1] : "docs", ".md");
  auto file = examples::load_configuration(
    argc > 2 ? argv[2] : "examples/scenarios/troupe.json");
  troupe::runtime runtime({.queues = file.queues});
  examples::employ(runtime, file.agents, examples::all_skills());
  need(runtime.add_queue({.name = "matriz_processing", .max_concurrent = 10}));
  need(runtime.add_agent(
    troupe::agent_definition{"matriz_cognitive_engine"}
      .slots(5)
      .on("thought_generation", think)
      .on("count_words", count_words)
      .on("pattern_recognition", recognise)
      .on("memory_consolidation", troupe::cooperative(consolidate))));

  std::vector<std::string> questions{
    "Is a less urgent task started while a more urgent one waits?",
    "May a handler run more than once for a task?",
    "How does a coroutine wait without holding a thread?",
    "What is promised about the order of events?",
    "How long is the record of an ended task kept?"};
  troupe::task_spec memory{.name = "memory",
                           .capabilities = {"memory_consolidation"},
                           .parameters = {{"thoughts", "${thought.results}"}},
                           .queue = "matriz_processing"};
  std::vector<troupe::task_spec> graph;
  for (auto& question : questions) {
    graph.push_back(
      {.id = runtime.new_id(),
       .name = question,
       .capabilities = {"thought_generation"},
       .parameters = {{"question", question}, {"documents", documents}},
       .queue = "matriz_processing"});
    memory.dependencies.push_back(
      {.task = graph.back().id, .alias = "thought"});
  }
  graph.push_back(memory);
  auto ended = need(runtime.wait_all(need(runtime.submit(std::move(graph)))));

  auto is_right = !documents.empty();
  for (size_t i = 0; i < questions.size(); ++i) {
    auto& thought = ended[i].result.value();
    is_right = is_right
               && thought == examples::best_answer(questions[i], documents);
    fmt::print("{}\n{}\n\n", questions[i], thought.value("text", ""));
  }
  uint64_t remembered = 0;
  for (auto& answers : ended.back().result.value())
    remembered += answers.get<uint64_t>();
  fmt::print("answers by document: {}\n", ended.back().result.dump());
  return is_right && remembered == questions.size() ? 0 : 1;
}
