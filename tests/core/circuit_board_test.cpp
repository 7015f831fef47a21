#include "core/circuit_board.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

using list = std::vector<std::string>;

task_spec_ptr task(std::string capability, std::string queue = "default") {
  task_spec spec;
  spec.name = capability;
  spec.capabilities = {std::move(capability), "more"};
  spec.queue = std::move(queue);
  return std::make_shared<const task_spec>(std::move(spec));
}

class circuit_board_test : public ::testing::Test {
protected:
  circuit_board_test() {
    options.settings.failures_max = 2;
    options.settings.cool_down = 10s;
  }

  circuit_board make() const {
    return circuit_board{options};
  }

  error admit(circuit_board& board, std::vector<task_spec_ptr> specs) const {
    auto admitted = board.admit(specs, now);
    return admitted ? error{} : admitted.error();
  }

  void record(circuit_board& board, const task_spec_ptr& spec,
              bool is_success) const {
    board.record({spec, now, is_success}, now);
  }

  void fail(circuit_board& board, const task_spec_ptr& spec) const {
    record(board, spec, false);
    record(board, spec, false);
  }

  /// `key state` of each.
  list states(const circuit_board& board) const {
    list result;
    for (auto& x : board.list(now))
      result.push_back(fmt::format("{} {}", x.key, to_string(x.state)));
    return result;
  }

  circuit_options options;
  time_point now{1'700'000'000s};
};

attempt_outcome outcome(ec code, bool is_permanent = false) {
  attempt_outcome x;
  x.failure.code = code;
  x.failure.is_permanent = is_permanent;
  return x;
}

} // namespace

TEST_F(circuit_board_test, finds_the_circuit_of_a_task) {
  auto spec = *task("fetch", "slow");
  auto key = [&](circuit_scope scope) {
    options.scope = scope;
    return std::string{make().key_of(spec)};
  };
  EXPECT_EQ(key(circuit_scope::capability), "fetch");
  EXPECT_EQ(key(circuit_scope::queue), "slow");
  EXPECT_EQ(key(circuit_scope::all), "all");
  spec.agent = "bob";
  EXPECT_EQ(key(circuit_scope::agent), "");
  spec.wish = agent_wish::require;
  EXPECT_EQ(key(circuit_scope::agent), "bob");
}

TEST_F(circuit_board_test, knows_what_says_something_of_the_worker) {
  EXPECT_TRUE(is_evidence(outcome(ec::none)));
  EXPECT_TRUE(is_evidence(outcome(ec::handler_failed)));
  EXPECT_TRUE(is_evidence(outcome(ec::handler_crashed)));
  EXPECT_TRUE(is_evidence(outcome(ec::timeout)));
  EXPECT_FALSE(is_evidence(outcome(ec::handler_failed, true)));
  EXPECT_FALSE(is_evidence(outcome(ec::invalid_argument)));
  EXPECT_FALSE(is_evidence(outcome(ec::cancelled)));
}

TEST_F(circuit_board_test, opens_one_circuit_and_leaves_the_others) {
  auto board = make();
  record(board, task("parse"), true);
  EXPECT_TRUE(board.is_closed());
  fail(board, task("fetch"));
  EXPECT_FALSE(board.is_closed());
  EXPECT_EQ(states(board), (list{"fetch open", "parse closed"}));
  EXPECT_EQ(admit(board, {task("parse")}), error{});
  EXPECT_EQ(admit(board, {task("never seen")}), error{});
  auto why = admit(board, {task("fetch")});
  EXPECT_EQ(why.code, ec::circuit_open);
  EXPECT_EQ(why.retry_after, 10s);
  EXPECT_EQ(why.message,
            "circuit 'fetch' is open until 2023-11-14T22:13:30.000Z (2 "
            "failures in a row); submit again then");
}

TEST_F(circuit_board_test, admits_all_of_a_submission_or_none) {
  auto board = make();
  fail(board, task("fetch"));
  EXPECT_EQ(admit(board, {task("parse"), task("fetch")}).code,
            ec::circuit_open);
  // What was refused has taken no place.
  fail(board, task("parse"));
  now += 10s;
  board.force_open("fetch", now);
  EXPECT_EQ(admit(board, {task("parse"), task("fetch")}).message,
            "circuit 'fetch' has been opened by hand until somebody resets "
            "it");
  EXPECT_EQ(admit(board, {task("parse"), task("parse")}), error{});
  auto why = admit(board, {task("parse")});
  EXPECT_EQ(why.message,
            "circuit 'parse' is half-open and its probes are under way; "
            "submit again when it has closed, at the latest after "
            "2023-11-14T22:14:30.000Z");
}

TEST_F(circuit_board_test, counts_nothing_where_there_is_no_circuit) {
  options.scope = circuit_scope::agent;
  auto board = make();
  fail(board, task("fetch"));
  EXPECT_TRUE(board.list(now).empty());
  EXPECT_EQ(admit(board, {task("fetch")}), error{});
}

TEST_F(circuit_board_test, publishes_what_changes) {
  auto board = make();
  fail(board, task("fetch"));
  auto opened = board.take_events();
  ASSERT_EQ(opened.size(), 1u);
  EXPECT_EQ(opened[0].kind, event_kind::circuit_opened);
  EXPECT_EQ(opened[0].subject, "fetch");
  EXPECT_EQ(opened[0].at, now);
  EXPECT_EQ(opened[0].text,
            "2 failures in a row; open until 2023-11-14T22:13:30.000Z");
  EXPECT_FALSE(board.advance(now));
  EXPECT_TRUE(board.take_events().empty());
  now += 15s;
  EXPECT_TRUE(board.advance(now));
  auto half_open = board.take_events();
  ASSERT_EQ(half_open.size(), 1u);
  EXPECT_EQ(half_open[0].kind, event_kind::circuit_half_open);
  EXPECT_EQ(half_open[0].at, now - 5s);
  record(board, task("fetch"), true);
  auto closed = board.take_events();
  ASSERT_EQ(closed.size(), 1u);
  EXPECT_EQ(closed[0].kind, event_kind::circuit_closed);
  EXPECT_EQ(closed[0].text, "1 of 1 probes succeeded");
  EXPECT_TRUE(board.is_closed());
}

TEST_F(circuit_board_test, misses_no_change_when_nobody_looked_in_between) {
  auto board = make();
  fail(board, task("fetch"));
  now += 15s;
  record(board, task("fetch"), false);
  std::vector<event_kind> kinds;
  for (auto& x : board.take_events())
    kinds.push_back(x.kind);
  EXPECT_EQ(kinds, (std::vector{event_kind::circuit_opened,
                                event_kind::circuit_half_open,
                                event_kind::circuit_opened}));
}

TEST_F(circuit_board_test, says_when_the_first_circuit_changes) {
  auto board = make();
  EXPECT_EQ(board.next(), never);
  fail(board, task("fetch"));
  auto first = now + 10s;
  now += 2s;
  fail(board, task("parse"));
  board.force_open("other", now);
  EXPECT_EQ(board.next(), first);
  now = first;
  board.advance(now);
  EXPECT_EQ(board.next(), first + 2s);
  // A half-open circuit waits for those who come, not for the time.
  now += 2s;
  board.advance(now);
  EXPECT_EQ(board.next(), never);
  EXPECT_EQ(admit(board, {task("fetch")}), error{});
  EXPECT_EQ(board.next(), now + options.settings.probe_time);
}

TEST_F(circuit_board_test, is_worked_by_hand) {
  auto board = make();
  // Also before anybody has done any work.
  EXPECT_TRUE(board.trip("fetch", now));
  EXPECT_TRUE(board.force_open("parse", now));
  EXPECT_EQ(states(board), (list{"fetch open", "parse open"}));
  EXPECT_EQ(board.take_events().size(), 2u);
  EXPECT_TRUE(board.force_open("fetch", now));
  EXPECT_EQ(board.take_events()[0].text, "forced open by hand");
  EXPECT_TRUE(board.reset("fetch", now));
  EXPECT_TRUE(board.reset("parse", now));
  EXPECT_TRUE(board.is_closed());
  EXPECT_EQ(states(board), (list{"fetch closed", "parse closed"}));
}

TEST_F(circuit_board_test, cannot_work_what_is_not_there) {
  auto board = make();
  board.trip("fetch", now);
  auto reset = board.reset("fetsh", now);
  ASSERT_FALSE(reset);
  EXPECT_EQ(reset.error().code, ec::invalid_argument);
  EXPECT_EQ(reset.error().message,
            "there is no circuit 'fetsh' (did you mean 'fetch'?)");
  EXPECT_EQ(board.trip("", now).error().code, ec::invalid_argument);
  EXPECT_EQ(board.force_open("", now).error().code, ec::invalid_argument);
}

// -- tasks that wait in queues ------------------------------------------------

TEST_F(circuit_board_test, names_the_circuits_that_are_not_closed) {
  auto board = make();
  EXPECT_TRUE(board.bars().empty());
  fail(board, task("parse"));
  fail(board, task("fetch"));
  record(board, task("write"), true);
  auto bars = board.bars();
  ASSERT_EQ(bars.size(), 2u);
  EXPECT_EQ(bars[0].key, "fetch");
  EXPECT_FALSE(bars[0].is_half_open);
  now += 10s;
  EXPECT_TRUE(board.advance(now));
  auto later = board.bars();
  EXPECT_TRUE(later[0].is_half_open);
  EXPECT_NE(later[0].round, bars[0].round);
}

TEST_F(circuit_board_test, probes_of_all_kinds_share_the_places) {
  options.settings.probes = 2;
  auto board = make();
  fail(board, task("fetch"));
  EXPECT_FALSE(board.admit_waiting("slow", "fetch", now)) << "it is open";
  EXPECT_FALSE(board.admit_waiting("slow", "unknown", now));
  now += 10s;
  EXPECT_EQ(admit(board, {task("fetch")}), error{});
  EXPECT_TRUE(board.admit_waiting("slow", "fetch", now));
  EXPECT_FALSE(board.admit_waiting("slow", "fetch", now));
  auto probes = board.take_probes();
  ASSERT_EQ(probes.size(), 2u);
  EXPECT_EQ(probes[0].queue, "default");
  EXPECT_EQ(probes[1].queue, "slow");
  EXPECT_EQ(probes[1].circuit, "fetch");
  EXPECT_TRUE(board.take_probes().empty());
  auto round = board.bars().at(0).round;
  now += options.settings.probe_time;
  EXPECT_TRUE(board.advance(now)) << "they have come to nothing";
  EXPECT_NE(board.bars().at(0).round, round);
}

TEST_F(circuit_board_test, keeps_what_is_not_as_good_as_new) {
  auto board = make();
  record(board, task("parse"), true);
  fail(board, task("fetch"));
  EXPECT_EQ(board.memory_of("parse"), std::nullopt);
  EXPECT_EQ(board.memory_of("never seen"), std::nullopt);
  auto memory = board.memory_of("fetch");
  ASSERT_TRUE(memory);
  auto next = make();
  next.restore("fetch", *memory, now);
  EXPECT_FALSE(next.is_closed());
  EXPECT_TRUE(next.take_events().empty());
  EXPECT_EQ(admit(next, {task("fetch")}).code, ec::circuit_open);
  EXPECT_TRUE(next.reset("fetch", now));
  EXPECT_TRUE(next.is_closed());
  EXPECT_EQ(next.memory_of("fetch"), std::nullopt);
}

} // namespace troupe::core
