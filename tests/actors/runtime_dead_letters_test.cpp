#include "actors/runtime.hpp"
#include "tests/actors/runtimes.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;

using core::ec;
using core::task_status;

class runtime_dead_letters_test : public whole_runtime {
protected:
  /// Does what it is asked, unless that is nothing; crashes at `poison`.
  static actors::agent_definition fussy(uint32_t slots = 1) {
    actors::agent_definition agent{"fussy"};
    agent.slots(slots);
    agent.on("work", [](actors::task_context& ctx) -> actors::handler_result {
      if (ctx.parameters().is_null())
        return core::fail(ec::handler_failed, "nothing to do");
      if (ctx.parameters() == "poison")
        throw std::runtime_error{"boom"};
      return core::payload(ctx.parameters());
    });
    return agent;
  }

  static core::task_spec hopeless(const std::string& name,
                                  uint32_t retries = 1) {
    auto spec = task(name);
    spec.retry = {.max_retries = retries, .base = 0s};
    return spec;
  }

  std::vector<std::string> dead() {
    std::vector<std::string> names;
    auto page = troupe_.dead_letters();
    EXPECT_TRUE(page);
    if (page)
      for (auto& x : page->tasks)
        names.push_back(x.name());
    return names;
  }
};

using names = std::vector<std::string>;

} // namespace

TEST_F(runtime_dead_letters_test, can_be_edited_and_tried_again) {
  add(fussy());
  auto id = submit(hopeless("x"));
  EXPECT_EQ(wait(id).status, task_status::failed);
  auto page = troupe_.dead_letters({.code = ec::handler_failed});
  ASSERT_TRUE(page);
  ASSERT_EQ(page->tasks.size(), 1u);
  auto& history = page->tasks[0].history;
  EXPECT_EQ(std::ranges::count(history, core::history_kind::attempt_failed,
                               &core::history_entry::kind),
            2);
  auto again = troupe_.replay_dead_letter(
    id, {.parameters = core::payload(core::json("this"))});
  ASSERT_TRUE(again);
  auto record = wait(*again);
  EXPECT_EQ(record.result.value(), "this");
  EXPECT_EQ(*record.spec->replay_of, id);
  EXPECT_EQ(dead(), names{});
  EXPECT_EQ(failure_of(troupe_.replay_dead_letter(id)).code, ec::wrong_status);
  EXPECT_EQ(failure_of(troupe_.replay_dead_letter(troupe_.new_id())).code,
            ec::unknown_task);
}

TEST_F(runtime_dead_letters_test, a_wrong_edit_leaves_it_where_it_is) {
  add(fussy());
  auto id = submit(hopeless("x"));
  wait(id);
  auto why = failure_of(troupe_.replay_dead_letter(id, {.priority = 101}));
  EXPECT_EQ(why.code, ec::invalid_argument);
  EXPECT_EQ(dead(), names{"x"});
}

TEST_F(runtime_dead_letters_test, all_that_match_are_tried_again_or_dropped) {
  add(fussy());
  std::vector<core::task_id> ids;
  for (auto* name : {"a", "b", "b", "c"})
    ids.push_back(submit(hopeless(name, 0)));
  for (auto& id : ids)
    wait(id);
  auto report = troupe_.replay_dead_letters(
    {.name = "b"}, {.parameters = core::payload(core::json(1))});
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->refused.empty());
  ASSERT_EQ(report->accepted.size(), 2u);
  for (auto& id : report->accepted)
    EXPECT_EQ(wait(id).status, task_status::completed);
  EXPECT_EQ(dead(), (names{"a", "c"}));
  EXPECT_TRUE(troupe_.drop_dead_letter(ids[0]));
  EXPECT_EQ(troupe_.drop_dead_letters().value_or(0), 1u);
  EXPECT_EQ(dead(), names{});
  EXPECT_EQ(failure_of(troupe_.drop_dead_letter(ids[0])).code,
            ec::unknown_task);
}

TEST_F(runtime_dead_letters_test, poison_takes_no_agent_down_for_others) {
  add(fussy(1));
  std::vector<core::task_id> poison;
  std::vector<core::task_id> healthy;
  for (int i = 0; i < 5; ++i) {
    auto spec = hopeless("poison", 3);
    spec.parameters = core::payload(core::json("poison"));
    poison.push_back(submit(std::move(spec)));
    auto good = task("good");
    good.parameters = core::payload(core::json(i));
    healthy.push_back(submit(std::move(good)));
  }
  for (auto& id : healthy)
    EXPECT_EQ(wait(id).status, task_status::completed);
  for (auto& id : poison) {
    auto record = wait(id);
    EXPECT_EQ(record.attempt, 4u);
    EXPECT_EQ(record.failure->code, ec::handler_crashed);
  }
  auto page = troupe_.dead_letters({.code = ec::handler_crashed});
  ASSERT_TRUE(page);
  ASSERT_EQ(page->tasks.size(), 5u);
  for (auto& entry : page->tasks[0].history)
    if (entry.kind == core::history_kind::attempt_failed) {
      EXPECT_EQ(entry.detail, "handler_crashed: the handler threw: boom");
    }
  auto status = troupe_.status();
  ASSERT_TRUE(status);
  EXPECT_EQ(status->agents.at(0).status, core::agent_status::idle);
  EXPECT_EQ(status->tasks.dead_letters, 5u);
}

} // namespace troupe::test
