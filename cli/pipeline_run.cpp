#include "cli/pipeline_run.hpp"

#include "actors/runtime.hpp"
#include "cli/feeder.hpp"
#include "cli/make_agent.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <future>

namespace troupe::cli {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto refresh_interval = milliseconds{100};
constexpr auto silence_max = seconds{2};
// Longer than programs get from SIGTERM to SIGKILL.
constexpr auto stop_timeout = seconds{30};
constexpr size_t events_kept_min = 1 << 14;
constexpr size_t events_kept_max = 1 << 20;

core::time_point clock_now() {
  return std::chrono::time_point_cast<core::duration>(
    std::chrono::system_clock::now());
}

actors::runtime_options make_options(const pipeline& p, const plan& tasks,
                                     const run_surroundings& around) {
  actors::runtime_options result;
  for (auto& x : p.queues)
    result.queues.push_back(x.spec);
  for (auto& x : p.rate_limits)
    result.rate_limits.limits.push_back(x.limit);
  result.circuits = p.circuits;
  result.max_parallel = around.max_parallel;
  // A task has at least four events: submitted, ready, started, ended.
  result.events_kept = std::clamp(std::bit_ceil(tasks.tasks.size() * 8),
                                  events_kept_min, events_kept_max);
  // All are asked for at the end, however long that takes.
  result.retention.age = std::chrono::hours{24 * 365};
  result.retention.count = std::max<uint64_t>(result.retention.count,
                                              2 * tasks.tasks.size());
  if (around.journal) {
    result.journal = around.journal;
    // A run that goes on needs what was done before, however long ago that is.
    result.retention.age = std::chrono::hours{24 * 365 * 50};
    result.retention.count = UINT64_MAX;
    result.journal_settings.retention.age = core::duration::zero();
  }
  return result;
}

class pipeline_run {
public:
  pipeline_run(const pipeline& p, const plan& tasks, run_model& model,
               const run_surroundings& around)
    : pipeline_(p),
      plan_(tasks),
      model_(model),
      around_(around),
      runtime_(make_options(p, tasks, around)) {
    // Else all at once, which are accepted together or not at all.
    if (p.has_gates())
      feeder_.emplace(plan_, runtime_);
  }

  core::result<finished_run> run() {
    started_ = clock_now();
    auto events = runtime_.subscribe(1);
    go_on();
    if (auto ready = submit(); !ready)
      return core::fail(ready.error());
    watch(events);
    if (has_given_up_ || (signal_ && !around_.journal))
      cancel_all(events);
    return finish(events);
  }

private:
  /// Takes note of what earlier runs have done.
  void go_on() {
    if (!around_.journal)
      return;
    auto& earlier = around_.earlier;
    for (auto& x : earlier.ended) {
      model_.apply(end_event(x));
      if (feeder_)
        feeder_->ended(x.id());
    }
    for (size_t i = 0; feeder_ && i < plan_.tasks.size(); ++i)
      if (earlier.origins[i] == task_origin::taken_over)
        feeder_->accepted(plan_.tasks[i].spec.id);
    // What has failed is tried again by this run itself.
    static_cast<void>(runtime_.drop_dead_letters());
    if (auto n = earlier.completed; n > 0)
      around_.display.note(fmt::format("{} task{} completed before", n,
                                       n == 1 ? " was" : "s were"));
    if (auto n = earlier.count(task_origin::taken_over); n > 0)
      around_.display.note(
        fmt::format("{} that had been accepted {} on",
                    n == 1 ? "1 task" : fmt::format("{} tasks", n),
                    n == 1 ? "goes" : "go"));
  }

  core::result<void> submit() {
    for (auto& x : pipeline_.agents)
      if (auto added = runtime_.add_agent(make_agent(x)); !added)
        return core::fail(added.error());
    for (auto& x : pipeline_.queues)
      if (x.is_paused)
        if (auto paused = runtime_.pause_queue(x.spec.name); !paused)
          return core::fail(paused.error());
    if (feeder_) {
      feed();
      return {};
    }
    auto specs = around_.journal ? around_.earlier.new_specs(plan_)
                                 : plan_.specs();
    if (specs.empty())
      return {};
    auto accepted = runtime_.submit(std::move(specs));
    if (!accepted)
      return core::fail(accepted.error());
    return {};
  }

  void feed() {
    for (auto& x : feeder_->feed(clock_now()))
      show_refused(x, x.is_by_need ? core::event_kind::task_cancelled
                                   : core::event_kind::task_failed);
  }

  /// Of a task that Troupe knows nothing of.
  void show_refused(const feeder::refusal& x, core::event_kind kind) {
    core::event told;
    told.at = clock_now();
    told.kind = kind;
    told.task = plan_.tasks[x.position].spec.id;
    told.text = x.why;
    model_.apply(told);
    around_.display.show(told, model_);
  }

  bool is_complete() const {
    auto counts = model_.counts();
    return counts.ended() == counts.total;
  }

  /// Until all tasks have ended, or the first signal, or the first failure if
  /// that is to be the end.
  void watch(actors::event_stream& events) {
    auto heard_at = clock_now();
    while (!is_complete() && !events.has_ended()) {
      if (take_events(events))
        heard_at = clock_now();
      // Nothing for a while is mostly a long task. But should an event have
      // been missed, the records know.
      if (clock_now() - heard_at > silence_max) {
        heard_at = clock_now();
        if (runtime_.wait_until_idle(core::duration::zero()))
          catch_up();
        if (around_.journal)
          tell_trouble();
      }
      if (has_given_up_ && !is_complete()) {
        around_.display.note("a task has failed: stopping what runs");
        return;
      }
      if (feeder_)
        feed();
      start_manual_queues();
      if ((signal_ = around_.signals.poll())) {
        around_.display.note(fmt::format(
          "interrupted: stopping what runs{}; once more to stop at "
          "once",
          around_.journal ? ", for another run to go on with" : ""));
        return;
      }
    }
  }

  /// Nothing is accepted and nothing is told ended while the journal cannot be
  /// written.
  void tell_trouble() {
    auto now = runtime_.status();
    auto trouble = now && now->journal ? now->journal->trouble : core::error{};
    if (trouble.code != trouble_)
      around_.display.note(trouble.code == core::ec::none
                             ? "the journal can be written again"
                             : "waiting for the journal: "
                                 + core::to_string(trouble));
    trouble_ = trouble.code;
  }

  /// Those that are there, and otherwise the next one for a moment; then the
  /// view is redrawn if it is time. Whether there were any.
  bool take_events(actors::event_stream& events) {
    auto deadline = clock_now() + refresh_interval;
    auto count = 0;
    for (auto wait = refresh_interval; wait.count() > 0 && !is_complete();) {
      auto x = events.next(wait);
      if (!x)
        break;
      ++count;
      take(*x);
      wait = std::chrono::duration_cast<milliseconds>(deadline - clock_now());
      if (may_need_a_start())
        break;
    }
    around_.events.flush();
    around_.display.refresh(model_, clock_now());
    return count > 0;
  }

  void take(const core::event& x) {
    around_.events.write(x);
    if (x.kind == core::event_kind::events_dropped)
      catch_up();
    model_.apply(x);
    around_.display.show(x, model_);
    if (x.kind == core::event_kind::task_failed && around_.is_fail_fast)
      has_given_up_ = true;
    if (!feeder_)
      return;
    if (x.kind == core::event_kind::task_submitted)
      feeder_->accepted(x.task);
    if (core::is_task_end(x.kind)) {
      feeder_->ended(x.task);
      feed();
    }
  }

  void catch_up() {
    for (size_t i = 0; i < plan_.tasks.size(); ++i)
      if (!core::is_end(model_.tasks()[i].status))
        if (auto record = runtime_.get(plan_.tasks[i].spec.id)) {
          model_.apply(*record);
          if (feeder_)
            feeder_->accepted(plan_.tasks[i].spec.id);
          if (feeder_ && record->has_ended())
            feeder_->ended(plan_.tasks[i].spec.id);
        }
  }

  /// Nothing runs, and some queue does not start by itself.
  bool may_need_a_start() const {
    auto counts = model_.counts();
    return counts.running == 0 && model_.retrying() == 0 && counts.waiting > 0
           && std::ranges::any_of(pipeline_.queues,
                                  [](auto& x) { return !x.spec.auto_start; });
  }

  /// Queues that do not start by themselves: when nothing else can run.
  void start_manual_queues() {
    if (!may_need_a_start() || (feeder_ && !feeder_->is_idle()))
      return;
    auto now = runtime_.status();
    if (!now)
      return;
    for (auto& x : now->queues)
      if (x.running > 0 || (x.spec.auto_start && x.ready > 0))
        return;
    for (auto& x : now->queues)
      if (!x.spec.auto_start && x.ready > 0)
        static_cast<void>(runtime_.process_queue(x.spec.name));
  }

  /// From the end of the plan, so that what is cancelled makes no room for what
  /// will be.
  void cancel_all(actors::event_stream& events) {
    for (auto& x : pipeline_.queues)
      static_cast<void>(runtime_.pause_queue(x.spec.name));
    if (feeder_)
      for (auto& x : feeder_->give_up("stopped before it was accepted"))
        show_refused(x, core::event_kind::task_cancelled);
    for (auto i = plan_.tasks.size(); i-- > 0;) {
      if (!core::is_end(model_.tasks()[i].status))
        static_cast<void>(runtime_.cancel(plan_.tasks[i].spec.id));
      stop_at_once_if_asked();
    }
    auto deadline = clock_now() + seconds{5};
    while (!is_complete() && clock_now() < deadline) {
      if (!take_events(events))
        catch_up();
      stop_at_once_if_asked();
    }
  }

  void stop_at_once_if_asked() {
    auto again = around_.signals.poll();
    if (!again)
      return;
    around_.display.finish();
    around_.events.flush();
    kill_programs();
    ::_exit(128 + *again);
  }

  core::result<finished_run> finish(actors::event_stream& events) {
    finished_run result;
    auto& outcome = result.outcome;
    outcome.finished = clock_now();
    outcome.records = collect_records();
    // Handlers may still be busy ending their programs.
    auto mode = signal_ && around_.journal ? actors::stop_mode::suspend
                                           : actors::stop_mode::cancel;
    auto stopped = std::async(std::launch::async, [this, mode] {
      return runtime_.stop(mode, stop_timeout);
    });
    while (stopped.wait_for(refresh_interval) != std::future_status::ready)
      stop_at_once_if_asked();
    if (auto clean = stopped.get(); !clean)
      around_.display.note("stopping: " + clean.error().message);
    while (auto x = events.next(core::duration::zero()))
      take(*x);
    around_.display.finish();
    if (mode == actors::stop_mode::suspend)
      refresh_records(outcome.records);
    outcome.name = pipeline_.name;
    outcome.description = pipeline_.description;
    outcome.started = started_;
    outcome.end = signal_ ? run_end::interrupted : run_end::finished;
    outcome.tasks = make_outcomes(model_, outcome.records);
    for (auto& x : pipeline_.groups)
      outcome.groups.push_back(x.name);
    result.signal = signal_;
    return result;
  }

  /// What had not ended, as the journal has it for the next run. Nobody else
  /// uses it any more.
  void refresh_records(std::vector<std::optional<core::task_record>>& records) {
    for (auto& x : records)
      if (x && !x->has_ended())
        if (auto image = around_.journal->find(x->id()); image && *image)
          x = core::to_record(std::move(**image));
  }

  std::vector<std::optional<core::task_record>> collect_records() {
    std::vector<std::optional<core::task_record>> result;
    result.reserve(plan_.tasks.size());
    for (auto& x : plan_.tasks) {
      auto record = runtime_.get(x.spec.id);
      result.push_back(record ? std::optional{std::move(*record)}
                              : std::nullopt);
    }
    return result;
  }

  const pipeline& pipeline_;
  const plan& plan_;
  run_model& model_;
  const run_surroundings& around_;
  actors::runtime runtime_;
  std::optional<feeder> feeder_;
  core::time_point started_;
  std::optional<int> signal_;
  bool has_given_up_ = false;
  /// The journal's, when it was asked last.
  core::ec trouble_ = core::ec::none;
};

} // namespace

core::result<finished_run> run_plan(const pipeline& p, const plan& tasks,
                                    run_model& model,
                                    const run_surroundings& around) {
  return pipeline_run{p, tasks, model, around}.run();
}

} // namespace troupe::cli
