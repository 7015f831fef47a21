// Troupe's own actors and agents die on real threads, and clients notice as
// little of it as can be.

#include "messages/type_ids.hpp"
#include "tests/actors/runtimes.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;
using core::ec;
using core::task_status;

class runtime_restarts_test : public whole_runtime {
protected:
  void kill_manager() {
    caf::anon_send_exit(troupe_.manager(), caf::exit_reason::kill);
  }
};

} // namespace

TEST_F(runtime_restarts_test, a_wait_outlives_the_manager) {
  door work;
  add(work.agent());
  auto id = submit(task("patient", "wait"));
  work.await_begin();
  auto ended = std::async(std::launch::async, [&] { return troupe_.wait(id); });
  kill_manager();
  EXPECT_EQ(troupe_.get(id)->status, task_status::running);
  // Its queue is a new one, too: once that knows of the attempt, nothing of it
  // can be lost any more.
  auto status = troupe_.status();
  ASSERT_TRUE(status);
  EXPECT_EQ(status->queues.at(0).running, 1u);
  work.open();
  auto record = ended.get();
  ASSERT_TRUE(record);
  EXPECT_EQ(record->status, task_status::completed);
  EXPECT_EQ(record->attempt, 1u);
}

TEST_F(runtime_restarts_test, submissions_go_on) {
  add(namer());
  for (int i = 0; i < 5; ++i) {
    kill_manager();
    EXPECT_EQ(wait(submit(task("after"))).status, task_status::completed);
  }
}

TEST_F(runtime_restarts_test, a_stream_loses_nothing) {
  add(namer());
  auto stream = troupe_.stream();
  for (int i = 0; i < 5000; ++i) {
    ASSERT_TRUE(stream.submit(task("streamed")));
    if (i % 1000 == 500)
      kill_manager();
  }
  auto refused = stream.flush();
  ASSERT_TRUE(refused);
  EXPECT_EQ(*refused, 0u);
  EXPECT_TRUE(troupe_.wait_until_idle());
  EXPECT_EQ(troupe_.stats()->completed, 5000u);
}

TEST_F(runtime_restarts_test, events_go_on_without_a_gap) {
  add(namer());
  auto events = troupe_.subscribe();
  kill_manager();
  submit(task("after"));
  uint64_t last = 0;
  for (;;) {
    auto event = events.next();
    ASSERT_TRUE(event);
    EXPECT_TRUE(last == 0 || event->sequence == last + 1) << last;
    last = event->sequence;
    if (event->kind == core::event_kind::task_completed)
      break;
  }
}

TEST_F(runtime_restarts_test, an_actor_of_ones_own_is_spawned_again) {
  auto spawned = std::make_shared<std::atomic<int>>(0);
  core::agent_spec spec;
  spec.id = "own";
  spec.capabilities = {"work"};
  auto factory = [spawned](caf::actor_system& system) {
    ++*spawned;
    return system.spawn([]() -> messages::agent_actor::behavior_type {
      return {[](messages::perform_task& x) {
        if (x.spec->name == "fatal" && x.key.number == 1)
          throw std::runtime_error{"as asked"};
        return messages::task_performed{core::payload(core::json("done")), {}};
      }};
    });
  };
  ASSERT_TRUE(troupe_.add_agent(spec, factory));
  auto record = wait(submit(task("fatal")));
  EXPECT_EQ(record.status, task_status::completed);
  EXPECT_EQ(record.attempt, 2u);
  EXPECT_EQ(*spawned, 2);
}

TEST(runtime_gives_up_test, answers_why_when_a_part_dies_too_often) {
  actors::runtime_options options;
  options.restarts = {1, 60s};
  actors::runtime troupe{std::move(options)};
  ASSERT_TRUE(troupe.add_agent(namer()));
  core::queue_spec held;
  held.name = "held";
  held.auto_start = false;
  ASSERT_TRUE(troupe.add_queue(held));
  auto spec = task("waits");
  spec.queue = "held";
  auto id = troupe.submit(spec);
  ASSERT_TRUE(id);
  auto ended = std::async(std::launch::async, [&] { return troupe.wait(*id); });
  for (int i = 0; i < 2; ++i) {
    auto manager = troupe.manager();
    caf::anon_send_exit(manager, caf::exit_reason::kill);
    // Until there is another, or none.
    auto stats = troupe.stats();
    EXPECT_EQ(stats.has_value(), i == 0);
  }
  auto why = failure_of(ended.get());
  EXPECT_EQ(why.code, ec::unavailable);
  EXPECT_NE(why.message.find("'manager' had to be started again more than 1 "
                             "times"),
            std::string::npos)
    << why.message;
  EXPECT_EQ(failure_of(troupe.submit(task("late"))).code, ec::unavailable);
}

} // namespace troupe::test
