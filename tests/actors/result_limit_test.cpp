// What is too big to be handed on.

#include "actors/result_limit.hpp"

#include "tests/actors/runtimes.hpp"

#include <memory>
#include <string>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;
using core::ec;

class result_limit_test : public ::testing::Test {
protected:
  static actors::runtime_options small() {
    actors::runtime_options options;
    options.payload_bytes_max = 1000;
    return options;
  }

  core::task_record run(core::task_spec spec) {
    auto done = troupe_.execute(std::move(spec), 30s);
    EXPECT_TRUE(done && done->ended);
    return done && done->ended ? *done->ended : core::task_record{};
  }

  actors::runtime troupe_{small()};
};

core::task_spec with_text(std::string capability, size_t size) {
  auto spec = task("a", std::move(capability));
  spec.parameters = {{"text", std::string(size, 'x')}};
  return spec;
}

} // namespace

TEST_F(result_limit_test, a_result_that_is_too_big_fails_the_attempt) {
  actors::agent_definition agent{"agent"};
  agent.on("twice", [](actors::task_context& ctx) {
    auto text = ctx.parameters().at("text").get<std::string>();
    return core::json(text + text);
  });
  ASSERT_TRUE(troupe_.add_agent(agent));
  EXPECT_EQ(run(with_text("twice", 400)).status, core::task_status::completed);
  auto failed = run(with_text("twice", 600));
  EXPECT_EQ(failed.status, core::task_status::failed);
  ASSERT_TRUE(failed.failure);
  EXPECT_EQ(failed.failure->code, ec::limit_exceeded);
  EXPECT_EQ(failed.attempt, 1u) << "it would be as big again";
  EXPECT_EQ(failed.failure->message.find("a result of about 1202 bytes: no "
                                         "more than 1000"),
            0u)
    << failed.failure->message;
  EXPECT_TRUE(failed.result.is_null());
}

TEST_F(result_limit_test, parameters_that_are_too_big_are_refused) {
  auto refused = failure_of(troupe_.submit(with_text("work", 1000)));
  EXPECT_EQ(refused.code, ec::limit_exceeded);
  EXPECT_EQ(refused.message.find("task 'a': parameters of about "), 0u)
    << refused.message;
  auto stream = troupe_.stream();
  EXPECT_EQ(failure_of(stream.submit(with_text("work", 1000))).code,
            ec::limit_exceeded);
}

TEST_F(result_limit_test, so_are_those_of_children_and_answers) {
  actors::agent_definition agent{"agent"};
  agent.on("parent",
           [](actors::task_context& ctx) -> core::async<core::payload> {
             auto child = co_await ctx.run(with_text("work", 1000));
             co_return std::move(child.result);
           });
  ASSERT_TRUE(troupe_.add_agent(agent));
  auto failed = run(task("p", "parent"));
  ASSERT_TRUE(failed.failure);
  EXPECT_EQ(failed.failure->code, ec::limit_exceeded);
  EXPECT_EQ(
    failure_of(troupe_.provide_input(
                 {1, 1}, core::payload(core::json(std::string(1000, 'x')))))
      .code,
    ec::limit_exceeded);
}

TEST_F(result_limit_test, there_is_always_some_room) {
  actors::runtime_options none;
  none.payload_bytes_max = 0;
  EXPECT_THROW(actors::runtime{std::move(none)}, std::invalid_argument);
}

TEST_F(result_limit_test, references_that_bring_too_much_fail_the_task) {
  actors::agent_definition agent{"agent"};
  agent.on("same", [](actors::task_context& ctx) {
    return core::json(ctx.parameters().at("text"));
  });
  ASSERT_TRUE(troupe_.add_agent(agent));
  auto first = with_text("same", 600);
  first.id = troupe_.new_id();
  auto once = task("b", "same");
  once.dependencies = {{first.id, "a"}};
  once.parameters = {{"text", "${a.result}"}};
  auto twice = once;
  twice.parameters = {{"text", "${a.result}, ${a.result}"}};
  auto ids = troupe_.submit(std::vector{first, once, twice});
  ASSERT_TRUE(ids);
  EXPECT_EQ(troupe_.wait(ids->at(1))->status, core::task_status::completed);
  auto failed = troupe_.wait(ids->at(2));
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->status, core::task_status::failed);
  ASSERT_TRUE(failed->failure);
  EXPECT_EQ(failed->failure->code, ec::limit_exceeded);
  EXPECT_EQ(failed->attempt, 0u);
  EXPECT_NE(failed->failure->message.find("${a.result}: with it the parameters "
                                          "have more than 1000 bytes"),
            std::string::npos)
    << failed->failure->message;
}

TEST_F(result_limit_test, a_partial_result_that_is_too_big_fails_the_attempt) {
  actors::agent_definition agent{"agent"};
  agent.on("emit", [](actors::task_context& ctx) {
    ctx.emit(core::payload(ctx.parameters().at("text")));
    ctx.emit(
      core::payload(core::json::array({ctx.parameters(), ctx.parameters()})));
    return core::payload{};
  });
  ASSERT_TRUE(troupe_.add_agent(agent));
  EXPECT_EQ(run(with_text("emit", 400)).status, core::task_status::completed);
  auto failed = run(with_text("emit", 600));
  EXPECT_EQ(failed.status, core::task_status::failed);
  ASSERT_TRUE(failed.failure);
  EXPECT_EQ(failed.failure->code, ec::limit_exceeded);
  EXPECT_EQ(failed.attempt, 1u);
  EXPECT_EQ(failed.failure->message.find("a partial result of about "), 0u)
    << failed.failure->message;
}

} // namespace troupe::test
