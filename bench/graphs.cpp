#include "bench/graphs.hpp"

#include "bench/usage.hpp"
#include "bench/workload.hpp"

#include <algorithm>
#include <random>

namespace troupe::bench {

namespace {

using graph = std::vector<core::task_spec>;

graph independent_tasks(actors::runtime& rt, uint64_t count) {
  graph result;
  result.reserve(count);
  for (uint64_t i = 0; i < count; ++i) {
    result.push_back(noop_task());
    result.back().id = rt.new_id();
  }
  return result;
}

void depend(core::task_spec& x, const core::task_spec& on) {
  core::dependency edge;
  edge.task = on.id;
  x.dependencies.push_back(std::move(edge));
}

graph make_chain(actors::runtime& rt, uint64_t count) {
  auto result = independent_tasks(rt, count);
  for (size_t i = 1; i < result.size(); ++i)
    depend(result[i], result[i - 1]);
  return result;
}

/// One, then all but two of them, then one.
graph make_fan(actors::runtime& rt, uint64_t count) {
  auto result = independent_tasks(rt, std::max<uint64_t>(count, 3));
  for (size_t i = 1; i + 1 < result.size(); ++i) {
    depend(result[i], result.front());
    depend(result.back(), result[i]);
  }
  return result;
}

/// A hundred layers; each task depends on two or three of the layer before.
graph make_layers(actors::runtime& rt, uint64_t count) {
  auto width = std::max<size_t>(count / 100, 3);
  auto result = independent_tasks(rt, width * 100);
  std::mt19937_64 random{2026};
  for (size_t i = width; i < result.size(); ++i) {
    auto first = (i / width - 1) * width;
    auto edges = 2 + random() % 2;
    // Neighbours of a random one, so that no edge comes twice.
    auto at = random() % width;
    for (size_t k = 0; k < edges; ++k)
      depend(result[i], result[first + (at + k) % width]);
  }
  return result;
}

sample run_graph(const context& what,
                 graph (*make_graph)(actors::runtime&, uint64_t)) {
  auto rt = make_runtime();
  add_noop_agent(*rt);
  auto tasks = make_graph(*rt, what.scaled(100'000));
  auto count = tasks.size();
  auto before = usage::now();
  require(rt->submit(std::move(tasks)));
  auto accepted = usage::now();
  require_completed(*rt, count);
  auto after = usage::now();
  auto result = cost_per_task(before, after, count);
  // What the target is about goes first.
  std::swap(result[0], result[1]);
  std::chrono::duration<double, std::milli> submission{accepted.at - before.at};
  result.push_back({"submission_ms", submission.count(), "ms to accept it"});
  return result;
}

benchmark graph_benchmark(std::string name, std::string what,
                          graph (*make_graph)(actors::runtime&, uint64_t)) {
  return {
    .name = std::move(name),
    .what = std::move(what),
    .target = goal{"us_per_task", goal::side::below, 5},
    .run = [=](const context& x) { return run_graph(x, make_graph); },
  };
}

} // namespace

std::vector<benchmark> graph_benchmarks() {
  return {
    graph_benchmark("graph/chain", "100,000 tasks, each after the one before",
                    make_chain),
    graph_benchmark("graph/fan", "one task, then 99,998, then one", make_fan),
    graph_benchmark(
      "graph/layers",
      "100 layers of 1000 tasks, each after 2 or 3 of the layer before",
      make_layers),
  };
}

} // namespace troupe::bench
