#include "core/admissions.hpp"

#include "tests/core/registry_fixture.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

/// `default` and `side` hold two tasks and make others wait, `strict` holds one
/// and refuses, `wide` has no bound.
class admissions_test : public registry_fixture {
protected:
  admissions_test() {
    registry = std::make_unique<task_registry>();
    gate_ = std::make_unique<admissions>(*registry);
    for (auto name : {"default", "side"}) {
      queue_spec spec;
      spec.name = name;
      spec.waiting_max = 2;
      spec.when_full = full_policy::wait;
      spec.full_wait_max = 10s;
      spec.held_max = 4;
      gate_->add_queue(spec);
    }
    gate_->add_queue({.name = "strict", .waiting_max = 1});
    gate_->add_queue({.name = "wide"});
    registry->name_agent(0, "a");
  }

  task_spec in(const std::string& queue, const std::string& name,
               std::vector<dependency> needs = {}) {
    auto x = make(name, std::move(needs));
    x.queue = queue;
    return x;
  }

  /// `accepted`, `kept`, or the error.
  std::string submit(const std::vector<task_spec>& specs) {
    return submit(share(specs));
  }

  static std::vector<task_spec_ptr> share(const std::vector<task_spec>& specs) {
    std::vector<task_spec_ptr> shared;
    for (auto& x : specs)
      shared.push_back(std::make_shared<const task_spec>(x));
    return shared;
  }

  std::string submit(const std::vector<task_spec_ptr>& specs) {
    auto ok = gate_->submit(specs, now);
    if (!ok)
      return to_string(ok.error());
    return *ok == 0 ? "accepted" : "kept";
  }

  void fill(const std::string& queue = "default") {
    EXPECT_EQ(submit({in(queue, queue + " 1"), in(queue, queue + " 2")}),
              "accepted");
  }

  lines describe(const std::vector<admissions::verdict>& verdicts) const {
    lines result;
    for (auto& x : verdicts)
      result.push_back(
        name_of(x.task) + ": "
        + (x.accepted ? "accepted" : to_string(x.accepted.error())));
    return result;
  }

  lines released() {
    return describe(gate_->release(now));
  }

  admissions& gate() {
    return *gate_;
  }

private:
  std::unique_ptr<admissions> gate_;
};

} // namespace

TEST_F(admissions_test, accepts_what_there_is_room_for) {
  fill();
  EXPECT_EQ(submit({in("side", "x"), in("wide", "y")}), "accepted");
  EXPECT_TRUE(gate().is_empty());
  EXPECT_EQ(gate().next_deadline(), never);
}

TEST_F(admissions_test, refuses_what_is_wrong_full_or_not) {
  fill();
  EXPECT_EQ(submit({in("nowhere", "x")}).substr(0, 13), "unknown_queue");
  EXPECT_EQ(submit({in("wide", "x", {on("y")})}).substr(0, 12), "unknown_task");
  EXPECT_EQ(submit({in("strict", "s"), in("strict", "t")}).substr(0, 10),
            "queue_full");
}

TEST_F(admissions_test, a_repeated_submission_needs_no_room) {
  auto first = in("default", "x");
  first.keys = submission_keys{.submission = "k"};
  EXPECT_EQ(submit({first, in("default", "y")}), "accepted");
  auto again = first;
  again.id = id_of("z");
  admissions::repeats keys;
  auto made = gate().submit(share({again}), now, keys);
  ASSERT_TRUE(made);
  EXPECT_EQ(*made, 0u);
  EXPECT_EQ(keys.found, (std::vector{repetition{id_of("z"), id_of("x")}}));
}

TEST_F(admissions_test, of_two_that_are_kept_the_first_is_made) {
  fill();
  auto first = in("default", "x");
  first.keys = submission_keys{.submission = "k"};
  auto again = first;
  again.id = id_of("z");
  EXPECT_EQ(submit({first}), "kept");
  EXPECT_EQ(submit({again, in("default", "y")}), "kept");
  EXPECT_EQ(gate().held(0), 3u);
  complete("default 1");
  complete("default 2");
  auto verdicts = gate().release(now);
  EXPECT_EQ(describe(verdicts), (lines{"x: accepted", "z: accepted"}));
  ASSERT_EQ(verdicts.size(), 2u);
  EXPECT_TRUE(verdicts[0].repeated.empty());
  EXPECT_EQ(verdicts[1].repeated,
            (std::vector{repetition{id_of("z"), id_of("x")}}));
  EXPECT_EQ(gate().held(0), 0u);
  EXPECT_TRUE(gate().is_empty());
  EXPECT_EQ(registry->room(0), 0u);
}

TEST_F(admissions_test, takes_the_very_same_again) {
  auto first = share({in("wide", "x")});
  EXPECT_EQ(submit(first), "accepted");
  EXPECT_EQ(submit(first), "accepted");
  EXPECT_EQ(submit({*first.front()}), "accepted") << "it asks for the same";
  auto other = *first.front();
  other.description = "something else";
  EXPECT_EQ(submit({other}).substr(0, 9), "duplicate");
  fill();
  auto kept = share({make("z")});
  EXPECT_EQ(submit(kept), "kept");
  EXPECT_EQ(submit(kept), "kept");
  start("default 1");
  EXPECT_EQ(released(), lines{"z: accepted"});
  start("default 2");
  EXPECT_EQ(released(), lines{"z: accepted"});
  EXPECT_EQ(registry->stats().total, 4u);
}

TEST_F(admissions_test, keeps_the_order_of_those_that_wait) {
  fill();
  EXPECT_EQ(submit({make("a")}), "kept");
  EXPECT_EQ(submit({make("b"), make("c")}), "kept");
  EXPECT_EQ(submit({make("d")}), "kept");
  EXPECT_EQ(gate().held(0), 4u);
  EXPECT_EQ(released(), lines{});
  start("default 1");
  EXPECT_EQ(released(), lines{"a: accepted"});
  start("default 2");
  // There is room for `d`, but it is not its turn.
  EXPECT_EQ(released(), lines{});
  EXPECT_EQ(submit({make("e")}), "kept");
  start("a");
  EXPECT_EQ(released(), lines{"b: accepted"});
  start("b");
  start("c");
  EXPECT_EQ(released(), (lines{"d: accepted", "e: accepted"}));
  EXPECT_TRUE(gate().is_empty());
}

TEST_F(admissions_test, does_not_let_others_overtake_when_there_is_room) {
  fill();
  submit({make("a"), make("b")});
  start("default 1");
  EXPECT_EQ(submit({make("late")}), "kept");
  EXPECT_EQ(submit({in("side", "other")}), "accepted");
}

TEST_F(admissions_test, refuses_what_waits_too_long) {
  fill();
  submit({make("a")});
  now += 4s;
  submit({make("b")});
  EXPECT_EQ(gate().next_deadline(), now + 6s);
  now += 6s - 1ns;
  EXPECT_EQ(released(), lines{});
  now += 1ns;
  EXPECT_EQ(released(),
            lines{"a: queue_full: queue 'default' had no room for 1 "
                  "more within 10s; no more than 2 may wait in it"});
  EXPECT_EQ(gate().next_deadline(), now + 4s);
  start("default 1");
  EXPECT_EQ(released(), lines{"b: accepted"});
  EXPECT_EQ(gate().next_deadline(), never);
}

TEST_F(admissions_test, would_rather_accept_than_refuse_at_the_last_moment) {
  fill();
  submit({make("a")});
  now += 10s;
  start("default 1");
  EXPECT_EQ(released(), lines{"a: accepted"});
}

TEST_F(admissions_test, refuses_what_is_more_than_it_keeps) {
  fill();
  for (auto name : {"a", "b", "c", "d"})
    EXPECT_EQ(submit({make(name)}), "kept");
  EXPECT_EQ(submit({make("e")}),
            "queue_full: queue 'default' is full, and 4 of "
            "4 tasks are kept until it has room already");
  start("default 1");
  released();
  EXPECT_EQ(submit({make("e")}), "kept");
}

TEST_F(admissions_test, refuses_at_once_what_never_fits) {
  auto never
    = "queue_full: queue 'default' never has room for 3 tasks: no more "
      "than 2 may wait in it; submit them in parts";
  EXPECT_EQ(submit({make("a"), make("b"), make("c")}), never);
  EXPECT_TRUE(gate().is_empty());
  fill();
  submit({make("x")});
  EXPECT_EQ(submit({make("a"), make("b"), make("c")}), never);
}

TEST_F(admissions_test, keeps_what_needs_a_task_that_is_kept_behind_it) {
  fill();
  submit({make("a")});
  auto child = in("wide", "child");
  child.parent = id_of("b");
  EXPECT_EQ(submit({in("wide", "b", {on("a")})}), "kept");
  EXPECT_EQ(submit({child}), "kept");
  EXPECT_EQ(submit({in("wide", "other")}), "accepted");
  start("default 1");
  EXPECT_EQ(released(),
            (lines{"a: accepted", "b: accepted", "child: accepted"}));
}

TEST_F(admissions_test, knows_a_need_within_a_submission_from_one_outside) {
  fill();
  EXPECT_EQ(submit({make("a"), in("wide", "b", {on("a")})}), "kept");
  EXPECT_EQ(submit({in("wide", "c", {on("b")}), in("wide", "d", {on("c")})}),
            "kept");
  start("default 1");
  EXPECT_EQ(released(), (lines{"a: accepted", "c: accepted"}));
}

TEST_F(admissions_test, refuses_what_needs_a_task_that_was_refused) {
  fill();
  submit({make("a")});
  now += 5s;
  submit({in("wide", "b", {on("a")})});
  now += 5s;
  auto verdicts = released();
  ASSERT_EQ(verdicts.size(), 2u);
  EXPECT_EQ(verdicts[1].substr(0, 15), "b: unknown_task");
}

TEST_F(admissions_test, lets_the_next_one_pass_when_the_first_gives_up) {
  fill();
  submit({make("a"), make("b")});
  now += 1s;
  submit({make("c")});
  start("default 1");
  EXPECT_EQ(released(), lines{});
  now += 9s;
  auto verdicts = released();
  ASSERT_EQ(verdicts.size(), 2u);
  EXPECT_EQ(verdicts[1], "c: accepted");
}

TEST_F(admissions_test, waits_for_room_in_one_queue_after_the_other) {
  fill();
  fill("side");
  EXPECT_EQ(submit({in("default", "a"), in("side", "b")}), "kept");
  EXPECT_EQ(submit({in("side", "c")}), "kept");
  start("default 1");
  EXPECT_EQ(released(), lines{});
  start("side 1");
  EXPECT_EQ(released(), lines{"c: accepted"});
  start("side 2");
  EXPECT_EQ(released(), lines{"a: accepted"});
}

TEST_F(admissions_test, follows_a_task_it_needs_to_another_line) {
  fill();
  fill("side");
  submit({in("default", "a"), in("side", "b")});
  submit({in("default", "c", {on("a")})});
  start("default 1");
  start("default 2");
  EXPECT_EQ(released(), lines{});
  start("side 1");
  EXPECT_EQ(released(), (lines{"a: accepted", "c: accepted"}));
}

TEST_F(admissions_test, refuses_what_finds_another_queue_full_that_refuses) {
  fill();
  EXPECT_EQ(submit({make("a"), in("strict", "b")}), "kept");
  EXPECT_EQ(submit({in("strict", "c")}), "accepted");
  start("default 1");
  auto verdicts = released();
  ASSERT_EQ(verdicts.size(), 1u);
  EXPECT_EQ(verdicts[0].substr(0, 30), "a: queue_full: queue 'strict' ");
}

TEST_F(admissions_test, gives_all_up_in_the_order_they_came) {
  fill();
  fill("side");
  submit({in("side", "a")});
  submit({in("default", "b")});
  EXPECT_EQ(describe(gate().give_up({ec::stopping, "no more"})),
            (lines{"a: stopping: no more", "b: stopping: no more"}));
  EXPECT_TRUE(gate().is_empty());
  EXPECT_EQ(gate().held(0), 0u);
  EXPECT_EQ(gate().next_deadline(), never);
}

} // namespace troupe::core
