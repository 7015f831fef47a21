// Queues that keep back what circuits do not let through.

#include "tests/core/work_queue_fixture.hpp"

namespace troupe::core {

namespace {

class work_queue_circuits_test : public work_queue_fixture {
protected:
  void bar(bool is_half_open, uint64_t round = 1) {
    queue->bar(circuit_scope::capability, {{"scan", is_half_open, round}});
  }

  void close() {
    queue->bar(circuit_scope::capability, {});
  }
};

} // namespace

TEST_F(work_queue_circuits_test, starts_nothing_that_needs_an_open_circuit) {
  bar(false);
  enqueue("x");
  enqueue("y", {.priority = 1, .capabilities = {"print"}});
  lend(0, 2, {"scan", "print"});
  EXPECT_EQ(started(), lines{"y#1 on a"});
  EXPECT_EQ(wants, lines{}) << "what is kept back needs no slot";
  EXPECT_EQ(returns, lines{"1 of a"});
  EXPECT_EQ(probes, lines{});
  EXPECT_EQ(explained("x"), "waits for circuit 'scan', which is open");
}

TEST_F(work_queue_circuits_test, goes_on_when_the_circuit_closes) {
  bar(false);
  enqueue("x");
  plan();
  close();
  plan();
  EXPECT_EQ(wants, lines{"1 of [scan] at 50"});
  lend(0, 1);
  EXPECT_EQ(started(), lines{"x#1 on a"});
}

TEST_F(work_queue_circuits_test, a_failed_attempt_waits_for_it_as_well) {
  enqueue("x", {.retry = {.max_retries = 1, .jitter = jitter_kind::none}});
  lend(0, 1);
  EXPECT_EQ(started(), lines{"x#1 on a"});
  bar(false);
  fail("x");
  clock += std::chrono::hours{1};
  EXPECT_EQ(started(), lines{}) << "the attempt would be burnt";
  close();
  lend(0, 1);
  EXPECT_EQ(started(), lines{"x#2 on a"});
}

TEST_F(work_queue_circuits_test, asks_a_half_open_circuit_for_each_probe) {
  bar(true);
  enqueue("x", {.priority = 10});
  enqueue("y", {.priority = 90});
  plan();
  EXPECT_EQ(probes, lines{"scan"});
  plan();
  EXPECT_EQ(probes, lines{}) << "once";
  EXPECT_EQ(explained("x"), "waits for circuit 'scan', which is half-open and "
                            "has its probes under way");
  queue->allow_probes("scan", 1);
  plan();
  EXPECT_EQ(wants, lines{"1 of [scan] at 90"}) << "one slot, for one probe";
  lend(0, 2);
  EXPECT_EQ(started(), lines{"y#1 on a"});
  EXPECT_EQ(probes, lines{"scan"}) << "there may be another one";
}

TEST_F(work_queue_circuits_test, asks_for_nothing_that_could_not_start) {
  bar(true);
  enqueue("x");
  queue->pause();
  plan();
  EXPECT_EQ(probes, lines{});
  queue->resume();
  plan();
  EXPECT_EQ(probes, lines{"scan"});
}

} // namespace troupe::core
