#pragma once

#include "actors/runtime.hpp"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <utility>

namespace troupe::test {

inline constexpr auto no_time = core::duration::zero();

inline core::task_spec task(std::string name, std::string capability = "work") {
  core::task_spec spec;
  spec.name = std::move(name);
  spec.capabilities.push_back(std::move(capability));
  return spec;
}

template <class T>
core::error failure_of(const core::result<T>& x) {
  EXPECT_FALSE(x);
  return x ? core::error{} : x.error();
}

/// An agent that makes of each task its name.
inline actors::agent_definition namer(std::string id = "namer") {
  actors::agent_definition agent{std::move(id)};
  agent.on("work", actors::cooperative([](actors::task_context& ctx) {
             return ctx.task().name;
           }));
  return agent;
}

/// An agent whose handlers say that they have begun, and then wait to be let
/// go. Copies are the same door.
class door {
public:
  actors::agent_definition agent(std::string id = "door") const {
    actors::agent_definition result{std::move(id)};
    result.on("wait", [x = state_](actors::task_context& ctx) {
      x->begun.set_value();
      x->is_open.get_future().wait();
      return core::json(ctx.agent());
    });
    return result;
  }

  /// Returns when its handler has begun; once.
  void await_begin() const {
    state_->begun.get_future().wait();
  }

  void open() const {
    state_->is_open.set_value();
  }

private:
  struct state {
    std::promise<void> begun;
    std::promise<void> is_open;
  };

  std::shared_ptr<state> state_ = std::make_shared<state>();
};

/// A runtime on real threads.
class whole_runtime : public ::testing::Test {
protected:
  void add(actors::agent_definition agent) {
    ASSERT_TRUE(troupe_.add_agent(std::move(agent)));
  }

  core::task_id submit(core::task_spec spec) {
    auto id = troupe_.submit(std::move(spec));
    EXPECT_TRUE(id);
    return id.value_or(core::task_id{});
  }

  core::task_record wait(const core::task_id& id) {
    auto record = troupe_.wait(id);
    EXPECT_TRUE(record);
    return record.value_or(core::task_record{});
  }

  actors::runtime troupe_;
};

} // namespace troupe::test
