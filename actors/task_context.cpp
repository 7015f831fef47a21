#include "actors/task_context.hpp"

#include "actors/attempt.hpp"
#include "core/input_schema.hpp"
#include "core/payload_size.hpp"

#include <algorithm>
#include <cmath>

namespace troupe::actors {

namespace {

/// Suspends until a time. Taken out of the host's books when the coroutine is
/// destroyed first.
class timer_awaiter {
public:
  timer_awaiter(attempt& self, core::time_point when)
    : self_(&self), when_(when) {
  }

  timer_awaiter(const timer_awaiter&) = delete;
  timer_awaiter& operator=(const timer_awaiter&) = delete;

  ~timer_awaiter() {
    if (token_ != 0)
      self_->host().forget_timer(token_);
  }

  bool await_ready() const noexcept {
    return false;
  }

  void await_suspend(std::coroutine_handle<> handle) {
    token_ = self_->host().wake_at(*self_, when_, handle);
  }

  void await_resume() noexcept {
    token_ = 0;
  }

private:
  attempt* self_;
  core::time_point when_;
  uint64_t token_ = 0;
};

/// Suspends until a child has ended.
class child_awaiter {
public:
  child_awaiter(attempt& self, core::task_id child)
    : self_(&self), child_(child) {
  }

  child_awaiter(const child_awaiter&) = delete;
  child_awaiter& operator=(const child_awaiter&) = delete;

  ~child_awaiter() {
    if (is_waiting_)
      self_->host().forget_child(child_);
  }

  bool await_ready() const noexcept {
    return false;
  }

  void await_suspend(std::coroutine_handle<> handle) {
    is_waiting_ = true;
    self_->host().await_child(*self_, child_, handle, record_, refused_);
  }

  core::task_record await_resume() {
    is_waiting_ = false;
    if (refused_.code != core::ec::none)
      throw core::failure{std::move(refused_)};
    return std::move(record_);
  }

private:
  attempt* self_;
  core::task_id child_;
  bool is_waiting_ = false;
  core::task_record record_;
  core::error refused_;
};

/// Suspends until somebody outside has answered, or nobody has in time.
class input_awaiter {
public:
  input_awaiter(attempt& self, core::question question)
    : self_(&self), question_(std::move(question)) {
  }

  input_awaiter(const input_awaiter&) = delete;
  input_awaiter& operator=(const input_awaiter&) = delete;

  ~input_awaiter() {
    if (waiting_)
      self_->host().forget_outside(*self_, waiting_);
  }

  bool await_ready() const noexcept {
    return false;
  }

  void await_suspend(std::coroutine_handle<> handle) {
    waiting_ = handle;
    self_->host().await_input(*self_, std::move(question_), handle, answer_,
                              failure_);
  }

  core::payload await_resume() {
    waiting_ = nullptr;
    if (failure_.code != core::ec::none)
      throw core::failure{std::move(failure_)};
    return std::move(answer_);
  }

private:
  attempt* self_;
  core::question question_;
  std::coroutine_handle<> waiting_;
  core::payload answer_;
  core::error failure_;
};

core::async<core::payload> ask_outside(attempt& self, std::string prompt,
                                       core::payload schema,
                                       core::duration within) {
  if (auto ok = core::check_schema(schema.value()); !ok)
    throw core::failure{std::move(ok).error()};
  core::question question{self.questions++, std::move(prompt),
                          std::move(schema), core::never};
  if (within > core::duration::zero())
    question.deadline = self.now() + within;
  co_return co_await input_awaiter{self, std::move(question)};
}

core::async<void> sleep_until(attempt& self, core::time_point when) {
  co_await timer_awaiter{self, when};
}

core::async<core::task_record> run_child(attempt& self, core::task_spec child) {
  auto id = self.submit(std::move(child), true);
  co_return co_await child_awaiter{self, id};
}

core::async<core::payload> result_of_child(attempt& self,
                                           core::task_spec child) {
  auto record = co_await run_child(self, std::move(child));
  if (record.status == core::task_status::completed)
    co_return std::move(record.result);
  throw core::failure{record.failure.value_or(
    core::error{core::ec::handler_failed, "the child task did not complete"})};
}

} // namespace

// -- checkpoints --------------------------------------------------------------

checkpoint_awaiter::~checkpoint_awaiter() {
  if (waiting_)
    self_->host().forget_outside(*self_, waiting_);
}

bool checkpoint_awaiter::await_ready() const noexcept {
  return self_->context == nullptr || self_->gate().number() == 0;
}

void checkpoint_awaiter::await_suspend(std::coroutine_handle<> handle) {
  waiting_ = handle;
  self_->host().await_resumption(*self_, handle);
}

void checkpoint_awaiter::await_resume() noexcept {
  waiting_ = nullptr;
}

checkpoint_awaiter task_context::checkpoint() {
  if (self_->context == nullptr)
    self_->wait_at_checkpoint();
  else
    self_->sign_of_life();
  return checkpoint_awaiter{*self_};
}

// -- the rest -----------------------------------------------------------------

const core::task_spec& task_context::task() const noexcept {
  return *self_->order().spec;
}

const core::task_id& task_context::id() const noexcept {
  return task().id;
}

uint32_t task_context::attempt_number() const noexcept {
  return self_->order().number;
}

const std::string& task_context::agent() const noexcept {
  return self_->shared().agent.spec().id;
}

const core::json& task_context::parameters() const noexcept {
  return self_->order().parameters.value();
}

const core::dependency_results& task_context::dependencies() const noexcept {
  static const core::dependency_results none;
  auto& known = self_->order().dependencies;
  return known ? *known : none;
}

const core::json&
task_context::result_of(std::string_view alias) const noexcept {
  static const core::json null;
  auto& known = dependencies();
  auto i = std::ranges::find(known, alias, &core::dependency_result::alias);
  return i == known.end() ? null : i->result.value();
}

core::time_point task_context::now() const {
  return self_->now();
}

std::optional<core::time_point> task_context::deadline() const noexcept {
  auto when = self_->over_at();
  if (when == core::never)
    return std::nullopt;
  return when;
}

std::stop_token task_context::stop_token() const noexcept {
  self_->make_stoppable();
  return self_->stop().get_token();
}

void task_context::heartbeat() noexcept {
  self_->sign_of_life();
}

void task_context::progress(double percent, std::string note) {
  self_->sign_of_life();
  if (!std::isfinite(percent))
    percent = 0;
  compat::anon_send(self_->shared().manager.get(),
                    messages::update_progress{self_->key(),
                                              std::clamp(percent, 0.0, 100.0),
                                              std::move(note)});
}

void task_context::emit(core::payload partial) {
  self_->sign_of_life();
  auto ok = core::check_size(partial, self_->shared().env.payload_bytes_max,
                             "a partial result");
  if (!ok)
    throw core::failure{std::move(ok).error()};
  core::event x;
  x.kind = core::event_kind::task_emitted;
  x.at = self_->now();
  x.task = id();
  x.attempt = attempt_number();
  x.data = std::move(partial);
  compat::anon_send(self_->shared().manager.get(),
                    messages::report_event{self_->key(), std::move(x)});
}

void task_context::log(std::string line) {
  self_->sign_of_life();
  core::event x;
  x.kind = core::event_kind::task_logged;
  x.at = self_->now();
  x.task = id();
  x.attempt = attempt_number();
  x.text = std::move(line);
  compat::anon_send(self_->shared().manager.get(),
                    messages::report_event{self_->key(), std::move(x)});
}

core::task_id task_context::submit(core::task_spec child, child_life life) {
  return self_->submit(std::move(child), false, life);
}

core::async<void> task_context::sleep(core::duration time) {
  return sleep_until(*self_, self_->now() + time);
}

core::async<core::task_record> task_context::run(core::task_spec child) {
  return run_child(*self_, std::move(child));
}

core::async<core::payload> task_context::input(std::string prompt,
                                               core::payload schema,
                                               core::duration within) {
  return ask_outside(*self_, std::move(prompt), std::move(schema), within);
}

core::async<core::payload> task_context::ask(std::string capability,
                                             core::payload parameters) {
  core::task_spec child;
  child.name = capability;
  child.capabilities.push_back(std::move(capability));
  child.parameters = std::move(parameters);
  child.queue = task().queue;
  child.priority = task().priority;
  child.owner = task().owner;
  return result_of_child(*self_, std::move(child));
}

core::async<std::vector<core::task_record>>
task_context::when_all(std::vector<core::task_spec> children) {
  std::vector<core::async<core::task_record>> work;
  work.reserve(children.size());
  for (auto& child : children)
    work.push_back(run_child(*self_, std::move(child)));
  return core::when_all(std::move(work));
}

} // namespace troupe::actors
