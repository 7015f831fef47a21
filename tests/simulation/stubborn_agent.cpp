// An agent that is an actor of its own and cannot be told to stop: it answers
// when it has done, also when nobody wants to know any more.

#include "actors/timer.hpp"
#include "tests/simulation/random_troupe.hpp"

#include <fmt/format.h>

#include <map>

namespace troupe::test {

class random_troupe::stubborn_agent {
public:
  using impl = compat::extend<messages::agent_actor, void(actors::timer_due)>;

  static inline const char* name = "stubborn-agent";

  explicit stubborn_agent(impl::pointer self) : self_(self) {
  }

  /// `label` is one for each life.
  static impl::behavior_type run(impl::stateful_pointer<stubborn_agent> self,
                                 random_troupe* world, const std::string& id,
                                 const std::string& label) {
    auto& state = compat::state_of(self);
    state.world_ = world;
    state.id_ = id;
    state.label_ = label;
    return {
      [&state](const messages::perform_task& x) { return state.begin(x); },
      [&state](actors::timer_due) { state.go_on(); },
    };
  }

private:
  using promise = caf::typed_response_promise<messages::task_performed>;

  struct job {
    core::attempt_key key;
    core::task_spec_ptr spec;
    promise answer;
    std::unique_ptr<running_guard> guard;
  };

  promise begin(const messages::perform_task& x) {
    static const core::dependency_results none;
    world_->on_start(id_, x.key, *x.spec,
                     x.dependencies ? *x.dependencies : none);
    auto time = std::chrono::milliseconds{x.parameters.value().value("ms", 0)};
    auto answer = self_->make_response_promise<messages::task_performed>();
    jobs_.emplace(
      world_->troupe_.now() + time,
      job{x.key, x.spec, answer,
          std::make_unique<running_guard>(*world_, label_, *x.spec)});
    wait();
    return answer;
  }

  void go_on() {
    auto now = world_->troupe_.now();
    timer_.fired(now);
    while (!jobs_.empty() && jobs_.begin()->first <= now) {
      auto done = jobs_.extract(jobs_.begin());
      auto& x = done.mapped();
      x.guard.reset();
      auto what
        = static_cast<behaviour>(x.spec->parameters.value()["do"].get<int>());
      messages::task_performed made;
      if (what == behaviour::fail || what == behaviour::crash) {
        made.failure = {core::ec::handler_failed, "as asked"};
      } else {
        made.result = core::payload(core::json(to_string(x.key.task)));
        world_->said_.emplace_back(x.key, x.spec->queue);
      }
      x.answer.deliver(std::move(made));
    }
    wait();
  }

  void wait() {
    if (!jobs_.empty())
      timer_.set(self_, jobs_.begin()->first, world_->troupe_.now());
  }

  impl::pointer self_;
  random_troupe* world_ = nullptr;
  std::string id_;
  std::string label_;
  /// By when they are done.
  std::multimap<core::time_point, job> jobs_;
  actors::timer timer_;
};

/// What it does when its proxy has died is lost, but goes on for a moment
/// beside what the next one does.
void random_troupe::add_stubborn_agent(const core::agent_spec& spec) {
  auto spawn = [this, spec] {
    auto label = fmt::format("{}/{}", spec.id, ++lives_[spec.id]);
    agent_slots_[label] = spec.max_concurrent;
    agent_resources_[label] = spec.resources;
    agent_labels_[label] = spec.labels;
    return messages::agent_actor{
      troupe_.system().spawn(stubborn_agent::run, this, spec.id, label)};
  };
  EXPECT_EQ(troupe_.add_agent(spec, spawn), core::error{});
}

} // namespace troupe::test
