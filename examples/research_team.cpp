// A team on three nodes: a planner on the manager's, researchers on two others,
// a critic beside one of them and a writer beside the other. The planner has a
// document searched for each question, on whichever node is free, has the
// critic say which answers hold, asks for more where they do not, and has the
// writer make a report of it. Nobody knows where anybody is; they ask by what
// is to be done.

#include "actors/troupe.hpp"
#include "examples/files.hpp"
#include "examples/need.hpp"

#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using examples::need;
using examples::read_file;
using troupe::json;

namespace {

constexpr size_t paragraphs_max = 3;

/// The first paragraphs of a document in which all the words are.
json research(troupe::task_context& ctx) {
  auto& question = ctx.parameters();
  auto text = read_file(question.at("file").get<std::string>());
  auto found = json::array();
  for (size_t from = 0; from < text.size() && found.size() < paragraphs_max;) {
    auto to = std::min(text.find("\n\n", from), text.size());
    auto paragraph = text.substr(from, to - from);
    from = to + 2;
    auto has = [&](const json& word) {
      return paragraph.find(word.get<std::string>()) != paragraph.npos;
    };
    if (std::ranges::all_of(question.at("words"), has))
      found.push_back(std::move(paragraph));
  }
  return found;
}

/// An answer holds if somebody could read it.
bool criticise(troupe::task_context& ctx) {
  size_t letters = 0;
  for (auto& paragraph : ctx.parameters())
    letters += paragraph.get_ref<const std::string&>().size();
  return letters > 80 && letters < 8000;
}

std::string write_report(troupe::task_context& ctx) {
  std::string report;
  for (auto& [question, answer] : ctx.parameters().items())
    report += fmt::format("# {}\n\n{}\n\n", question,
                          answer.at(0).get<std::string>());
  return report;
}

json question(const std::string& file, std::vector<std::string> words) {
  return {{"file", file}, {"words", std::move(words)}};
}

/// Asks more and more widely until the critic is content.
troupe::async<troupe::payload> answer(troupe::task_context& ctx,
                                      std::vector<json> ways) {
  for (auto& way : ways) {
    troupe::payload asked(way);
    auto found = co_await ctx.ask("research", asked);
    auto verdict = co_await ctx.ask("criticise", found);
    if (verdict.value().get<bool>())
      co_return found;
  }
  throw troupe::failure{
    {troupe::ec::handler_failed, "no document says anything about it"}};
}

troupe::async<troupe::payload> plan(troupe::task_context& ctx) {
  std::vector<troupe::async<troupe::payload>> work;
  std::vector<json> lost;
  lost.push_back(question("docs/guarantees.md", {"lost", "exactly", "never"}));
  lost.push_back(question("docs/guarantees.md", {"lost"}));
  std::vector<json> order;
  order.push_back(question("docs/guarantees.md", {"priority"}));
  work.push_back(answer(ctx, std::move(lost)));
  work.push_back(answer(ctx, std::move(order)));
  auto answers = co_await ctx.when_all(std::move(work));
  json chapters;
  chapters["What becomes of a lost attempt?"] = answers[0].value();
  chapters["Who goes first?"] = answers[1].value();
  troupe::payload all(std::move(chapters));
  co_return co_await ctx.ask("write", all);
}

/// A process of its own, which ends when the pipe is closed.
int be_a_node(const std::string& name, int ports,
              std::vector<troupe::agent_definition> agents) {
  uint16_t port = 0;
  if (::read(ports, &port, sizeof port) != sizeof port)
    return 1;
  troupe::runtime_options options;
  options.join.emplace();
  options.join->node.name = name;
  options.join->link.host = "127.0.0.1";
  options.join->link.port = port;
  troupe::runtime node{std::move(options)};
  for (auto& agent : agents)
    need(node.add_agent(std::move(agent)));
  char more = 0;
  while (::read(ports, &more, 1) > 0)
    continue;
  need(node.stop(troupe::stop_mode::drain, 10s));
  return 0;
}

struct other_process {
  pid_t child = 0;
  int ports = -1;
};

/// Before there are threads. `before` are those that were started before: what
/// this one inherits of their pipes it has to close.
other_process start(const std::string& name,
                    std::vector<troupe::agent_definition> agents,
                    const std::vector<other_process>& before) {
  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0)
    std::_Exit(1);
  auto child = ::fork();
  if (child == 0) {
    ::close(pipe[1]);
    for (auto& x : before)
      ::close(x.ports);
    std::_Exit(be_a_node(name, pipe[0], std::move(agents)));
  }
  ::close(pipe[0]);
  return {child, pipe[1]};
}

troupe::agent_definition researcher(std::string id) {
  return troupe::agent_definition{std::move(id)}.on("research", research);
}

} // namespace

int main() {
  using troupe::agent_definition;
  std::vector<agent_definition> library;
  library.push_back(researcher("ada"));
  library.push_back(researcher("bob"));
  library.push_back(agent_definition{"critic"}.on("criticise", criticise));
  std::vector<agent_definition> office;
  office.push_back(researcher("eve"));
  office.push_back(agent_definition{"writer"}.on("write", write_report));
  std::vector<other_process> others;
  others.push_back(start("library", std::move(library), others));
  others.push_back(start("office", std::move(office), others));
  troupe::runtime_options options;
  options.listen.emplace();
  troupe::runtime manager{std::move(options)};
  need(manager.add_agent(agent_definition{"planner"}.on("plan", plan)));
  auto port = manager.port();
  for (auto& x : others)
    if (::write(x.ports, &port, sizeof port) != sizeof port)
      return 1;
  auto made = manager.execute({.name = "report", .capabilities = {"plan"}},
                              60s);
  for (auto& x : others)
    ::close(x.ports);
  auto are_well = true;
  for (auto& x : others) {
    int status = 0;
    ::waitpid(x.child, &status, 0);
    are_well = are_well && status == 0;
  }
  if (!made || !made->ended || made->ended->failure) {
    fmt::print("no report: {}\n", !made ? to_string(made.error())
                                  : made->ended
                                    ? to_string(*made->ended->failure)
                                    : "not in time");
    return 1;
  }
  auto report = made->ended->result.value().get<std::string>();
  fmt::print("{}", report);
  auto is_whole = report.find("# Who goes first?") != report.npos
                  && report.find("lost") != report.npos;
  return are_well && is_whole ? 0 : 1;
}
