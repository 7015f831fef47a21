#include "core/task_json.hpp"

namespace troupe::core {

namespace {

void set(json& object, const char* key, const std::string& text) {
  if (!text.empty())
    object[key] = text;
}

void set(json& object, const char* key, const task_id& id) {
  if (!id.is_nil())
    object[key] = to_string(id);
}

void set(json& object, const char* key, time_point time) {
  if (time != never)
    object[key] = to_string(time);
}

void set(json& object, const char* key, duration time) {
  if (time != duration::zero())
    object[key] = std::chrono::duration<double>(time).count();
}

void set(json& object, const char* key, const payload& value) {
  if (!value.is_null())
    object[key] = value.value();
}

json to_json(const dependency& x) {
  json result{{"task", to_string(x.task)}, {"on_failure", to_string(x.policy)}};
  set(result, "alias", x.alias);
  return result;
}

json to_json(const history_entry& x) {
  json result{{"kind", to_string(x.kind)}};
  set(result, "at", x.at);
  if (x.attempt != 0)
    result["attempt"] = x.attempt;
  set(result, "detail", x.detail);
  return result;
}

json to_json(const retry_settings& x) {
  json result{{"max_retries", x.max_retries}};
  if (x.max_retries == 0)
    return result;
  result["backoff"] = to_string(x.backoff);
  set(result, "base_seconds", x.base);
  if (x.backoff != backoff_kind::fixed)
    set(result, "cap_seconds", x.cap);
  if (x.backoff == backoff_kind::exponential)
    result["factor"] = x.factor;
  result["jitter"] = to_string(x.jitter);
  for (auto code : x.retry_on)
    result["on"].push_back(to_string(code));
  return result;
}

json to_json(const time_limits& x) {
  auto result = json::object();
  set(result, "attempt_seconds", x.attempt);
  set(result, "waiting_seconds", x.waiting);
  set(result, "total_seconds", x.total);
  set(result, "heartbeat_seconds", x.heartbeat);
  return result;
}

template <class Items>
json list_of(const Items& items) {
  auto result = json::array();
  for (auto& item : items)
    result.push_back(to_json(item));
  return result;
}

/// As people write them.
void set_rules(json& result, const char* name,
               const std::vector<label_rule>& rules) {
  for (auto& x : rules)
    result[name].push_back(to_string(x));
}

void set_request(json& result, const task_spec& spec) {
  set(result, "id", spec.id);
  set(result, "name", spec.name);
  set(result, "description", spec.description);
  result["capabilities"] = spec.capabilities;
  set(result, "parameters", spec.parameters);
  set(result, "queue", spec.queue);
  if (!spec.dependencies.empty())
    result["dependencies"] = list_of(spec.dependencies);
  set(result, "condition", spec.condition);
  if (!spec.agent.empty())
    result["wanted_agent"] = {{"id", spec.agent},
                              {"wish", to_string(spec.wish)}};
  set(result, "sticky_key", spec.sticky_key);
  set(result, "concurrency_key", spec.concurrency_key);
  set(result, "submission_key", spec.keys->submission);
  set(result, "unique_key", spec.keys->unique);
  for (auto& x : spec.resources)
    result["resources"][x.name] = x.amount;
  set_rules(result, "labels", spec.placement->required);
  set_rules(result, "preferred_labels", spec.placement->preferred);
  set(result, "owner", spec.owner);
  if (!spec.metadata.empty())
    result["metadata"] = spec.metadata;
  if (!spec.tags.empty())
    result["tags"] = spec.tags;
  result["retry"] = to_json(spec.retry);
  if (auto limits = to_json(spec.limits); !limits.empty())
    result["limits"] = std::move(limits);
  set(result, "parent", spec.parent);
  set(result, "replay_of", *spec.replay_of);
}

} // namespace

json to_json(const error& x) {
  json result{{"code", to_string(x.code)}, {"message", x.message}};
  if (x.is_permanent)
    result["is_permanent"] = true;
  set(result, "retry_after_seconds", x.retry_after);
  return result;
}

json to_json(const task_record& x) {
  auto result = json::object();
  if (x.spec)
    set_request(result, *x.spec);
  result["status"] = to_string(x.status);
  if (x.reason != pending_reason::none)
    result["reason"] = to_string(x.reason);
  result["priority"] = x.priority.value();
  if (x.attempt != 0)
    result["attempt"] = x.attempt;
  set(result, "agent", x.agent);
  set(result, "created", x.created);
  set(result, "started", x.started);
  set(result, "finished", x.finished);
  if (x.started != never && x.finished != never)
    set(result, "seconds", x.finished - x.started);
  if (x.progress != 0)
    result["progress"] = x.progress;
  set(result, "progress_note", x.progress_note);
  set(result, "result", x.result);
  if (x.failure)
    result["error"] = to_json(*x.failure);
  if (!x.history.empty())
    result["history"] = list_of(x.history);
  return result;
}

} // namespace troupe::core
