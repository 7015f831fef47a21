#include "bench/throughput.hpp"

#include "bench/bare_pipeline.hpp"
#include "bench/workload.hpp"

namespace troupe::bench {

namespace {

sample run_throughput(const context& what, submission submit, uint64_t full) {
  auto rt = make_runtime();
  return cost_of_noops(*rt, submit, what.scaled(full));
}

benchmark throughput_benchmark(std::string name, std::string what,
                               submission submit, uint64_t full) {
  return {
    .name = std::move(name),
    .what = std::move(what),
    .bound = std::string{bare_pipeline_bound},
    .run = [=](const context& x) { return run_throughput(x, submit, full); },
  };
}

} // namespace

std::vector<benchmark> throughput_benchmarks() {
  goal share_of_bound{"of_bound", goal::side::at_least, 0.4};
  std::vector<benchmark> all{
    throughput_benchmark(std::string{throughput_maximum},
                         "tasks submitted one by one through a stream",
                         submit_noops, 500'000),
    throughput_benchmark("throughput/batches",
                         "tasks submitted a thousand at a time", submit_batches,
                         500'000),
    throughput_benchmark("throughput/single",
                         "one client that waits for each acceptance",
                         submit_singles, 50'000),
    throughput_benchmark("throughput/single_8",
                         "eight clients that wait for each acceptance",
                         submit_from<8>, 100'000),
  };
  all[0].target = share_of_bound;
  all[1].target = share_of_bound;
  return all;
}

} // namespace troupe::bench
