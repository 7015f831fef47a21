// Watching a task: it tells how far it is and what it has found so far. An
// observer that goes away and comes back misses nothing: events have numbers,
// and it goes on from the one after the last it saw.
//
//     progress_and_events [DIRECTORY]

#include "actors/troupe.hpp"
#include "examples/files.hpp"
#include "examples/need.hpp"

#include <fmt/core.h>

#include <cstddef>
#include <cstdint>
#include <string>

using examples::need;
using troupe::event_kind;
using troupe::json;

namespace {

json count_words(troupe::task_context& ctx) {
  auto path = ctx.parameters().get<std::string>();
  return {{"path", path},
          {"words", examples::words_of(examples::read_file(path)).size()}};
}

/// Has each file counted, one after the other.
troupe::async<troupe::payload> survey(troupe::task_context& ctx) {
  const auto& files = ctx.parameters().at("files");
  size_t done = 0;
  uint64_t words = 0;
  for (auto& file : files) {
    auto counted = co_await ctx.ask("count_words", file);
    words += counted.value().at("words").get<uint64_t>();
    ctx.emit(counted);
    ctx.progress(100.0 * static_cast<double>(++done)
                   / static_cast<double>(files.size()),
                 file.get<std::string>());
  }
  co_return json(words);
}

/// What an observer knows of one task.
struct observed {
  troupe::task_id task;
  uint64_t last_sequence = 0;
  bool is_gapless = true;
  uint64_t parts = 0;
  uint64_t words = 0;
  float progress = 0;
  bool has_ended = false;

  void take(const troupe::event& x) {
    is_gapless = is_gapless
                 && (last_sequence == 0 || x.sequence == last_sequence + 1);
    last_sequence = x.sequence;
    if (x.task != task)
      return;
    has_ended = is_task_end(x.kind);
    if (x.kind == event_kind::task_emitted) {
      ++parts;
      words += x.data.value().at("words").get<uint64_t>();
    } else if (x.kind == event_kind::task_progress) {
      progress = x.progress;
      fmt::print("{:>6} {:3.0f} % {}\n", x.sequence, x.progress, x.text);
    }
  }
};

} // namespace

int main(int argc, char** argv) {
  auto files = examples::files_in(argc > 1 ? argv[1] : "docs", ".md");
  troupe::runtime runtime;
  need(runtime.add_agent(troupe::agent_definition{"reader"}
                           .on("survey", survey)
                           .on("count_words", count_words)));

  observed seen{.task = runtime.new_id()};
  {
    auto events = runtime.subscribe();
    need(runtime.submit({.id = seen.task,
                         .name = "survey",
                         .capabilities = {"survey"},
                         .parameters = {{"files", files}}}));
    while (seen.parts < 2 && !seen.has_ended)
      seen.take(*events.next());
  }
  fmt::print("away after event {}\n", seen.last_sequence);
  auto words = need(runtime.wait(seen.task)).result.value().get<uint64_t>();

  auto events = runtime.subscribe(seen.last_sequence + 1);
  while (!seen.has_ended)
    seen.take(*events.next());
  fmt::print("{} words in {} files\n", seen.words, seen.parts);
  auto is_right = seen.is_gapless && seen.parts == files.size()
                  && seen.words == words && words > 0 && seen.progress == 100;
  return is_right ? 0 : 1;
}
