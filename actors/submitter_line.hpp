#pragma once

#include "actors/client.hpp"
#include "actors/environment.hpp"
#include "actors/submitter.hpp"

#include <functional>

namespace troupe::actors {

/// A submitter's connection: counts what is under way.
class submitter::line {
public:
  /// Submits to `first`, the manager or a gate before it. The manager
  /// acknowledges, so it must not be missing either.
  line(const environment& env, messages::submission_actor first,
       const messages::manager_actor& manager)
    : env_(env), first_(std::move(first)), client_(*env.system) {
    client_.watch(manager);
    if (first_ != manager)
      client_.watch(first_);
  }

  core::task_id new_id() {
    return env_.ids->next(env_.now());
  }

  bool is_full() const noexcept {
    return under_way_ >= window;
  }

  void send(core::task_spec_ptr spec) {
    ++under_way_;
    messages::stream_tasks request;
    request.specs.push_back(std::move(spec));
    compat::send(client_.self(), first_, std::move(request));
  }

  /// Until no more than `count` are under way.
  core::result<void> wait_for(uint64_t count) {
    while (under_way_ > count) {
      auto answer
        = client_.receive<messages::stream_acknowledged>(core::duration::max());
      if (!answer) {
        under_way_ = 0;
        return core::fail(std::move(answer).error());
      }
      under_way_ -= answer->count;
      refused_ += answer->refused.size();
      if (on_refused)
        for (auto& x : answer->refused)
          on_refused(x.task, x.why);
    }
    return {};
  }

  uint64_t refused() const noexcept {
    return refused_;
  }

  std::function<void(const core::task_id&, const core::error&)> on_refused;

private:
  environment env_;
  messages::submission_actor first_;
  client client_;
  uint64_t under_way_ = 0;
  uint64_t refused_ = 0;
};

} // namespace troupe::actors
