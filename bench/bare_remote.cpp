#include "bench/bare_remote.hpp"

#include "actors/batch_lists.hpp"
#include "actors/configuration.hpp"
#include "bench/child_process.hpp"
#include "bench/usage.hpp"
#include "bench/workload.hpp"
#include "messages/nodes.hpp"

#include <caf/io/middleman.hpp>

#include <algorithm>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <utility>

namespace troupe::bench {

struct remote_job {
  uint64_t id = 0;
  std::string bytes;
};

struct remote_outcome {
  uint64_t id = 0;
  std::string bytes;
};

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, remote_job& x) {
  return compat::object(f, x, "remote_job", compat::field{"id", x.id},
                        compat::field{"bytes", x.bytes});
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, remote_outcome& x) {
  return compat::object(f, x, "remote_outcome", compat::field{"id", x.id},
                        compat::field{"bytes", x.bytes});
}

using remote_echo_actor = compat::actor<void(remote_job)>;
using remote_client_actor = compat::actor<void(remote_outcome)>;

} // namespace troupe::bench

// Beyond all other ids.
CAF_BEGIN_TYPE_ID_BLOCK(troupe_bench_remote, caf::first_custom_type_id + 1100)
  CAF_ADD_TYPE_ID(troupe_bench_remote, (troupe::bench::remote_job))
  CAF_ADD_TYPE_ID(troupe_bench_remote, (troupe::bench::remote_outcome))
  CAF_ADD_TYPE_ID(troupe_bench_remote, (troupe::bench::remote_echo_actor))
CAF_END_TYPE_ID_BLOCK(troupe_bench_remote)

namespace troupe::bench {

namespace {

/// Jobs under way at most, as every producer of Troupe works against credit.
constexpr uint64_t remote_window = 1000;

/// By how much one more item makes a batch longer.
template <class Batch, class Item>
size_t bytes_of_another(caf::actor_system& system,
                        std::vector<Item> Batch::*list, const Item& x) {
  Batch one;
  (one.*list).push_back(x);
  auto two = one;
  (two.*list).push_back(x);
  return compat::encode(system, two).size()
         - compat::encode(system, one).size();
}

size_t bytes_of_order(caf::actor_system& system) {
  messages::node_order order;
  auto spec = noop_task();
  spec.id = core::task_id_generator{1}.next(core::time_point{});
  order.spec.spec = std::make_shared<const core::task_spec>(std::move(spec));
  return bytes_of_another(system, &messages::node_orders::orders, order);
}

size_t bytes_of_outcome(caf::actor_system& system) {
  return bytes_of_another(system, &messages::node_reports::outcomes,
                          core::attempt_outcome{});
}

class bare_configuration : public actors::configuration {
public:
  bare_configuration() : configuration(0, true) {
    compat::register_types<caf::id_block::troupe_bench_remote>(*this);
  }
};

/// Answers each job with the bytes of an outcome.
remote_echo_actor::behavior_type remote_echo(remote_echo_actor::pointer self,
                                             size_t size) {
  return {
    [=, bytes = std::string(size, 'x')](const remote_job& x) {
      compat::send(self, compat::sender_as<remote_client_actor>(self),
                   remote_outcome{x.id, bytes});
    },
  };
}

void be_remote(process_line& line) {
  bare_configuration config;
  caf::actor_system system{config};
  auto echo = system.spawn(remote_echo, bytes_of_outcome(system));
  auto port = system.middleman().publish(echo, 0, "127.0.0.1");
  line.tell(port ? *port : 0);
  while (line.hear())
    continue;
  caf::anon_send_exit(echo, caf::exit_reason::user_shutdown);
}

class remote_client_state {
public:
  static inline const char* name = "bare-remote-client";

  explicit remote_client_state(remote_client_actor::pointer self)
    : self_(self) {
  }

  remote_client_actor::behavior_type
  make_behavior(remote_echo_actor echo, std::string bytes, uint64_t jobs,
                std::promise<void>* done) {
    echo_ = std::move(echo);
    bytes_ = std::move(bytes);
    left_ = jobs;
    for (auto n = std::min(remote_window, jobs); n > 0; --n)
      submit_next();
    return {
      [this, done](const remote_outcome&) {
        --open_;
        if (left_ > 0)
          submit_next();
        else if (open_ == 0)
          done->set_value();
      },
    };
  }

private:
  void submit_next() {
    ++open_;
    compat::send(self_, echo_, remote_job{left_--, bytes_});
  }

  remote_client_actor::pointer self_;
  remote_echo_actor echo_;
  std::string bytes_;
  uint64_t left_ = 0;
  uint64_t open_ = 0;
};

remote_client_actor::behavior_type
remote_client(remote_client_actor::stateful_pointer<remote_client_state> self,
              remote_echo_actor echo, std::string bytes, uint64_t jobs,
              std::promise<void>* done) {
  return compat::state_of(self).make_behavior(std::move(echo), std::move(bytes),
                                              jobs, done);
}

void run_remote_jobs(caf::actor_system& system, const remote_echo_actor& echo,
                     uint64_t jobs) {
  std::promise<void> done;
  auto client = system.spawn(
    remote_client, echo, std::string(bytes_of_order(system), 'x'), jobs, &done);
  done.get_future().wait();
  caf::anon_send_exit(client, caf::exit_reason::user_shutdown);
}

sample run_remote(const context& what) {
  child_process remote{be_remote};
  bare_configuration config;
  caf::actor_system system{config};
  auto port = static_cast<uint16_t>(remote.hear());
  auto echo = system.middleman().remote_actor<remote_echo_actor>("127.0.0.1",
                                                                 port);
  if (!echo)
    throw std::runtime_error{compat::describe(system, echo.error())};
  auto jobs = what.scaled(100'000);
  run_remote_jobs(system, *echo, jobs / 20);
  auto before = usage::now();
  run_remote_jobs(system, *echo, jobs);
  auto result = cost_per_task(before, usage::now(), jobs);
  result.push_back({"bytes_there", static_cast<double>(bytes_of_order(system)),
                    "bytes there"});
  result.push_back({"bytes_back", static_cast<double>(bytes_of_outcome(system)),
                    "bytes back"});
  return result;
}

} // namespace

std::vector<benchmark> bare_remote_benchmarks() {
  return {{
    .name = std::string{bare_remote_bound},
    .what = "a bare CAF message to another process over TCP, and one back",
    .run = run_remote,
  }};
}

} // namespace troupe::bench
