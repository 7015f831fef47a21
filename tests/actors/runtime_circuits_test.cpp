// Circuits in a whole Troupe: in virtual time where time matters, else on real
// threads.

#include "actors/circuit_breaker.hpp"
#include "storage/memory_journal.hpp"
#include "tests/actors/runtimes.hpp"
#include "tests/support/recorder.hpp"
#include "tests/support/tasks.hpp"
#include "tests/support/virtual_troupe.hpp"

#include <gtest/gtest.h>

#include <future>
#include <stdexcept>
#include <string>
#include <vector>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;
using core::circuit_state;
using core::ec;
using core::task_status;
using messages::stream_acknowledged;

core::circuit_options brittle() {
  core::circuit_options options;
  options.settings.failures_max = 2;
  options.settings.cool_down = 10s;
  return options;
}

/// A Troupe whose agent fetches, or fails while its source is down; it can
/// parse at any time.
class circuit_troupe : public virtual_troupe {
public:
  explicit circuit_troupe(const core::circuit_options& options,
                          std::shared_ptr<storage::journal> journal = {},
                          uint64_t seed = 0)
    : virtual_troupe(seed, 0, options, {}, std::move(journal)) {
    add_queue({.name = "default", .max_concurrent = 0});
    actors::agent_definition agent{"agent"};
    agent.slots(4);
    agent.on("fetch", actors::cooperative([this](actors::task_context&) {
               ++calls;
               if (is_down)
                 throw core::failure({ec::handler_failed, "down"});
             }));
    agent.on("parse", actors::cooperative([](actors::task_context& ctx) {
               return ctx.task().name;
             }));
    EXPECT_EQ(add_agent(std::move(agent)), core::error{});
  }

  /// A task with one attempt.
  core::task_spec make(const std::string& capability) {
    auto spec = make_task(*this, capability, capability);
    spec.retry.max_retries = 0;
    return spec;
  }

  core::error submit_one(const std::string& capability) {
    auto failure = submit({make(capability)});
    advance(100ms);
    return failure;
  }

  std::vector<core::circuit_info> circuits() {
    return ask<messages::circuit_list>(parts().breaker,
                                       messages::get_circuits{})
      .circuits;
  }

  bool is_down = false;
  int calls = 0;
};

/// A runtime on real threads, with circuits that stay as they are: what is to
/// change is changed by hand.
actors::runtime_options patient() {
  actors::runtime_options options;
  options.circuits = brittle();
  options.circuits->settings.cool_down = 1h;
  options.circuits->settings.cool_down_max = 1h;
  return options;
}

} // namespace

// -- in virtual time ----------------------------------------------------------

TEST(runtime_circuits_test, trips_waits_probes_and_closes) {
  circuit_troupe troupe{brittle()};
  EXPECT_EQ(troupe.submit_one("fetch"), core::error{});
  troupe.is_down = true;
  EXPECT_EQ(troupe.submit_one("fetch"), core::error{});
  EXPECT_EQ(troupe.submit_one("fetch"), core::error{});
  EXPECT_EQ(troupe.submit_one("fetch").code, ec::circuit_open);
  EXPECT_EQ(troupe.submit_one("parse"), core::error{});
  EXPECT_EQ(troupe.calls, 3);
  EXPECT_EQ(troupe.stats().submitted, 4u);
  // The first probe finds it still down, so the next wait is twice as long.
  troupe.advance(10s, 100ms);
  EXPECT_EQ(troupe.submit_one("fetch"), core::error{});
  EXPECT_EQ(troupe.calls, 4);
  troupe.is_down = false;
  troupe.advance(15s, 100ms);
  EXPECT_EQ(troupe.submit_one("fetch").code, ec::circuit_open);
  troupe.advance(5s, 100ms);
  EXPECT_EQ(troupe.submit_one("fetch"), core::error{});
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(troupe.submit_one("fetch"), core::error{});
  EXPECT_EQ(troupe.calls, 10);
  EXPECT_EQ(troupe.circuits()[0].state, circuit_state::closed);
}

TEST(runtime_circuits_test, counts_each_attempt_of_a_task) {
  circuit_troupe troupe{brittle()};
  troupe.is_down = true;
  auto spec = troupe.make("fetch");
  spec.retry.max_retries = 1;
  spec.retry.base = 1s;
  EXPECT_EQ(troupe.submit({spec}), core::error{});
  EXPECT_EQ(troupe.circuits()[0].failures_in_row, 1u);
  EXPECT_EQ(troupe.circuits()[0].state, circuit_state::closed);
  troupe.advance(5s, 100ms);
  EXPECT_EQ(troupe.calls, 2);
  EXPECT_EQ(troupe.circuits()[0].state, circuit_state::open);
}

TEST(runtime_circuits_test, takes_no_failure_of_a_task_for_one_of_the_agent) {
  circuit_troupe troupe{brittle()};
  actors::agent_definition strict{"strict"};
  strict.on("check", actors::cooperative([](actors::task_context&) {
              throw core::failure({ec::handler_failed, "nonsense", true});
            }));
  EXPECT_EQ(troupe.add_agent(std::move(strict)), core::error{});
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(troupe.submit_one("check"), core::error{});
  EXPECT_EQ(troupe.stats().failed, 5u);
  EXPECT_TRUE(troupe.circuits().empty());
}

TEST(runtime_circuits_test, acknowledges_streams_through_the_breaker) {
  auto options = brittle();
  options.on_open = core::open_policy::hold;
  options.held_max = 1;
  circuit_troupe troupe{options};
  recorder<compat::actor<void(stream_acknowledged)>> client{troupe};
  auto stream = [&](std::vector<std::string> capabilities) {
    messages::stream_tasks request;
    for (auto& x : capabilities)
      request.specs.push_back(share(troupe.make(x)));
    client.send(troupe.parts().submissions, std::move(request));
    troupe.settle();
    std::pair<uint64_t, size_t> result;
    for (auto& x : client.take<stream_acknowledged>()) {
      result.first += x.count;
      result.second += x.refused.size();
    }
    return result;
  };
  // How many are through, and how many of them refused.
  using counts = std::pair<uint64_t, size_t>;
  EXPECT_EQ(stream({"fetch", "parse"}), counts(2, 0));
  troupe.ask<messages::done>(troupe.parts().breaker,
                             messages::force_open_circuit{"fetch"});
  EXPECT_EQ(stream({"parse", "fetch", "fetch", "parse"}), counts(3, 1));
  troupe.ask<messages::done>(troupe.parts().breaker,
                             messages::reset_circuit{"fetch"});
  EXPECT_EQ(client.take_one<stream_acknowledged>().count, 1u);
  EXPECT_EQ(troupe.stats().submitted, 5u);
}

TEST(runtime_circuits_test, brings_everything_that_was_held_to_its_end) {
  auto options = brittle();
  options.on_open = core::open_policy::hold;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    circuit_troupe troupe{options};
    troupe.is_down = true;
    recorder<compat::actor<void(stream_acknowledged)>> client{troupe};
    for (int i = 0; i < 50; ++i) {
      messages::stream_tasks request;
      request.specs.push_back(share(troupe.make("fetch")));
      client.send(troupe.parts().submissions, std::move(request));
      troupe.advance(100ms * (seed % 7), 100ms);
      if (i == 30)
        troupe.is_down = false;
    }
    troupe.advance(60min, 1s);
    uint64_t acknowledged = 0;
    for (auto& x : client.take<stream_acknowledged>())
      acknowledged += x.count - x.refused.size();
    EXPECT_EQ(acknowledged, 50u);
    EXPECT_EQ(troupe.stats().unended(), 0u);
    EXPECT_EQ(troupe.stats().submitted, 50u);
    EXPECT_EQ(troupe.circuits()[0].state, circuit_state::closed);
  }
}

TEST(runtime_circuits_test, burns_no_attempts_of_what_waits) {
  circuit_troupe troupe{brittle()};
  troupe.is_down = true;
  std::vector<core::task_spec> specs;
  for (int i = 0; i < 50; ++i)
    specs.push_back(troupe.make("fetch"));
  specs.push_back(troupe.make("parse"));
  auto last = specs[49].id;
  EXPECT_EQ(troupe.submit(std::move(specs)), core::error{});
  troupe.advance(1s, 100ms);
  // Those that began before the news of the second failure reached the queue.
  EXPECT_LE(troupe.calls, 16);
  auto tried = troupe.calls;
  EXPECT_EQ(troupe.stats().completed, 1u) << "what needs something else";
  EXPECT_EQ(troupe.explain(last), "waits for circuit 'fetch', which is open");
  // Of the next ones a single one is tried.
  troupe.advance(10s, 100ms);
  EXPECT_EQ(troupe.calls, tried + 1);
  troupe.is_down = false;
  troupe.advance(60s, 100ms);
  EXPECT_EQ(troupe.stats().unended(), 0u);
  EXPECT_EQ(troupe.stats().completed, 50u - static_cast<size_t>(tried));
  EXPECT_EQ(troupe.circuits()[0].state, circuit_state::closed);
}

TEST(runtime_circuits_test, a_queue_that_is_started_again_holds_it_as_well) {
  circuit_troupe troupe{brittle()};
  EXPECT_EQ(troupe
              .ask<messages::done>(troupe.parts().breaker,
                                   messages::force_open_circuit{"fetch"})
              .failure,
            core::error{});
  // Past the gate, as those that were accepted before.
  messages::submit_tasks request;
  request.specs.push_back(share(troupe.make("fetch")));
  troupe.ask<messages::done>(troupe.parts().manager, std::move(request));
  caf::anon_send_exit(troupe.queue("default"), caf::exit_reason::kill);
  troupe.advance(1s, 100ms);
  EXPECT_EQ(troupe.calls, 0);
  EXPECT_EQ(troupe.info("default").ready, 1u);
  troupe.ask<messages::done>(troupe.parts().breaker,
                             messages::reset_circuit{"fetch"});
  EXPECT_EQ(troupe.stats().completed, 1u);
}

// -- on real threads ----------------------------------------------------------

TEST(runtime_circuits_test, outlive_the_process_with_a_journal) {
  auto journal = std::make_shared<storage::memory_journal>();
  {
    // Seeds by which ids differ and the time does not.
    circuit_troupe first{brittle(), journal, 1000};
    first.is_down = true;
    first.submit_one("fetch");
    first.submit_one("fetch");
    first.send(first.parts().breaker, messages::force_open_circuit{"parse"});
    first.advance(1s);
  }
  {
    circuit_troupe second{brittle(), journal, 2000};
    EXPECT_EQ(second.submit_one("fetch").code, ec::circuit_open);
    EXPECT_EQ(second.submit_one("parse").code, ec::circuit_open);
    second.send(second.parts().breaker, messages::reset_circuit{"parse"});
    second.advance(1s);
  }
  circuit_troupe third{brittle(), journal, 3000};
  EXPECT_EQ(third.submit_one("parse"), core::error{});
  // Another clock began with this process.
  third.advance(30s);
  EXPECT_EQ(third.submit_one("fetch"), core::error{});
  ASSERT_EQ(third.circuits().size(), 2u);
  EXPECT_EQ(third.circuits()[0].state, circuit_state::closed);
  // Circuits of another kind are others.
  auto by_queue = brittle();
  by_queue.scope = core::circuit_scope::queue;
  circuit_troupe fourth{by_queue, journal, 4000};
  EXPECT_TRUE(fourth.circuits().empty());
}

TEST(runtime_circuits_test, refuses_options_that_make_no_sense) {
  actors::runtime_options options;
  options.circuits.emplace().settings.probes = 0;
  EXPECT_THROW(actors::runtime{options}, std::invalid_argument);
}

TEST(runtime_circuits_test, says_so_when_there_are_no_circuits) {
  actors::runtime troupe;
  EXPECT_EQ(failure_of(troupe.circuits()).code, ec::invalid_argument);
  EXPECT_EQ(failure_of(troupe.trip_circuit("work")).message,
            "there are no circuits; set runtime_options::circuits");
  EXPECT_EQ(failure_of(troupe.force_open_circuit("work")).code,
            ec::invalid_argument);
  EXPECT_EQ(failure_of(troupe.reset_circuit("work")).code,
            ec::invalid_argument);
}

TEST(runtime_circuits_test, refuses_and_admits_as_it_is_worked_by_hand) {
  actors::runtime troupe{patient()};
  ASSERT_TRUE(troupe.add_agent(namer()));
  ASSERT_TRUE(troupe.trip_circuit("work"));
  EXPECT_EQ(failure_of(troupe.submit(task("late"))).code, ec::circuit_open);
  auto line = troupe.stream();
  ASSERT_TRUE(line.submit(task("late")));
  EXPECT_EQ(line.flush(), 1u);
  ASSERT_TRUE(troupe.force_open_circuit("work"));
  EXPECT_TRUE(troupe.circuits()->at(0).is_forced);
  ASSERT_TRUE(troupe.reset_circuit("work"));
  auto id = troupe.submit(task("in time"));
  ASSERT_TRUE(id);
  EXPECT_EQ(troupe.wait(*id)->status, task_status::completed);
  ASSERT_TRUE(line.submit(task("in time")));
  EXPECT_EQ(line.flush(), 1u);
  EXPECT_EQ(troupe.circuits()->at(0).state, circuit_state::closed);
}

TEST(runtime_circuits_test, knows_of_a_failure_before_its_client_does) {
  actors::runtime troupe{patient()};
  actors::agent_definition agent{"agent"};
  agent.on("work", actors::cooperative([](actors::task_context&) {
             throw core::failure({ec::handler_failed, "down"});
           }));
  ASSERT_TRUE(troupe.add_agent(std::move(agent)));
  for (int i = 0; i < 100; ++i) {
    for (int j = 0; j < 2; ++j) {
      auto spec = task("failing");
      spec.retry.max_retries = 0;
      auto id = troupe.submit(std::move(spec));
      ASSERT_TRUE(id);
      EXPECT_EQ(troupe.wait(*id)->status, task_status::failed);
    }
    EXPECT_EQ(failure_of(troupe.submit(task("late"))).code, ec::circuit_open);
    ASSERT_TRUE(troupe.reset_circuit("work"));
  }
}

TEST(runtime_circuits_test, accepts_what_it_held_when_it_may) {
  auto options = patient();
  options.circuits->on_open = core::open_policy::hold;
  actors::runtime troupe{options};
  ASSERT_TRUE(troupe.add_agent(namer()));
  ASSERT_TRUE(troupe.trip_circuit("work"));
  auto held = std::async(std::launch::async,
                         [&] { return troupe.submit(task("held")); });
  // Whether it has been held by then or not: it passes.
  ASSERT_TRUE(troupe.reset_circuit("work"));
  auto id = held.get();
  ASSERT_TRUE(id);
  EXPECT_EQ(troupe.wait(*id)->status, task_status::completed);
}

TEST(runtime_circuits_test, tells_who_waits_when_it_stops) {
  auto options = patient();
  options.circuits->on_open = core::open_policy::hold;
  actors::runtime troupe{options};
  ASSERT_TRUE(troupe.add_agent(namer()));
  ASSERT_TRUE(troupe.trip_circuit("work"));
  auto line = troupe.stream();
  std::vector<ec> reasons;
  line.on_refused([&](const core::task_id&, const core::error& why) {
    reasons.push_back(why.code);
  });
  ASSERT_TRUE(line.submit(task("held")));
  // So that it is there before the runtime stops.
  ASSERT_TRUE(troupe.circuits());
  ASSERT_TRUE(troupe.stop());
  EXPECT_EQ(line.flush(), 1u);
  EXPECT_EQ(reasons, std::vector{ec::stopping});
  EXPECT_EQ(failure_of(troupe.circuits()).code, ec::unavailable);
}

} // namespace troupe::test
