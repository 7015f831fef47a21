// A whole Troupe with a journal, to be killed, also by storage/fail_point.hpp:
// journal_victim PATH COUNT [graph]. It goes on with what the last one has
// left, submits COUNT tasks, one by one or as one graph, and says, a line each,
// what it was told (`accepted ID`, `ended ID STATUS`) and what its handler does
// (`ran ID`). It uses all that a journal has.

#include "actors/runtime.hpp"
#include "storage/sqlite_journal.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using namespace troupe;

constexpr auto idle_queue = "idle";
/// Results of this size and more are kept apart.
constexpr uint64_t blob_bytes = 500;

/// In one write, so that lines of several threads do not mix.
void say(std::string line) {
  line += '\n';
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0)
    _exit(3);
}

core::task_spec numbered_task(uint64_t number) {
  core::task_spec spec;
  spec.name = fmt::format("task {}", number);
  spec.capabilities.emplace_back("work");
  spec.retry.max_retries = 1;
  spec.retry.base = std::chrono::milliseconds{1};
  spec.parameters = core::json(number);
  return spec;
}

/// Some fail at first, and some for good.
core::payload work(actors::task_context& ctx) {
  say("ran " + core::to_string(ctx.id()));
  auto number = ctx.parameters().get<uint64_t>();
  if (number % 7 == 0 || (number % 3 == 0 && ctx.attempt_number() == 1))
    throw core::failure{{core::ec::handler_failed, "by chance"}};
  if (number % 4 == 1)
    return core::payload(core::json(std::string(blob_bytes, 'x')));
  return core::payload(core::json(number));
}

void submit_and_wait(actors::runtime& troupe, uint64_t count) {
  std::vector<core::task_id> previous;
  for (uint64_t i = 0; i < count; ++i) {
    // Documents.
    if (i % 4 == 0
        && !(i % 8 == 0 ? troupe.pause_queue(idle_queue)
                        : troupe.resume_queue(idle_queue)))
      _exit(6);
    auto spec = numbered_task(i);
    spec.id = troupe.new_id();
    spec.keys = core::submission_keys{.submission = core::to_string(spec.id)};
    if (!previous.empty() && i % 5 == 0)
      spec.dependencies.push_back({previous.back(), {}, core::on_failure::run});
    auto id = troupe.submit(std::move(spec));
    if (!id)
      _exit(4);
    say("accepted " + core::to_string(*id));
    previous.push_back(*id);
    if (i % 2 == 0)
      continue;
    auto ended = troupe.wait(*id);
    if (!ended)
      _exit(5);
    say(fmt::format("ended {} {}", core::to_string(*id),
                    core::to_string(ended->status)));
    // What changes after its end.
    if (ended->status == core::task_status::failed
        && !troupe.drop_dead_letter(*id))
      _exit(7);
  }
}

/// Layers of a hundred; each task after two of the layer before.
void submit_graph(actors::runtime& troupe, uint64_t count) {
  constexpr uint64_t width = 100;
  std::vector<core::task_spec> all;
  for (uint64_t i = 0; i < count; ++i) {
    auto& spec = all.emplace_back(numbered_task(i));
    spec.id = troupe.new_id();
    if (i < width)
      continue;
    auto first = (i / width - 1) * width;
    for (auto at : {i % width, (i + 1) % width})
      spec.dependencies.push_back(
        {all[first + at].id, {}, core::on_failure::run});
  }
  std::vector<core::task_id> ids;
  for (auto& spec : all)
    ids.push_back(spec.id);
  if (!troupe.submit(std::move(all)))
    _exit(8);
  for (auto& id : ids)
    say("accepted " + core::to_string(id));
}

} // namespace

int main(int argc, char** argv) {
  auto is_graph = argc == 4 && std::string_view{argv[3]} == "graph";
  if (argc != 3 && !is_graph)
    return 2;
  std::string_view text{argv[2]};
  uint64_t count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  auto journal = storage::open_sqlite_journal(
    argv[1], {.blob_bytes_min = blob_bytes, .checkpoint_pages = 30});
  if (!journal) {
    fmt::print(stderr, "{}\n", core::to_string(journal.error()));
    return 1;
  }
  actors::runtime_options options;
  options.journal = std::move(*journal);
  options.queues.push_back({.name = idle_queue});
  actors::runtime troupe{std::move(options)};
  actors::agent_definition agent{"worker"};
  agent.slots(4).on("work", actors::cooperative(work));
  if (!troupe.add_agent(std::move(agent)))
    return 1;
  if (is_graph)
    submit_graph(troupe, count);
  else
    submit_and_wait(troupe, count);
  return troupe.stop(actors::stop_mode::drain) ? 0 : 1;
}
