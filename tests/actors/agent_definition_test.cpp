#include "actors/agent_definition.hpp"

#include "actors/attempt.hpp"
#include "tests/support/tasks.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace troupe::test {

namespace {

using actors::agent_definition;
using actors::blocking_handler;
using actors::cooperative;
using actors::cooperative_handler;
using actors::coroutine_handler;
using actors::task_context;

using list = std::vector<std::string>;

template <class Kind>
bool is_a(const agent_definition& agent, const std::string& capability) {
  return std::holds_alternative<Kind>(agent.handlers().at(capability));
}

class agent_definition_test : public ::testing::Test {
protected:
  /// What the blocking handler of a capability makes.
  core::attempt_outcome made(const agent_definition& agent,
                             const std::string& capability) {
    core::attempt_order order;
    order.spec = share(make_task(system_, "task"));
    actors::attempt self{std::move(order),
                         std::make_shared<const actors::attempt::links>(
                           actors::attempt::links{system_.env(), agent, {}}),
                         nullptr};
    auto& handler = agent.handlers().at(capability);
    return actors::run_plain(std::get<blocking_handler>(handler).run, self);
  }

  deterministic_system system_;
};

class counter : public actors::agent_class {
public:
  actors::agent_definition define() override {
    return std::move(
      agent_definition{"counter"}.on("count", self<counter>(), &counter::next));
  }

  core::json next(task_context&) {
    return ++count_;
  }

private:
  int count_ = 0;
};

} // namespace

TEST_F(agent_definition_test, declares_an_agent) {
  agent_definition agent{"greeter"};
  agent.name("The greeter").slots(2).label("zone", "a").label("zone", "b");
  agent.on("greet", [](task_context&) {}).has("a licence");
  auto& spec = agent.spec();
  EXPECT_EQ(spec.id, "greeter");
  EXPECT_EQ(spec.name, "The greeter");
  EXPECT_EQ(spec.max_concurrent, 2u);
  EXPECT_EQ(spec.labels.at("zone"), "b");
  EXPECT_EQ(spec.capabilities, (list{"greet", "a licence"}));
  EXPECT_EQ(agent.handlers().size(), 1u);
}

TEST_F(agent_definition_test, has_three_slots_unless_told_otherwise) {
  EXPECT_EQ(agent_definition{"greeter"}.spec().max_concurrent, 3u);
}

TEST_F(agent_definition_test, declares_a_capability_once) {
  agent_definition agent{"greeter"};
  agent.has("greet").on("greet", [](task_context&) { return 1; });
  agent.on("greet", [](task_context&) { return 2; });
  EXPECT_EQ(agent.spec().capabilities, list{"greet"});
  // The last handler counts.
  EXPECT_EQ(made(agent, "greet").result.value(), 2);
}

TEST_F(agent_definition_test, tells_the_kinds_of_handlers_apart) {
  agent_definition agent{"greeter"};
  agent.on("plain", [](task_context&) {});
  agent.on("quick", cooperative([](task_context&) {}));
  agent.on("patient", [](task_context&) -> core::async<core::payload> {
    co_return core::payload{};
  });
  EXPECT_TRUE(is_a<blocking_handler>(agent, "plain"));
  EXPECT_TRUE(is_a<cooperative_handler>(agent, "quick"));
  EXPECT_TRUE(is_a<coroutine_handler>(agent, "patient"));
}

TEST_F(agent_definition_test, takes_what_handlers_like_to_return) {
  agent_definition agent{"greeter"};
  agent.on("nothing", [](task_context&) {});
  agent.on("json", [](task_context&) { return core::json{{"a", 1}}; });
  agent.on("text", [](task_context&) { return std::string{"hello"}; });
  agent.on("literal", [](task_context&) { return "hello"; });
  agent.on("number", [](task_context&) { return 1.5; });
  agent.on("payload",
           [](task_context&) { return core::payload(core::json(true)); });
  agent.on("result", [](task_context&) -> actors::handler_result {
    return core::fail(core::ec::system_error, "no");
  });
  EXPECT_TRUE(made(agent, "nothing").result.is_null());
  EXPECT_TRUE(made(agent, "nothing").is_success());
  EXPECT_EQ(made(agent, "json").result.value(), (core::json{{"a", 1}}));
  EXPECT_EQ(made(agent, "text").result.value(), "hello");
  EXPECT_EQ(made(agent, "literal").result.value(), "hello");
  EXPECT_EQ(made(agent, "number").result.value(), 1.5);
  EXPECT_EQ(made(agent, "payload").result.value(), true);
  EXPECT_EQ(made(agent, "result").failure.message, "no");
}

TEST_F(agent_definition_test, binds_members_of_an_object_it_keeps_alive) {
  auto object = std::make_shared<counter>();
  std::weak_ptr<counter> watched = object;
  auto agent = std::make_unique<agent_definition>(object->define());
  object.reset();
  EXPECT_EQ(made(*agent, "count").result.value(), 1);
  EXPECT_EQ(made(*agent, "count").result.value(), 2);
  agent.reset();
  EXPECT_TRUE(watched.expired());
}

} // namespace troupe::test
