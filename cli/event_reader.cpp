#include "cli/event_reader.hpp"

#include <fmt/format.h>

namespace troupe::cli {

namespace {

/// More names than that are looked for here, and not by the manager.
constexpr size_t tasks_named_max = 1000;

} // namespace

event_reader::event_reader(const client_task& x, std::vector<std::string> tasks)
  : x_(x) {
  if (!tasks.empty() && tasks.size() <= tasks_named_max)
    tasks_ = std::move(tasks);
}

void event_reader::start_at(uint64_t from) {
  from_ = from;
}

core::result<core::json> event_reader::read(core::duration timeout) {
  core::json arguments{{"timeout_seconds",
                        std::chrono::duration<double>(timeout).count()},
                       {"max", 1000}};
  if (!from_.is_null())
    arguments["from"] = from_;
  if (!log_.is_null())
    arguments["log"] = log_;
  if (!tasks_.is_null())
    arguments["tasks"] = tasks_;
  auto answer = x_.call("events.read", std::move(arguments));
  if (!answer)
    return answer;
  if (!answer->is_object() || !answer->contains("events")
      || !answer->contains("next"))
    return core::fail(core::ec::unavailable, "the manager answered with "
                                             "something else than events");
  from_ = answer->at("next");
  log_ = answer->value("log", core::json(nullptr));
  return answer;
}

core::result<void> event_reader::begin() {
  auto answer = read(core::duration::zero());
  if (!answer)
    return core::fail(std::move(answer.error()));
  return {};
}

core::result<event_reader::batch> event_reader::next(core::duration timeout) {
  auto answer = read(timeout);
  if (!answer && answer.error().code == core::ec::unavailable) {
    if (!is_away_)
      x_.console.complain(fmt::format("troupe: {}; trying again\n",
                                      core::to_string(answer.error())));
    is_away_ = true;
    x_.console.rest(away_rest);
    return batch{};
  }
  if (!answer)
    return core::fail(std::move(answer.error()));
  if (is_away_)
    x_.console.complain("troupe: the manager answers again\n");
  is_away_ = false;
  batch result;
  result.events = std::move(answer->at("events"));
  result.lost = answer->value("lost", uint64_t{0});
  result.is_other_log = answer->value("is_other_log", false);
  return result;
}

} // namespace troupe::cli
