// How soon a cancellation takes effect, and what comes after it: all actors are
// real, and time stands still.

#include "tests/support/tasks.hpp"
#include "tests/support/virtual_troupe.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;

using core::async;
using core::payload;
using core::task_status;

/// Says so when the handler it stands in is gone.
class witness {
public:
  explicit witness(int& gone) : gone_(&gone) {
  }

  witness(const witness&) = delete;
  witness& operator=(const witness&) = delete;

  ~witness() {
    ++*gone_;
  }

private:
  int* gone_;
};

class cancellation_test : public ::testing::TestWithParam<uint64_t> {
protected:
  cancellation_test() {
    core::queue_spec spec;
    spec.name = "default";
    troupe_.add_queue(spec);
    actors::agent_definition agent{"worker"};
    agent.slots(1);
    agent.on("wait", [this](actors::task_context& ctx) -> async<payload> {
      witness x{gone_};
      ++begun_;
      co_await ctx.sleep(1h);
      co_return payload{};
    });
    agent.on("ask", [this](actors::task_context& ctx) -> async<payload> {
      witness x{gone_};
      ++begun_;
      co_await ctx.input("well?");
      co_return payload{};
    });
    agent.on("parent", [this](actors::task_context& ctx) -> async<payload> {
      witness x{gone_};
      auto child = make_task(troupe_, "child", "wait");
      co_await ctx.run(std::move(child));
      co_return payload{};
    });
    EXPECT_EQ(troupe_.add_agent(std::move(agent)), core::error{});
  }

  core::task_id submit(const std::string& capability) {
    auto spec = make_task(troupe_, capability, capability);
    auto id = spec.id;
    std::vector<core::task_spec> specs;
    specs.push_back(std::move(spec));
    EXPECT_EQ(troupe_.submit(std::move(specs)), core::error{});
    return id;
  }

  /// At once: no time passes.
  void cancel(const core::task_id& id) {
    auto before = troupe_.now();
    EXPECT_EQ(troupe_.cancel(id), core::error{});
    EXPECT_EQ(troupe_.now(), before);
    EXPECT_EQ(troupe_.get(id).status, task_status::cancelled);
  }

  virtual_troupe troupe_{GetParam()};
  int begun_ = 0;
  int gone_ = 0;
};

} // namespace

TEST_P(cancellation_test, ends_what_runs_without_delay) {
  auto id = submit("wait");
  EXPECT_EQ(begun_, 1);
  cancel(id);
  EXPECT_EQ(gone_, 1);
  // Its slot is free for the next one.
  submit("wait");
  EXPECT_EQ(begun_, 2);
}

TEST_P(cancellation_test, takes_what_waits_out_of_the_line) {
  submit("wait");
  auto waiting = submit("wait");
  EXPECT_EQ(troupe_.info("default").ready, 1u);
  cancel(waiting);
  EXPECT_EQ(troupe_.info("default").ready, 0u);
  EXPECT_EQ(begun_, 1);
}

TEST_P(cancellation_test, ends_who_waits_for_an_answer_or_a_child) {
  auto asking = submit("ask");
  EXPECT_EQ(begun_, 1);
  cancel(asking);
  EXPECT_EQ(gone_, 1);
  auto parent = submit("parent");
  EXPECT_EQ(begun_, 2);
  cancel(parent);
  EXPECT_EQ(gone_, 3);
  EXPECT_EQ(troupe_.info("default").running, 0u);
}

TEST_P(cancellation_test, what_comes_afterwards_is_dropped_and_counted) {
  auto id = submit("wait");
  cancel(id);
  // What the agent says of the end of the attempt.
  EXPECT_EQ(troupe_.stats().outcomes_dropped, 1u);
}

TEST_P(cancellation_test, overtakes_what_waits_at_the_manager) {
  auto id = submit("wait");
  auto manager = troupe_.parts().manager;
  troupe_.ask<messages::subscribed>(troupe_.parts().bus,
                                    messages::subscribe{0, 1'000'000});
  for (int i = 0; i < 100; ++i) {
    messages::submit_tasks more;
    more.specs.push_back(share(make_task(troupe_, "more", "wait")));
    troupe_.send(manager, std::move(more));
  }
  auto& self = troupe_.self();
  compat::send_urgent(self, manager, messages::cancel_task{id});
  troupe_.settle();
  std::vector<core::event_kind> kinds;
  while (self->has_next_message())
    self->receive(
      [&](messages::events_published& x) {
        for (auto& event : x.events)
          kinds.push_back(event.kind);
      },
      [](messages::done&) {
        // Answers to the above.
      });
  ASSERT_FALSE(kinds.empty());
  EXPECT_EQ(kinds.front(), core::event_kind::task_cancelled);
  EXPECT_EQ(std::ranges::count(kinds, core::event_kind::task_submitted), 100);
}

INSTANTIATE_TEST_SUITE_P(orders, cancellation_test,
                         ::testing::Range<uint64_t>(0, 8));

} // namespace troupe::test
