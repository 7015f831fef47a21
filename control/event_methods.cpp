#include "control/methods.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace troupe::control {

namespace {

constexpr uint64_t events_max = 1000;
constexpr uint64_t events_default = 100;

/// One reading of the log, from a number on.
struct reading {
  core::json events = core::json::array();
  uint64_t next = 0;
  uint64_t lost = 0;
};

core::duration left_until(std::chrono::steady_clock::time_point deadline) {
  return std::max<core::duration>(deadline - std::chrono::steady_clock::now(),
                                  core::duration::zero());
}

uint64_t count_in(const std::string& text) {
  uint64_t result = 0;
  std::from_chars(text.data(), text.data() + text.size(), result);
  return result;
}

/// Waits for the first event that is wanted; then takes what is there.
reading read_from(actors::event_stream events, uint64_t max,
                  std::span<const core::task_id> wanted,
                  core::duration timeout) {
  reading result;
  result.next = events.position();
  auto deadline = std::chrono::steady_clock::now() + timeout;
  while (result.events.size() < max) {
    auto is_first = result.events.empty();
    auto x = events.next(is_first ? left_until(deadline)
                                  : core::duration::zero());
    if (!x)
      break;
    result.next = events.position();
    if (x->kind == core::event_kind::events_dropped)
      result.lost += count_in(x->text);
    else if (wanted.empty() || std::ranges::binary_search(wanted, x->task))
      result.events.push_back(core::to_json(*x));
  }
  return result;
}

core::result<core::json> read_events(request& x) {
  auto& in = x.arguments;
  auto from = in.count("from");
  auto max = in.count("max", 1, events_max).value_or(events_default);
  auto timeout
    = in.seconds("timeout_seconds", wait_max).value_or(core::duration::zero());
  auto log = in.text("log");
  auto tasks = in.ids("tasks").value_or(std::vector<core::task_id>{});
  if (auto good = in.finish(); !good)
    return core::fail(std::move(good.error()));
  std::ranges::sort(tasks);
  auto is_other = log && *log != x.around.log;
  // Numbers of another log say nothing here: all of this one is new.
  auto events = x.around.troupe.subscribe(is_other ? 1 : from.value_or(0));
  if (events.has_ended())
    return core::fail(core::ec::unavailable, "the runtime has been stopped");
  auto found = read_from(std::move(events), max, tasks, timeout);
  core::json result{{"events", std::move(found.events)},
                    {"next", found.next},
                    {"lost", found.lost},
                    {"log", x.around.log}};
  if (is_other)
    result["is_other_log"] = true;
  return result;
}

constexpr std::array<method, 1> event_table{{{"events.read", read_events}}};

} // namespace

std::span<const method> event_methods() {
  return event_table;
}

} // namespace troupe::control
