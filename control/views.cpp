#include "control/views.hpp"

#include "core/task_json.hpp"

namespace troupe::control {

namespace {

void put_text(core::json& to, const char* name, const std::string& text) {
  if (!text.empty())
    to[name] = text;
}

void put_time(core::json& to, const char* name, core::time_point x) {
  if (x != core::never)
    to[name] = core::to_string(x);
}

} // namespace

core::json to_json(const core::queue_info& x) {
  auto& spec = x.spec;
  core::json result{{"name", spec.name},
                    {"max_concurrent", spec.max_concurrent},
                    {"auto_start", spec.auto_start},
                    {"waiting_max", spec.waiting_max},
                    {"when_full", to_string(spec.when_full)},
                    {"routing", to_string(spec.routing)},
                    {"key_max", spec.key_max},
                    {"is_fair", spec.is_fair},
                    {"durability", to_string(spec.durability)},
                    {"is_paused", x.is_paused},
                    {"ready", x.ready},
                    {"delayed", x.delayed},
                    {"running", x.running},
                    {"ended", x.ended},
                    {"leased", x.leased}};
  put_text(result, "description", spec.description);
  if (spec.rate)
    result["rate"] = to_string(spec.rate->limit);
  return result;
}

core::json to_json(const core::agent_info& x) {
  auto& spec = x.spec;
  core::json result{{"id", spec.id},
                    {"capabilities", spec.capabilities},
                    {"max_concurrent", spec.max_concurrent},
                    {"labels", spec.labels},
                    {"status", to_string(x.status)},
                    {"running", x.running},
                    {"leased", x.leased},
                    {"is_paused", x.is_paused},
                    {"abandoned", x.abandoned}};
  put_text(result, "name", spec.name);
  put_text(result, "note", x.note);
  for (auto& resource : spec.resources)
    result["resources"][resource.name] = resource.amount;
  return result;
}

core::json to_json(const core::circuit_info& x) {
  core::json result{{"key", x.key},
                    {"state", to_string(x.state)},
                    {"is_forced", x.is_forced},
                    {"failures_in_row", x.failures_in_row},
                    {"calls", x.calls},
                    {"failures", x.failures},
                    {"trips", x.trips}};
  put_time(result, "since", x.since);
  put_time(result, "until", x.until);
  put_text(result, "why", x.why);
  return result;
}

core::json to_json(const core::rate_limit_info& x) {
  core::json result{{"limit", x.limit},
                    {"key", x.key},
                    {"tokens", x.tokens},
                    {"waiting", x.waiting}};
  put_time(result, "next", x.next);
  return result;
}

core::json to_json(const core::pending_input& x) {
  core::json result{{"task", core::to_string(x.task)},
                    {"name", x.name},
                    {"attempt", x.attempt},
                    {"number", x.what.number},
                    {"prompt", x.what.prompt}};
  if (!x.what.schema.is_null())
    result["schema"] = x.what.schema.value();
  put_time(result, "asked", x.asked);
  put_time(result, "deadline", x.what.deadline);
  return result;
}

core::json to_json(const core::task_stats& x) {
  return {{"total", x.total},
          {"pending", x.pending},
          {"running", x.running},
          {"paused", x.paused},
          {"input_required", x.input_required},
          {"completed", x.completed},
          {"failed", x.failed},
          {"cancelled", x.cancelled},
          {"submitted", x.submitted},
          {"outcomes_dropped", x.outcomes_dropped},
          {"dead_letters", x.dead_letters},
          {"dead_letters_dropped", x.dead_letters_dropped}};
}

core::json to_json(const core::journal_status& x) {
  core::json result{{"commits", x.commits}, {"waiting", x.waiting}};
  if (x.trouble.code != core::ec::none)
    result["trouble"] = core::to_json(x.trouble);
  return result;
}

core::json to_json(const core::audit_record& x) {
  auto& entry = x.entry;
  core::json result{{"sequence", x.sequence}, {"action", entry.action}};
  put_time(result, "at", entry.at);
  put_text(result, "by", entry.by);
  if (!entry.task.is_nil())
    result["task"] = core::to_string(entry.task);
  put_text(result, "detail", entry.detail);
  return result;
}

} // namespace troupe::control
