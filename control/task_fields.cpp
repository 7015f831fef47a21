#include "control/task_fields.hpp"

#include <fmt/format.h>

namespace troupe::control {

namespace {

double in_seconds(core::duration x) {
  return std::chrono::duration<double>(x).count();
}

template <class T>
void set_unless(core::json& object, const char* name, const T& x,
                const T& plain) {
  if (x != plain)
    object[name] = x;
}

void set_seconds(core::json& object, const char* name, core::duration x,
                 core::duration plain) {
  if (x != plain)
    object[name] = in_seconds(x);
}

template <class Enum>
void set_name(core::json& object, const char* name, Enum x, Enum plain) {
  if (x != plain)
    object[name] = to_string(x);
}

core::json to_json(const core::dependency& x) {
  core::json result{{"task", core::to_string(x.task)}};
  set_unless(result, "alias", x.alias, {});
  set_name(result, "on_failure", x.policy, core::on_failure::cancel);
  return result;
}

core::json to_json(const core::retry_settings& x) {
  const core::retry_settings plain;
  auto result = core::json::object();
  set_unless(result, "max_retries", x.max_retries, plain.max_retries);
  set_name(result, "backoff", x.backoff, plain.backoff);
  set_seconds(result, "base_seconds", x.base, plain.base);
  set_seconds(result, "cap_seconds", x.cap, plain.cap);
  set_unless(result, "factor", x.factor, plain.factor);
  set_name(result, "jitter", x.jitter, plain.jitter);
  for (auto code : x.retry_on)
    result["on"].push_back(core::to_string(code));
  return result;
}

core::json to_json(const core::time_limits& x) {
  const core::time_limits plain;
  auto result = core::json::object();
  set_seconds(result, "attempt_seconds", x.attempt, plain.attempt);
  set_seconds(result, "waiting_seconds", x.waiting, plain.waiting);
  set_seconds(result, "total_seconds", x.total, plain.total);
  set_seconds(result, "heartbeat_seconds", x.heartbeat, plain.heartbeat);
  return result;
}

void set_keys(core::json& result, const core::submission_keys& x) {
  const core::submission_keys plain;
  set_unless(result, "submission_key", x.submission, {});
  set_unless(result, "unique_key", x.unique, {});
  set_name(result, "unique_while", x.unique_while, plain.unique_while);
  set_seconds(result, "unique_for_seconds", x.unique_for, plain.unique_for);
}

void set_object(core::json& result, const char* name, core::json x) {
  if (!x.empty())
    result[name] = std::move(x);
}

void read_dependency(const core::json& from, const std::string& where,
                     object_reader& outer, named_task& to) {
  auto& result = to.spec.dependencies.emplace_back();
  auto& name = to.names.emplace_back();
  auto find = [&](const std::string& text) {
    if (auto id = core::parse_task_id(text))
      result.task = *id;
    else
      name = text;
  };
  if (from.is_string()) {
    find(from.get_ref<const std::string&>());
    return;
  }
  object_reader in{from, where, outer};
  in.require("task");
  if (auto task = in.text("task"))
    find(*task);
  result.alias = in.text("alias").value_or("");
  result.policy
    = in.choice("on_failure", core::on_failure_last).value_or(result.policy);
  in.refuse_others();
}

void read_agent_wish(object_reader& in, core::task_spec& spec) {
  auto wanted = in.any("wanted_agent");
  if (!wanted || wanted->is_null())
    return;
  if (wanted->is_string()) {
    spec.agent = wanted->get<std::string>();
    return;
  }
  object_reader agent{std::move(*wanted), in.path("wanted_agent"), in};
  agent.require("id");
  spec.agent = agent.text("id").value_or("");
  spec.wish = agent.choice("wish", core::agent_wish_last).value_or(spec.wish);
  agent.refuse_others();
}

void read_keys(object_reader& in, core::task_spec& spec) {
  core::submission_keys keys;
  keys.submission = in.text("submission_key").value_or("");
  keys.unique = in.text("unique_key").value_or("");
  keys.unique_while = in.choice("unique_while", core::uniqueness_last)
                        .value_or(keys.unique_while);
  keys.unique_for = in.seconds("unique_for_seconds").value_or(keys.unique_for);
  if (keys != core::submission_keys{})
    spec.keys = std::move(keys);
}

void read_resources(object_reader& in, core::task_spec& spec) {
  auto resources = in.any("resources");
  if (!resources || resources->is_null())
    return;
  object_reader amounts{*resources, in.path("resources"), in};
  if (!resources->is_object())
    return;
  for (auto& [name, value] : resources->items())
    if (auto amount = amounts.number(name))
      spec.resources.push_back({name, *amount});
}

} // namespace

core::json to_json(const core::task_spec& x) {
  auto result = core::json::object();
  if (!x.id.is_nil())
    result["id"] = core::to_string(x.id);
  set_unless(result, "name", x.name, {});
  set_unless(result, "description", x.description, {});
  set_object(result, "capabilities", x.capabilities);
  if (!x.parameters.is_null())
    result["parameters"] = x.parameters.value();
  set_unless(result, "priority", x.priority.value(), core::normal.value());
  set_unless(result, "queue", x.queue, std::string{"default"});
  for (auto& dependency : x.dependencies)
    result["dependencies"].push_back(to_json(dependency));
  set_unless(result, "condition", x.condition, {});
  if (!x.agent.empty())
    result["wanted_agent"] = {{"id", x.agent}, {"wish", to_string(x.wish)}};
  set_unless(result, "sticky_key", x.sticky_key, {});
  set_unless(result, "concurrency_key", x.concurrency_key, {});
  set_keys(result, *x.keys);
  for (auto& resource : x.resources)
    result["resources"][resource.name] = resource.amount;
  set_unless(result, "owner", x.owner, {});
  set_object(result, "metadata", x.metadata);
  set_object(result, "tags", x.tags);
  for (auto& rule : x.placement->required)
    result["labels"].push_back(core::to_string(rule));
  for (auto& rule : x.placement->preferred)
    result["preferred_labels"].push_back(core::to_string(rule));
  if (x.durability)
    result["durability"] = to_string(*x.durability);
  set_object(result, "retry", to_json(x.retry));
  set_object(result, "limits", to_json(x.limits));
  return result;
}

core::retry_settings read_retry(core::json from, std::string where,
                                object_reader& outer) {
  object_reader in{std::move(from), std::move(where), outer};
  core::retry_settings result;
  result.max_retries = static_cast<uint32_t>(
    in.count("max_retries", 0, UINT32_MAX).value_or(result.max_retries));
  result.backoff
    = in.choice("backoff", core::backoff_kind_last).value_or(result.backoff);
  result.base = in.seconds("base_seconds").value_or(result.base);
  result.cap = in.seconds("cap_seconds").value_or(result.cap);
  result.factor = in.number("factor").value_or(result.factor);
  result.jitter
    = in.choice("jitter", core::jitter_kind_last).value_or(result.jitter);
  std::vector<std::string_view> codes;
  for (size_t i = 0; i <= static_cast<size_t>(core::ec_last); ++i)
    codes.push_back(core::to_string(static_cast<core::ec>(i)));
  for (auto& x : in.texts("on").value_or(std::vector<std::string>{}))
    if (auto i = in.position("on", x, codes))
      result.retry_on.insert(static_cast<core::ec>(*i));
  in.refuse_others();
  return result;
}

core::time_limits read_limits(core::json from, std::string where,
                              object_reader& outer) {
  object_reader in{std::move(from), std::move(where), outer};
  core::time_limits result;
  result.attempt = in.seconds("attempt_seconds").value_or(result.attempt);
  result.waiting = in.seconds("waiting_seconds").value_or(result.waiting);
  result.total = in.seconds("total_seconds").value_or(result.total);
  result.heartbeat = in.seconds("heartbeat_seconds").value_or(result.heartbeat);
  in.refuse_others();
  return result;
}

std::optional<core::task_priority> read_priority(object_reader& from,
                                                 std::string_view name) {
  auto value = from.any(name);
  if (!value || value->is_null())
    return std::nullopt;
  if (value->is_string() || value->is_number_integer()) {
    auto text = value->is_string() ? value->get<std::string>() : value->dump();
    auto read = core::parse_priority(text);
    if (read)
      return *read;
    from.complain(name, ": " + read.error().message);
    return std::nullopt;
  }
  from.complain(name, fmt::format("is {}, not low, normal, high, critical or a "
                                  "whole number from 0 to 100",
                                  core::type_of(*value)));
  return std::nullopt;
}

named_task read_task(core::json from, std::string where, object_reader& outer) {
  object_reader in{std::move(from), std::move(where), outer};
  auto result = read_task(in);
  in.refuse_others();
  return result;
}

std::vector<core::label_rule> read_rules(object_reader& in,
                                         std::string_view name) {
  std::vector<core::label_rule> result;
  for (auto& text : in.texts(name).value_or(std::vector<std::string>{})) {
    auto rule = core::parse_label_rule(text);
    if (rule)
      result.push_back(*std::move(rule));
    else
      in.complain(name, "is wrong: " + rule.error().message);
  }
  return result;
}

void read_placement(object_reader& in, core::task_spec& spec) {
  core::placement read{read_rules(in, "labels"),
                       read_rules(in, "preferred_labels")};
  if (read != core::placement{})
    spec.placement = std::move(read);
}

named_task read_task(object_reader& in) {
  named_task result;
  auto& spec = result.spec;
  spec.id = in.id("id").value_or(core::task_id{});
  spec.name = in.text("name").value_or("");
  spec.description = in.text("description").value_or("");
  spec.capabilities = in.texts("capabilities").value_or(spec.capabilities);
  spec.parameters = core::payload(in.any("parameters").value_or(nullptr));
  spec.priority = read_priority(in, "priority").value_or(spec.priority);
  spec.queue = in.text("queue").value_or(spec.queue);
  if (auto all = in.list("dependencies"))
    for (size_t i = 0; i < all->size(); ++i)
      read_dependency((*all)[i],
                      fmt::format("{}.{}", in.path("dependencies"), i), in,
                      result);
  spec.condition = in.text("condition").value_or("");
  read_agent_wish(in, spec);
  spec.sticky_key = in.text("sticky_key").value_or("");
  spec.concurrency_key = in.text("concurrency_key").value_or("");
  read_keys(in, spec);
  read_resources(in, spec);
  spec.owner = in.text("owner").value_or("");
  spec.metadata = in.text_map("metadata").value_or(spec.metadata);
  spec.tags = in.texts("tags").value_or(spec.tags);
  read_placement(in, spec);
  spec.durability = in.choice("durability", core::durability_last);
  if (auto retry = in.any("retry"); retry && !retry->is_null())
    spec.retry = read_retry(std::move(*retry), in.path("retry"), in);
  if (auto limits = in.any("limits"); limits && !limits->is_null())
    spec.limits = read_limits(std::move(*limits), in.path("limits"), in);
  return result;
}

} // namespace troupe::control
