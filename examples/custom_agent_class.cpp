// An agent as a class: it keeps something between tasks. This one learns what
// abbreviations mean, and spells them out in texts.

#include "actors/troupe.hpp"
#include "examples/need.hpp"

#include <fmt/core.h>

#include <map>
#include <memory>
#include <string>

using examples::need;

namespace {

class glossary : public troupe::agent_class {
public:
  // One slot: its handlers never run at once, so terms_ needs no lock.
  troupe::agent_definition define() override {
    auto me = self<glossary>();
    return troupe::agent_definition{"glossary"}
      .name("Glossary of abbreviations")
      .slots(1)
      .on("learn_term", me, &glossary::learn)
      .on("expand_text", me, &glossary::expand);
  }

private:
  troupe::handler_result learn(troupe::task_context& ctx) {
    auto term = ctx.parameters().at("term").get<std::string>();
    auto meaning = ctx.parameters().at("meaning").get<std::string>();
    auto [known, is_new] = terms_.try_emplace(term, meaning);
    if (!is_new && known->second != meaning)
      return troupe::fail(troupe::ec::handler_failed,
                          fmt::format("'{}' already means '{}'", term,
                                      known->second));
    return troupe::json(terms_.size());
  }

  std::string expand(troupe::task_context& ctx) {
    auto text = ctx.parameters().at("text").get<std::string>();
    for (auto& [term, meaning] : terms_) {
      for (auto at = text.find(term); at != std::string::npos;
           at = text.find(term, at + meaning.size()))
        text.replace(at, term.size(), meaning);
    }
    return text;
  }

  std::map<std::string, std::string> terms_;
};

/// The task of teaching it a term.
troupe::task_spec lesson(troupe::runtime& runtime, const char* term,
                         const char* meaning) {
  // A wrong lesson does not get better when it is repeated.
  return {.id = runtime.new_id(),
          .name = fmt::format("learn {}", term),
          .capabilities = {"learn_term"},
          .parameters = {{"term", term}, {"meaning", meaning}},
          .retry = {.max_retries = 0}};
}

} // namespace

int main() {
  troupe::runtime runtime;
  need(runtime.add_agent(std::make_shared<glossary>()));
  auto first = lesson(runtime, "DAG", "directed acyclic graph");
  auto second = lesson(runtime, "CAF", "C++ Actor Framework");
  troupe::task_spec expansion{
    .name = "expand",
    .capabilities = {"expand_text"},
    .parameters = {{"text", "CAF actors walk the DAG."}},
    .dependencies = {{.task = first.id}, {.task = second.id}}};
  auto ids = need(runtime.submit({first, second, expansion}));
  auto text = need(runtime.wait(ids.back())).result.value();
  fmt::print("{}\n", text.dump());

  auto wrong = need(
    runtime.submit(lesson(runtime, "DAG", "a loose end of wool on a sheep")));
  auto refused = need(runtime.wait(wrong));
  fmt::print("{}\n", refused.failure ? to_string(*refused.failure) : "learnt");
  auto is_right
    = text == "C++ Actor Framework actors walk the directed acyclic graph."
      && refused.status == troupe::task_status::failed;
  return is_right ? 0 : 1;
}
