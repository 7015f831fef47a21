#include "bench/nodes.hpp"

#include "bench/bare_remote.hpp"
#include "bench/child_process.hpp"
#include "bench/footprint.hpp"
#include "bench/latency.hpp"
#include "bench/scratch_file.hpp"
#include "bench/shared_array.hpp"
#include "bench/workload.hpp"
#include "link/certificates.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace troupe::bench {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr auto patience = 60s;

enum class transport : uint8_t { plain, tls };

std::string_view to_string(transport x) {
  return x == transport::tls ? "tls" : "plain";
}

/// The certificates of a fleet, if it has some.
class credentials {
public:
  credentials(transport kind, size_t nodes) : kind_(kind) {
    if (kind == transport::plain)
      return;
    require(link::make_authority({.directory = directory()}));
    require(link::make_certificate({.directory = directory(),
                                    .name = "manager",
                                    .addresses = {"127.0.0.1"}}));
    for (size_t i = 0; i < nodes; ++i)
      require(
        link::make_certificate({.directory = directory(), .name = node(i)}));
  }

  static std::string node(size_t index) {
    return fmt::format("node-{}", index);
  }

  std::optional<link::tls_settings> of(const std::string& name) const {
    if (kind_ == transport::plain)
      return std::nullopt;
    auto file = [&](std::string_view rest) {
      return fmt::format("{}/{}", directory(), rest);
    };
    return link::tls_settings{file("ca.crt"), file(name + ".crt"),
                              file(name + ".key")};
  }

private:
  std::string directory() const {
    return std::filesystem::path{scratch_.path()}.parent_path().string();
  }

  transport kind_;
  scratch_file scratch_;
};

/// Gives a node its agents; it is the one with this number.
using equipment = std::function<void(actors::runtime&, size_t node)>;

/// A node that has been started, and may not have joined yet.
std::unique_ptr<actors::runtime>
make_node(uint16_t port, size_t number, std::optional<link::tls_settings> tls,
          size_t threads = 0) {
  actors::runtime_options options;
  options.threads = threads;
  auto& join = options.join.emplace();
  join.node.name = credentials::node(number);
  join.link.host = "127.0.0.1";
  join.link.port = port;
  join.link.tls = std::move(tls);
  return std::make_unique<actors::runtime>(std::move(options));
}

/// A manager here, and nodes that are processes of their own.
class process_fleet {
public:
  process_fleet(transport kind, size_t nodes, const equipment& equip)
    : credentials_(kind, nodes) {
    for (size_t i = 0; i < nodes; ++i)
      nodes_.emplace_back(
        [this, i, equip](process_line& line) { be_node(line, i, equip); });
    auto options = make_options();
    options.listen.emplace().link.tls = credentials_.of("manager");
    manager_ = std::make_unique<actors::runtime>(std::move(options));
    for (auto& x : nodes_)
      x.tell(manager_->port());
    for (auto& x : nodes_)
      x.hear();
  }

  /// Nodes leave as long as there is somebody to tell.
  ~process_fleet() {
    nodes_.clear();
  }

  process_fleet(const process_fleet&) = delete;
  process_fleet& operator=(const process_fleet&) = delete;

  actors::runtime& manager() {
    return *manager_;
  }

  child_process& node(size_t index) {
    return nodes_.at(index);
  }

private:
  void be_node(process_line& line, size_t number, const equipment& equip) {
    auto port = line.hear();
    if (!port)
      return;
    auto node = make_node(static_cast<uint16_t>(*port), number,
                          credentials_.of(credentials::node(number)));
    equip(*node, number);
    require(node->wait_until_joined(patience));
    line.tell(1);
    while (line.hear())
      continue;
    require(node->stop(actors::stop_mode::cancel, 10s));
  }

  credentials credentials_;
  std::vector<child_process> nodes_;
  std::unique_ptr<actors::runtime> manager_;
};

// -- throughput and latency ---------------------------------------------------

sample run_nodes(const context& what, transport kind, size_t nodes) {
  process_fleet fleet{kind, nodes, [](actors::runtime& node, size_t) {
                        add_noop_agent(node);
                      }};
  return cost_of_tasks(fleet.manager(), submit_noops, what.scaled(100'000));
}

sample run_nodes_latency(const context& what, transport kind) {
  shared_array<clock::time_point> starts{what.scaled(2000)};
  process_fleet fleet{kind, 1, [&](actors::runtime& node, size_t) {
                        add_agent(node, note_start(starts.all()));
                      }};
  return measure_latency(fleet.manager(), starts.all(), 1000);
}

// -- a node that dies ---------------------------------------------------------

/// What the nodes tell of a task.
struct sighting {
  /// Number of the node that began it first, plus 1.
  std::atomic<uint32_t> node;
  std::atomic<clock::rep> began_again;
};

bool wait_for(const std::function<bool()>& condition) {
  auto deadline = clock::now() + patience;
  while (!condition()) {
    if (clock::now() > deadline)
      return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

equipment note_attempts(std::span<sighting> to) {
  return [to](actors::runtime& node, size_t number) {
    actors::agent_definition agent{fmt::format("agent-{}", number)};
    agent.slots(static_cast<uint32_t>(to.size()));
    agent.on(noop_capability,
             [to,
              number](actors::task_context& ctx) -> core::async<core::payload> {
               auto& seen = to[ctx.parameters().get<size_t>()];
               if (ctx.attempt_number() > 1) {
                 seen.began_again = clock::now().time_since_epoch().count();
                 co_return core::payload{};
               }
               seen.node = static_cast<uint32_t>(number) + 1;
               co_await ctx.sleep(1h);
               co_return core::payload{};
             });
    require(node.add_agent(std::move(agent)));
  };
}

/// Two nodes have the same number of tasks, and one of them is killed.
sample run_loss(const context& what) {
  shared_array<sighting> tasks{what.scaled(1000)};
  auto seen = tasks.all();
  process_fleet fleet{transport::plain, 2, note_attempts(seen)};
  std::vector<core::task_spec> batch;
  for (size_t i = 0; i < seen.size(); ++i) {
    auto spec = noop_task();
    spec.parameters = core::json(i);
    batch.push_back(std::move(spec));
  }
  require(fleet.manager().submit(std::move(batch)));
  if (!wait_for([&] {
        return std::ranges::all_of(seen, [](auto& x) { return x.node != 0; });
      }))
    throw std::runtime_error{"not all tasks have begun"};
  auto is_lost = [](auto& x) {
    return x.node == 1;
  };
  auto count = std::ranges::count_if(seen, is_lost);
  auto killed = clock::now();
  fleet.node(0).kill();
  if (count == 0 || !wait_for([&] {
        return std::ranges::all_of(seen, [&](auto& x) {
          return !is_lost(x) || x.began_again != 0;
        });
      }))
    throw std::runtime_error{"not all lost tasks have begun again"};
  clock::rep last = 0;
  for (auto& x : seen)
    last = std::max<clock::rep>(last, x.began_again);
  std::chrono::duration<double> took = clock::time_point{clock::duration{last}}
                                       - killed;
  return {
    {"seconds", took.count(), "s until all runs elsewhere"},
    {"tasks", static_cast<double>(count), "tasks lost"},
  };
}

// -- a large fleet ------------------------------------------------------------

constexpr size_t nodes_per_process = 100;
constexpr size_t agents_per_node = 10;

/// Each is a node as any other, and has its own connection.
void be_nodes(process_line& line, size_t first, size_t count) {
  auto port = line.hear();
  if (!port)
    return;
  std::vector<std::unique_ptr<actors::runtime>> nodes;
  for (size_t i = 0; i < count; ++i) {
    auto node = make_node(static_cast<uint16_t>(*port), first + i, {}, 1);
    for (size_t j = 0; j < agents_per_node; ++j) {
      actors::agent_definition agent{fmt::format("agent-{}-{}", first + i, j)};
      agent.slots(4).on(noop_capability, noop_handler());
      require(node->add_agent(std::move(agent)));
    }
    nodes.push_back(std::move(node));
  }
  for (auto& x : nodes)
    require(x->wait_until_joined(patience));
  line.tell(1);
  // Nobody waits for their farewell.
  while (line.hear())
    continue;
  std::_Exit(0);
}

/// As many descriptors as the system lets a process have.
void allow_descriptors() {
  rlimit most{};
  getrlimit(RLIMIT_NOFILE, &most);
  most.rlim_cur = most.rlim_max;
  setrlimit(RLIMIT_NOFILE, &most);
}

sample run_large(const context& what) {
  allow_descriptors();
  auto count = what.scaled(1000);
  std::vector<child_process> processes;
  for (size_t first = 0; first < count; first += nodes_per_process)
    processes.emplace_back([=](process_line& line) {
      be_nodes(line, first, std::min(nodes_per_process, count - first));
    });
  auto options = make_options();
  // All of them come from one address, and at once.
  auto& link = options.listen.emplace().link;
  link.connections_max = link.connections_per_address_max = 4096;
  link.handshakes_max = link.handshakes_per_address_max = 4096;
  link.rate_per_address = {4096, 1s, 4096};
  actors::runtime manager{std::move(options)};
  auto before = footprint::now();
  auto began = clock::now();
  for (auto& x : processes)
    x.tell(manager.port());
  for (auto& x : processes)
    x.hear();
  auto agents = count * agents_per_node;
  if (!wait_for(
        [&] { return require(manager.status()).agents.size() == agents; }))
    throw std::runtime_error{"not all agents are known"};
  std::chrono::duration<double> join = clock::now() - began;
  auto after = footprint::now();
  auto result = cost_of_tasks(manager, submit_noops, what.scaled(100'000));
  result.push_back({"join_seconds", join.count(), "s until all have joined"});
  result.push_back(
    {"resident_bytes_per_agent",
     (after.resident - before.resident) / static_cast<double>(agents),
     "B/agent resident"});
  return result;
}

benchmark nodes_benchmark(transport kind, size_t nodes) {
  return {
    .name = fmt::format("nodes/{}_{}", to_string(kind), nodes),
    .what = fmt::format("tasks done by {} other process{}{}", nodes,
                        nodes == 1 ? "" : "es",
                        kind == transport::tls ? ", over TLS" : ""),
    .target = goal{"of_bound", goal::side::at_least, 0.3},
    .bound = std::string{bare_remote_bound},
    .run = [=](const context& x) { return run_nodes(x, kind, nodes); },
  };
}

} // namespace

std::vector<benchmark> node_benchmarks() {
  std::vector<benchmark> all;
  for (auto kind : {transport::plain, transport::tls})
    for (size_t nodes : {1, 2, 4})
      all.push_back(nodes_benchmark(kind, nodes));
  for (auto kind : {transport::plain, transport::tls})
    all.push_back({
      .name = fmt::format("nodes/latency_{}", to_string(kind)),
      .what = "from submission to start in another process, 1000 a second",
      .target = goal{"p99_us", goal::side::below, 5000},
      .run = [=](const context& x) { return run_nodes_latency(x, kind); },
    });
  all.push_back({
    .name = "nodes/loss",
    .what = "a process is killed: until all it had runs elsewhere",
    .target = goal{"seconds", goal::side::below, 2},
    .rounds_max = 3,
    .run = run_loss,
  });
  all.push_back({
    .name = "nodes/large",
    .what = "1000 nodes of 10 agents each, all on this machine",
    .rounds_max = 1,
    .run = run_large,
  });
  return all;
}

} // namespace troupe::bench
