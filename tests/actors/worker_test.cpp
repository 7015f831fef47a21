#include "actors/worker.hpp"

#include "tests/actors/runtimes.hpp"
#include "tests/support/end_of.hpp"
#include "tests/support/recorder.hpp"
#include "tests/support/tasks.hpp"

#include <gtest/gtest.h>

#include <latch>
#include <stdexcept>
#include <thread>

namespace troupe::test {

namespace {

using actors::executed;
using actors::handler_result;
using actors::plain_handler;
using actors::task_context;

class worker_test : public ::testing::Test {
protected:
  core::attempt_key run(const plain_handler& f) {
    core::attempt_order order;
    order.spec = share(make_task(system_, "task"));
    auto key = order.key();
    handler_ = f;
    auto self = std::make_shared<actors::attempt>(std::move(order), links_,
                                                  nullptr);
    system_.send(worker_, actors::execute{self, &handler_});
    system_.settle();
    return key;
  }

  std::string death() {
    auto reason = end_of(system_, worker_);
    return reason ? compat::describe(system_.system(), *reason) : "lives";
  }

  deterministic_system system_;
  recorder<messages::manager_actor> manager_{system_};
  recorder<actors::agent_host_impl> agent_{system_};
  actors::worker_actor worker_
    = system_.own(system_.system().spawn(actors::worker, agent_.handle()));
  std::shared_ptr<const actors::attempt::links> links_
    = std::make_shared<const actors::attempt::links>(
      actors::attempt::links{system_.env(), actors::agent_definition{"worker"},
                             messages::attempt_owner_actor{manager_.handle()}});
  plain_handler handler_;
};

} // namespace

TEST_F(worker_test, tells_its_agent_what_came_of_a_handler) {
  auto key = run([](task_context& ctx) -> handler_result {
    return core::payload(core::json(ctx.task().name));
  });
  auto outcome = agent_.take_one<executed>().outcome;
  EXPECT_EQ(outcome.key, key);
  EXPECT_TRUE(outcome.is_success());
  EXPECT_EQ(outcome.result.value(), "task");
  EXPECT_EQ(outcome.started, system_.now());
  EXPECT_FALSE(end_of(system_, worker_));
}

TEST_F(worker_test, survives_a_handler_that_fails) {
  run([](task_context&) -> handler_result {
    throw core::failure{{core::ec::system_error, "no"}};
  });
  EXPECT_EQ(agent_.take_one<executed>().outcome.failure.message, "no");
  run([](task_context&) -> handler_result { return core::payload{}; });
  EXPECT_TRUE(agent_.take_one<executed>().outcome.is_success());
}

TEST_F(worker_test, dies_of_what_a_handler_throws) {
  run(
    [](task_context&) -> handler_result { throw std::runtime_error{"boom"}; });
  EXPECT_TRUE(agent_.got<executed>().empty());
  EXPECT_EQ(death(), "boom");
}

TEST_F(worker_test, dies_of_whatever_a_handler_throws) {
  run([](task_context&) -> handler_result { throw 42; });
  EXPECT_EQ(death(), "unknown exception");
}

TEST_F(worker_test, does_not_outlive_its_agent) {
  caf::anon_send_exit(agent_.handle(), caf::exit_reason::kill);
  system_.settle();
  EXPECT_TRUE(end_of(system_, worker_));
}

// -- on real threads ----------------------------------------------------------

TEST_F(worker_test, has_a_thread_of_its_own) {
  // Each waits for all others, and there are more than the scheduler's threads.
  constexpr uint32_t count = 8;
  std::latch all{count};
  actors::runtime_options options;
  options.threads = 1;
  actors::runtime troupe{options};
  actors::agent_definition agent{"worker"};
  agent.slots(count).on("work", [&](task_context&) { all.arrive_and_wait(); });
  ASSERT_TRUE(troupe.add_agent(std::move(agent)));
  std::vector<core::task_spec> specs(count, task("meets the others"));
  auto ids = troupe.submit(std::move(specs));
  ASSERT_TRUE(ids);
  auto records = troupe.wait_all(*ids);
  ASSERT_TRUE(records);
  for (auto& record : *records)
    EXPECT_EQ(record.status, core::task_status::completed);
}

TEST_F(worker_test, runs_one_handler_after_the_other_on_its_thread) {
  std::vector<std::thread::id> threads;
  actors::runtime troupe;
  actors::agent_definition agent{"worker"};
  agent.slots(1).on("work", [&](task_context&) {
    threads.push_back(std::this_thread::get_id());
  });
  ASSERT_TRUE(troupe.add_agent(std::move(agent)));
  for (auto name : {"first", "second"})
    ASSERT_TRUE(troupe.execute(task(name), core::duration::max())->ended);
  ASSERT_EQ(threads.size(), 2u);
  EXPECT_EQ(threads[0], threads[1]);
  EXPECT_NE(threads[0], std::this_thread::get_id());
}

} // namespace troupe::test
