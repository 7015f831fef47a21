#include "bench/bare_pipeline.hpp"

#include "bench/usage.hpp"
#include "messages/compat.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>

namespace troupe::bench {

/// What travels: 96 bytes, a text beyond the small-string size and a payload
/// that is shared.
struct bare_job {
  uint64_t id = 0;
  std::array<uint64_t, 5> numbers{};
  std::string name;
  std::shared_ptr<const std::string> payload;
};

static_assert(sizeof(bare_job) == 96);

struct bare_outcome {
  uint64_t id = 0;
  std::shared_ptr<const std::string> result;
};

/// Makes the client begin.
struct bare_start {
  uint64_t jobs = 0;
};

} // namespace troupe::bench

// Beyond the project's own ids; CAF 1.x wants a number for all that is sent.
CAF_BEGIN_TYPE_ID_BLOCK(troupe_bench, caf::first_custom_type_id + 1000)
  CAF_ADD_TYPE_ID(troupe_bench, (troupe::bench::bare_job))
  CAF_ADD_TYPE_ID(troupe_bench, (troupe::bench::bare_outcome))
  CAF_ADD_TYPE_ID(troupe_bench, (troupe::bench::bare_start))
CAF_END_TYPE_ID_BLOCK(troupe_bench)

TROUPE_LOCAL_MESSAGE(troupe::bench::bare_job)
TROUPE_LOCAL_MESSAGE(troupe::bench::bare_outcome)
TROUPE_LOCAL_MESSAGE(troupe::bench::bare_start)

namespace troupe::bench {

namespace {

/// Jobs under way at most, as every producer of Troupe works against credit.
constexpr uint64_t window = 1000;

using client_actor = compat::actor<void(bare_start), void(bare_outcome)>;
using manager_actor = compat::actor<void(bare_job), void(bare_outcome)>;
using stage_actor = compat::actor<void(bare_job)>;

/// Does nothing and says so.
stage_actor::behavior_type bare_agent(stage_actor::pointer self,
                                      manager_actor manager) {
  return {
    [=](bare_job& x) {
      compat::send(self, manager, bare_outcome{x.id, std::move(x.payload)});
    },
  };
}

stage_actor::behavior_type bare_queue(stage_actor::pointer self,
                                      manager_actor manager) {
  auto agent = self->spawn<caf::linked>(bare_agent, manager);
  return {
    [=](bare_job& x) { compat::send(self, agent, std::move(x)); },
  };
}

class bare_manager_state {
public:
  bare_manager_state() = default;

  static inline const char* name = "bare-manager";

  std::unordered_map<uint64_t, uint64_t> under_way;
};

using bare_manager_pointer
  = manager_actor::stateful_pointer<bare_manager_state>;

manager_actor::behavior_type bare_manager(bare_manager_pointer self,
                                          client_actor client) {
  auto queue = self->spawn<caf::linked>(
    bare_queue,
    caf::actor_cast<manager_actor>(caf::strong_actor_ptr{self->ctrl()}));
  auto* under_way = &compat::state_of(self).under_way;
  return {
    [=](bare_job& x) {
      under_way->emplace(x.id, x.numbers[0]);
      compat::send(self, queue, std::move(x));
    },
    [=](bare_outcome& x) {
      if (under_way->erase(x.id) == 1)
        compat::send(self, client, std::move(x));
    },
  };
}

class bare_client_state {
public:
  explicit bare_client_state(client_actor::pointer self);

  static inline const char* name = "bare-client";

  void submit_next() {
    --left;
    compat::send(
      self_, manager,
      bare_job{++last_id, {}, "twenty-eight letters of name", payload});
    ++open;
  }

  uint64_t left = 0;
  uint64_t open = 0;
  uint64_t last_id = 0;
  manager_actor manager;
  std::shared_ptr<const std::string> payload
    = std::make_shared<const std::string>("payload");

private:
  client_actor::pointer self_;
};

bare_client_state::bare_client_state(client_actor::pointer self) : self_(self) {
  // nop
}

using bare_client_pointer = client_actor::stateful_pointer<bare_client_state>;

client_actor::behavior_type bare_client(bare_client_pointer self,
                                        std::promise<void>* done) {
  auto* state = &compat::state_of(self);
  state->manager = self->spawn<caf::linked>(
    bare_manager,
    caf::actor_cast<client_actor>(caf::strong_actor_ptr{self->ctrl()}));
  return {
    [=](const bare_start& x) {
      state->left = x.jobs;
      for (auto n = std::min(window, x.jobs); n > 0; --n)
        state->submit_next();
    },
    [=](const bare_outcome&) {
      --state->open;
      if (state->left > 0)
        state->submit_next();
      else if (state->open == 0)
        done->set_value();
    },
  };
}

void run_jobs(caf::actor_system& system, uint64_t jobs) {
  std::promise<void> done;
  auto client = system.spawn(bare_client, &done);
  compat::anon_send(client, bare_start{jobs});
  done.get_future().wait();
  caf::anon_send_exit(client, caf::exit_reason::user_shutdown);
}

sample run_pipeline(const context& what, const char* policy, size_t threads) {
  compat::register_core_types();
  caf::actor_system_config config;
  compat::register_types<caf::id_block::troupe_bench>(config);
  compat::set(config, "scheduler.policy", policy);
  compat::set(config, "scheduler.max-threads", threads);
  caf::actor_system system{config};
  auto jobs = what.scaled(1'000'000);
  run_jobs(system, jobs / 20);
  auto before = usage::now();
  run_jobs(system, jobs);
  return cost_per_task(before, usage::now(), jobs);
}

/// As many as the runtime takes by default.
size_t default_threads() {
  return std::max<size_t>(2, std::thread::hardware_concurrency());
}

benchmark bare_benchmark(std::string name, std::string what, const char* policy,
                         size_t threads) {
  return {
    .name = std::move(name),
    .what = std::move(what),
    .run = [=](const context& x) { return run_pipeline(x, policy, threads); },
  };
}

} // namespace

std::vector<benchmark> bare_pipeline_benchmarks() {
  return {
    bare_benchmark(
      std::string{bare_pipeline_bound},
      "a bare five-hop CAF pipeline of tells, as the runtime sets CAF up",
      "sharing", default_threads()),
    bare_benchmark("bare/stealing", "the same with CAF's default scheduler",
                   "stealing", default_threads()),
    bare_benchmark("bare/one_thread", "the same on one thread", "sharing", 1),
  };
}

} // namespace troupe::bench
