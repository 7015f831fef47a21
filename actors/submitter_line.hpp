#pragma once

#include "actors/client.hpp"
#include "actors/directory.hpp"
#include "actors/environment.hpp"
#include "actors/result_limit.hpp"
#include "actors/submitter.hpp"

#include <fmt/format.h>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace troupe::actors {

/// A submitter's connection: knows what is under way. When the manager dies and
/// there is another one, it submits that once more; the manager takes no task
/// twice. With gates the answers do not come in the order of submission, so
/// that nobody can say which were meant: then it gives up with an error.
class submitter::line {
public:
  line(const environment& env, std::shared_ptr<directory> where)
    : env_(env), where_(std::move(where)) {
    connect();
  }

  core::task_id new_id() {
    return env_.ids->next(env_.now());
  }

  bool is_full() const noexcept {
    return under_way_ >= window;
  }

  void send(core::task_spec_ptr spec) {
    recent_[sent_ % window] = spec;
    ++sent_;
    ++under_way_;
    pass_on(std::move(spec));
  }

  /// Until no more than `count` are under way.
  core::result<void> wait_for(uint64_t count) {
    while (under_way_ > count) {
      auto answer = client_->receive<messages::stream_acknowledged>(
        core::duration::max());
      if (!answer) {
        if (auto ok = reconnect(); !ok)
          return ok;
        continue;
      }
      under_way_ -= answer->count;
      refused_ += answer->refused.size();
      if (on_refused)
        for (auto& x : answer->refused)
          on_refused(x.task, x.why);
      if (on_repeated)
        for (auto& x : answer->repeated)
          on_repeated(x.submitted, x.existing);
    }
    return {};
  }

  uint64_t refused() const noexcept {
    return refused_;
  }

  core::result<void> check_size(const core::task_spec& spec) const {
    return actors::check_size(spec, env_);
  }

  std::function<void(const core::task_id&, const core::error&)> on_refused;
  std::function<void(const core::task_id&, const core::task_id&)> on_repeated;

private:
  /// The manager acknowledges, so it must not be missing either.
  void connect() {
    auto parts = where_->get();
    first_ = parts.submissions;
    manager_ = parts.manager;
    client_.emplace(*env_.system);
    client_->watch(manager_);
    if (first_ != manager_)
      client_->watch(first_);
  }

  void pass_on(core::task_spec_ptr spec) {
    messages::stream_tasks request;
    request.specs.push_back(std::move(spec));
    compat::send(client_->self(), first_, std::move(request));
  }

  core::result<void> reconnect() {
    auto lost = std::exchange(under_way_, 0);
    auto had_gates = first_ != manager_;
    auto is_there
      = where_->wait_for(core::duration::max(), [&](const assembly& x) {
          return x.manager != manager_ || x.submissions != first_;
        });
    if (!is_there)
      return core::fail(core::ec::unavailable,
                        where_->closed().value_or(std::string{}));
    connect();
    if (had_gates)
      return core::fail(
        core::ec::unavailable,
        fmt::format("a part of Troupe was started again; which of the last {} "
                    "submissions it had accepted is not known",
                    lost));
    under_way_ = lost;
    for (auto i = sent_ - lost; i < sent_; ++i)
      pass_on(recent_[i % window]);
    return {};
  }

  environment env_;
  std::shared_ptr<directory> where_;
  messages::submission_actor first_;
  messages::manager_actor manager_;
  std::optional<client> client_;
  /// The last that were sent, in a ring.
  std::array<core::task_spec_ptr, window> recent_;
  uint64_t sent_ = 0;
  uint64_t under_way_ = 0;
  uint64_t refused_ = 0;
};

} // namespace troupe::actors
