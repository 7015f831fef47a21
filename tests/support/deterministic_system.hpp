#pragma once

// Long because it is one fixture, and templates have to stay in the header.

#include "actors/configuration.hpp"
#include "actors/environment.hpp"
#include "messages/type_ids.hpp"

#include <caf/scheduler/test_coordinator.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <random>
#include <utility>
#include <vector>

namespace troupe::test {

/// An actor system on one thread in virtual time: nothing runs but in settle()
/// and advance(), and always in the same order for the same seed. (CAF 0.17.6
/// only: it stands on CAF's test coordinator.)
class deterministic_system {
public:
  /// Seed 0: first come, first served. Any other: actors with mail take turns
  /// at random, one message at a time. All begin at the same time, or so much
  /// later.
  explicit deterministic_system(uint64_t seed = 0,
                                core::duration later = core::duration::zero())
    : seed_(seed),
      random_(seed),
      system_(config_),
      self_(system_, true),
      scheduler_(
        dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler())) {
    // A clock at zero hides mistakes.
    scheduler_.clock().current_time += std::chrono::hours{1};
    env_.system = &system_;
    env_.anchor
      = {scheduler_.clock().now(),
         core::time_point{std::chrono::hours{24 * 365 * 56 + seed % 1000}}
           + later};
    env_.ids = std::make_shared<actors::id_source>(seed + 1);
    env_.has_threads = false;
    baseline_ = system_.registry().running();
  }

  /// Kills what was own()ed, the last first, and fails the test if an actor is
  /// left: it would keep the actor system from ending.
  ~deterministic_system() {
    // Some are started again before who does that has ended.
    while (!owned_.empty()) {
      auto all = std::exchange(owned_, {});
      for (auto i = all.rbegin(); i != all.rend(); ++i)
        caf::anon_send_exit(*i, caf::exit_reason::kill);
      all.clear();
      settle();
    }
    scheduler_.clock().cancel_all();
    settle();
    if (system_.registry().running() != baseline_)
      ADD_FAILURE() << "actors left: "
                    << system_.registry().running() - baseline_;
  }

  deterministic_system(const deterministic_system&) = delete;
  deterministic_system& operator=(const deterministic_system&) = delete;

  const actors::environment& env() const noexcept {
    return env_;
  }

  caf::actor_system& system() noexcept {
    return system_;
  }

  caf::scoped_actor& self() noexcept {
    return self_;
  }

  core::time_point now() const {
    return env_.now();
  }

  template <class Handle>
  Handle own(Handle x) {
    owned_.push_back(caf::actor_cast<caf::actor>(x));
    return x;
  }

  /// Runs one message of one actor; false if no actor has mail.
  bool step() {
    auto& jobs = scheduler_.jobs;
    if (jobs.empty())
      return false;
    if (seed_ != 0) {
      auto chosen = random_() % jobs.size();
      std::rotate(jobs.begin(), jobs.begin() + static_cast<long>(chosen),
                  jobs.begin() + static_cast<long>(chosen) + 1);
    }
    return scheduler_.try_run_once();
  }

  /// Until no actor has mail. Time stands still.
  void settle() {
    for (size_t steps = 0; step(); ++steps) {
      if (steps > 1'000'000) {
        ADD_FAILURE() << "the system does not come to rest";
        return;
      }
    }
  }

  /// Moves the clock on in steps, with all that happens on the way. (In one
  /// jump, a timer that is set again would fire once instead of many times.)
  void advance(core::duration time,
               core::duration step = std::chrono::milliseconds{10}) {
    settle();
    while (time > core::duration::zero()) {
      auto now = std::min(time, step);
      scheduler_.advance_time(now);
      settle();
      time -= now;
    }
  }

  template <class Handle, class Message>
  void send(const Handle& to, Message x) {
    self_->send(to, std::move(x));
  }

  /// Moves the clock on; what is due then comes with the next steps.
  void pass(core::duration time) {
    scheduler_.advance_time(time);
  }

  /// Sends a request, runs the system, and takes the answer.
  template <class Answer, class Handle, class Request>
  Answer ask(const Handle& who, Request request) {
    using answer = caf::response_type_unbox_t<caf::signatures_of_t<Handle>,
                                              caf::detail::type_list<Request>>;
    static_assert(std::is_same_v<answer, caf::detail::type_list<Answer>>,
                  "the receiver does not take this, or answers otherwise");
    // The compiler need not name each interface with each request.
    return answer_of<Answer>(caf::actor_cast<caf::actor>(who),
                             caf::make_message(std::move(request)));
  }

private:
  template <class Answer>
  Answer answer_of(const caf::actor& who, caf::message request) {
    auto handle = self_->request(who, caf::infinite, std::move(request));
    settle();
    Answer result{};
    // receive() would block for ever: nobody else runs.
    if (!self_->has_next_message()) {
      ADD_FAILURE() << "no answer";
      return result;
    }
    handle.receive([&](Answer& x) { result = std::move(x); },
                   [&](caf::error& why) {
                     ADD_FAILURE() << system_.render(why);
                   });
    return result;
  }

  struct config : actors::configuration {
    config() : configuration(1) {
      // In the place of the scheduler that a Troupe has.
      module_factories.clear();
      compat::set(*this, "scheduler.policy", "testing");
    }
  };

  uint64_t seed_;
  std::mt19937_64 random_;
  config config_;
  caf::actor_system system_;
  caf::scoped_actor self_;
  caf::scheduler::test_coordinator& scheduler_;
  actors::environment env_;
  std::vector<caf::actor> owned_;
  size_t baseline_ = 0;
};

} // namespace troupe::test
