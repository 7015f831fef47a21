#include "cli/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

namespace troupe::cli {

namespace {

using core::json;

/// Arrows beyond this make viewers slow rather than anybody wiser.
constexpr size_t arrows_max = 50'000;

/// An attempt with its place in the trace.
struct bar {
  size_t task = 0;
  const attempt_span* span = nullptr;
  core::time_point ended;
  int process = 0;
  int row = 0;
};

double microseconds(core::duration x) {
  return std::chrono::duration<double, std::micro>(x).count();
}

class trace_maker {
public:
  trace_maker(const run_model& model, const plan& p, core::time_point origin,
              core::time_point until)
    : model_(model), plan_(p), origin_(origin), until_(until) {
  }

  json run() {
    collect();
    assign_rows();
    for (auto& x : bars_)
      add_bar(x);
    add_arrows();
    return {{"traceEvents", std::move(events_)}, {"displayTimeUnit", "ms"}};
  }

private:
  void collect() {
    for (size_t i = 0; i < model_.tasks().size(); ++i)
      for (auto& span : model_.tasks()[i].attempts) {
        bar x;
        x.task = i;
        x.span = &span;
        x.ended = span.ended == core::never ? until_ : span.ended;
        bars_.push_back(x);
      }
    std::ranges::stable_sort(bars_, {},
                             [](auto& x) { return x.span->started; });
  }

  /// Slots have no numbers in events: the first row that is free is as good.
  void assign_rows() {
    std::map<std::string, int> processes;
    std::map<int, std::vector<core::time_point>> free_from;
    for (auto& x : bars_) {
      auto& agent = x.span->agent;
      auto next = static_cast<int>(processes.size()) + 1;
      auto [i, is_new] = processes.try_emplace(agent, next);
      x.process = i->second;
      if (is_new)
        name_process(x.process, agent.empty() ? "?" : agent);
      auto& rows = free_from[x.process];
      auto row = std::ranges::find_if(rows, [&](auto& t) {
        return t <= x.span->started;
      });
      x.row = static_cast<int>(row - rows.begin()) + 1;
      if (row == rows.end()) {
        rows.push_back(x.ended);
        name_row(x.process, x.row);
      } else {
        *row = x.ended;
      }
    }
  }

  void name_process(int process, const std::string& agent) {
    events_.push_back({{"ph", "M"},
                       {"name", "process_name"},
                       {"pid", process},
                       {"args", {{"name", "agent " + agent}}}});
  }

  void name_row(int process, int row) {
    events_.push_back({{"ph", "M"},
                       {"name", "thread_name"},
                       {"pid", process},
                       {"tid", row},
                       {"args", {{"name", fmt::format("slot {}", row)}}}});
  }

  double at(core::time_point x) const {
    return std::max(0.0, microseconds(x - origin_));
  }

  void add_bar(const bar& x) {
    auto& view = model_.tasks()[x.task];
    auto& spec = plan_.tasks[x.task].spec;
    auto outcome = x.span->ended == core::never
                     ? std::string{"running"}
                     : std::string{core::to_string(x.span->outcome)};
    json args{{"task", core::to_string(spec.id)},
              {"attempt", x.span->attempt},
              {"queue", view.queue},
              {"priority", core::to_string(spec.priority)},
              {"outcome", outcome}};
    if (!spec.capabilities.empty())
      args["capability"] = spec.capabilities.front();
    if (!x.span->error.empty())
      args["error"] = x.span->error;
    json added{{"ph", "X"},
               {"name", view.name},
               {"cat", "task"},
               {"pid", x.process},
               {"tid", x.row},
               {"ts", at(x.span->started)},
               {"dur", std::max(0.0, microseconds(x.ended - x.span->started))},
               {"args", std::move(args)}};
    if (x.span->outcome == core::event_kind::task_failed)
      added["cname"] = "terrible";
    events_.push_back(std::move(added));
  }

  void add_arrows() {
    // The last attempt is the one that others waited for, the first one the one
    // that waited.
    std::vector<std::optional<size_t>> first(model_.tasks().size());
    std::vector<std::optional<size_t>> last(model_.tasks().size());
    for (size_t i = 0; i < bars_.size(); ++i) {
      auto task = bars_[i].task;
      first[task] = first[task].value_or(i);
      last[task] = i;
    }
    size_t count = 0;
    for (size_t i = 0; i < plan_.tasks.size(); ++i)
      for (auto j : plan_.tasks[i].needs)
        if (first[i] && last[j] && count < arrows_max)
          add_arrow(bars_[*last[j]], bars_[*first[i]], ++count);
  }

  void add_arrow(const bar& from, const bar& to, size_t id) {
    auto end = [&](const char* phase, const bar& x, double time) {
      return json{{"ph", phase}, {"name", "needs"},  {"cat", "needs"},
                  {"id", id},    {"pid", x.process}, {"tid", x.row},
                  {"ts", time}};
    };
    // An arrow binds to the bar that its end is in, which leaves out the bar's
    // very end.
    auto length = microseconds(from.ended - from.span->started);
    auto leave = at(from.ended) - std::min(1.0, length / 2);
    events_.push_back(end("s", from, leave));
    events_.push_back(end("f", to, at(to.span->started)));
    events_.back()["bp"] = "e";
  }

  const run_model& model_;
  const plan& plan_;
  core::time_point origin_;
  core::time_point until_;
  std::vector<bar> bars_;
  json events_ = json::array();
};

} // namespace

core::json make_trace(const run_model& model, const plan& p,
                      core::time_point origin, core::time_point until) {
  return trace_maker{model, p, origin, until}.run();
}

} // namespace troupe::cli
