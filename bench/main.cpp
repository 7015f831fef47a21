#include "bench/bare_pipeline.hpp"
#include "bench/bare_remote.hpp"
#include "bench/graphs.hpp"
#include "bench/journals.hpp"
#include "bench/latency.hpp"
#include "bench/memory.hpp"
#include "bench/nodes.hpp"
#include "bench/raw_sqlite.hpp"
#include "bench/report.hpp"
#include "bench/retries.hpp"
#include "bench/runner.hpp"
#include "bench/saturation.hpp"
#include "bench/throughput.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace {

using namespace troupe::bench;

std::vector<benchmark> all_benchmarks() {
  std::vector<benchmark> all;
  for (auto part :
       {bare_pipeline_benchmarks(), throughput_benchmarks(), retry_benchmarks(),
        latency_benchmarks(), graph_benchmarks(), memory_benchmarks(),
        saturation_benchmarks(), raw_sqlite_benchmarks(), journal_benchmarks(),
        bare_remote_benchmarks(), node_benchmarks()})
    std::move(part.begin(), part.end(), std::back_inserter(all));
  return all;
}

struct arguments {
  run_options run;
  std::string json_file;
  std::string markdown_file;
  bool is_quick = false;
  bool is_list = false;
  bool is_strict = false;
  bool is_in_process = false;
};

void declare(CLI::App& app, arguments& args) {
  app.add_flag("--list", args.is_list, "Say what there is and end");
  app.add_option("--filter", args.run.filters,
                 "Only figures whose names contain this, and what they need");
  app.add_flag("--quick", args.is_quick,
               "A tenth of the size, one round: does it work at all?");
  app.add_option("--rounds", args.run.rounds, "Runs of each, default 5")
    ->check(CLI::Range(1, 1000));
  app.add_option("--json", args.json_file, "Write everything to this file");
  app.add_option("--markdown", args.markdown_file,
                 "Write a table of the medians to this file");
  app.add_flag("--strict", args.is_strict, "End 1 if a target is missed");
  app.add_flag("--in-process", args.is_in_process,
               "Neither fork for each run nor measure bounds: for profilers");
}

bool write_file(const std::string& path, const std::string& text) {
  std::ofstream out{path};
  out << text;
  out.close();
  if (!out)
    fmt::print(stderr, "troupe_bench: cannot write {}\n", path);
  return bool{out};
}

void show_progress(size_t round, const benchmark& x) {
  if (isatty(STDERR_FILENO) != 0)
    fmt::print(stderr, "\r\x1b[Kround {}: {}", round + 1, x.name);
}

int measure(const std::vector<benchmark>& all, const arguments& args) {
  auto results = run_all(all, args.run, show_progress);
  if (isatty(STDERR_FILENO) != 0)
    fmt::print(stderr, "\r\x1b[K");
  bool is_good = true;
  for (auto& x : results) {
    fmt::print("{}\n", to_line(x));
    is_good = is_good && x.errors.empty();
    if (args.is_strict)
      is_good = is_good && x.meets_target().value_or(true);
  }
  if (!args.json_file.empty())
    is_good &= write_file(args.json_file,
                          to_json(results, args.run).dump(2) + '\n');
  if (!args.markdown_file.empty())
    is_good &= write_file(args.markdown_file, to_markdown(results));
  return is_good ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
  arguments args;
  CLI::App app{"Measures what Troupe costs: medians, one line per figure"};
  declare(app, args);
  CLI11_PARSE(app, argc, argv);
  auto all = all_benchmarks();
  if (args.is_quick) {
    args.run.shrink = 10;
    args.run.rounds = 1;
  }
  args.run.is_isolated = !args.is_in_process;
  auto chosen = selected(all, args.run.filters, args.run.is_isolated);
  if (chosen.empty()) {
    fmt::print(stderr,
               "troupe_bench: no figure matches; --list says which exist\n");
    return 2;
  }
  if (args.is_list) {
    for (auto* x : chosen)
      fmt::print("{:<24}{}\n", x->name, x->what);
    return 0;
  }
  return measure(all, args);
}
