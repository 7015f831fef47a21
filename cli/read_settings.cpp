#include "cli/read_settings.hpp"

#include "agents/capabilities.hpp"
#include "cli/names.hpp"
#include "cli/read_bounds.hpp"
#include "cli/read_limits.hpp"
#include "core/validate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace troupe::cli {

namespace {

constexpr std::array<std::string_view, 6> defaults_keys
  = {"queue", "priority", "timeout", "retries", "env", "cwd"};

constexpr std::array<std::string_view, 15> queue_keys = {
  "description",   "max_concurrent", "auto_start", "aging",    "fair",
  "routing",       "waiting_max",    "when_full",  "held_max", "paused",
  "full_wait_max", "key_max",        "at_key_max", "rate",     "retry_budget"};

constexpr std::array<std::string_view, 8> agent_keys
  = {"name",   "capabilities", "has",         "slots",
     "labels", "resources",    "directories", "limits"};

constexpr std::array<std::string_view, 4> timeout_keys
  = {"attempt", "heartbeat", "waiting", "total"};

constexpr std::array<std::string_view, 7> retry_keys
  = {"max", "backoff", "base", "cap", "factor", "jitter", "on"};

// What an attempt can fail with.
constexpr std::array failures
  = {core::ec::handler_failed,   core::ec::handler_crashed,
     core::ec::timeout,          core::ec::system_error,
     core::ec::invalid_argument, core::ec::limit_exceeded};

constexpr uint32_t retries_max = 1000;
constexpr uint32_t slots_max = 100'000;

auto failure_words() {
  std::array<std::string_view, failures.size()> result;
  std::ranges::transform(failures, result.begin(),
                         [](core::ec x) { return core::to_string(x); });
  return result;
}

std::optional<core::task_priority> read_priority(mapping_reader& reader,
                                                 mistakes& found) {
  auto value = reader.find("priority");
  if (!value)
    return std::nullopt;
  if (auto text = reader.text("priority")) {
    if (auto priority = core::parse_priority(*text))
      return *priority;
    static constexpr std::array<std::string_view, 4> words
      = {"low", "normal", "high", "critical"};
    found.add(value->mark,
              fmt::format("'priority' of {} must be low, normal, high, "
                          "critical or a number from 0 to 100, not {}{}",
                          reader.where(), in_quotes(*text),
                          suggest_near(*text, words)));
  }
  return std::nullopt;
}

std::optional<core::time_limits> read_timeouts(mapping_reader& reader,
                                               mistakes& found) {
  auto value = reader.find("timeout");
  if (!value)
    return std::nullopt;
  core::time_limits result;
  if (!value->is_mapping()) {
    if (auto x = reader.duration("timeout"))
      result.attempt = *x;
    return result;
  }
  mapping_reader inner{*value, value->mark, "'timeout' of " + reader.where(),
                       timeout_keys, found};
  result.attempt = inner.duration("attempt").value_or(result.attempt);
  result.waiting = inner.duration("waiting").value_or(result.waiting);
  result.total = inner.duration("total").value_or(result.total);
  result.heartbeat = inner.duration("heartbeat").value_or(result.heartbeat);
  return result;
}

std::optional<core::retry_settings> read_retry(mapping_reader& reader,
                                               mistakes& found) {
  auto value = reader.find("retries");
  if (!value)
    return std::nullopt;
  core::retry_settings result;
  if (!value->is_mapping()) {
    auto max = reader.count("retries", 0, retries_max).value_or(0);
    result.max_retries = static_cast<uint32_t>(max);
    return result;
  }
  mapping_reader inner{*value, value->mark, "'retries' of " + reader.where(),
                       retry_keys, found};
  inner.require("max");
  auto max = inner.count("max", 0, retries_max).value_or(0);
  result.max_retries = static_cast<uint32_t>(max);
  if (auto i = inner.choice_of("backoff", core::backoff_kind_last))
    result.backoff = *i;
  result.base = inner.duration("base").value_or(result.base);
  result.cap = inner.duration("cap").value_or(result.cap);
  result.factor = inner.number("factor", 1).value_or(result.factor);
  if (auto i = inner.choice_of("jitter", core::jitter_kind_last))
    result.jitter = *i;
  for (auto i : inner.choices("on", failure_words()))
    result.retry_on.insert(failures[i]);
  return result;
}

void read_full_policy(mapping_reader& reader, core::queue_spec& spec,
                      mistakes& found) {
  spec.full_wait_max
    = reader.duration("full_wait_max").value_or(spec.full_wait_max);
  spec.held_max = reader.count("held_max", 1).value_or(spec.held_max);
  auto i = reader.choice_of("when_full", core::full_policy_last);
  if (!i)
    return;
  spec.when_full = *i;
  if (spec.when_full != core::full_policy::refuse && spec.waiting_max == 0)
    found.add(reader.find("when_full")->mark,
              fmt::format("'when_full' of {} needs a 'waiting_max': without it "
                          "the queue is never full",
                          reader.where()));
}

queue_declaration read_queue(const yaml_entry& entry, mistakes& found) {
  queue_declaration result;
  result.mark = entry.key_mark;
  auto& spec = result.spec;
  spec.name = entry.key;
  spec.max_concurrent = 0;
  check_name("a queue", entry.key, entry.key_mark, found);
  // `cpu:` alone is a queue with nothing but defaults.
  if (entry.value.is_null())
    return result;
  mapping_reader reader{entry.value, entry.key_mark,
                        fmt::format("queue '{}'", entry.key), queue_keys,
                        found};
  spec.description = reader.text("description").value_or("");
  spec.max_concurrent
    = static_cast<uint32_t>(reader.count("max_concurrent").value_or(0));
  spec.auto_start = reader.boolean("auto_start").value_or(true);
  spec.aging = reader.duration("aging").value_or(core::duration::zero());
  spec.is_fair = reader.boolean("fair").value_or(false);
  if (auto i = reader.choice_of("routing", core::routing_strategy_last))
    spec.routing = *i;
  spec.waiting_max = reader.count("waiting_max").value_or(0);
  read_full_policy(reader, spec, found);
  read_limits(reader, spec, found);
  result.is_paused = reader.boolean("paused").value_or(false);
  return result;
}

std::vector<std::string_view> standard_names() {
  std::vector<std::string_view> result;
  for (auto& x : agents::standard_capabilities())
    result.push_back(x.name);
  return result;
}

void check_labels(const core::agent_spec& x, source_mark at, mistakes& found) {
  core::agent_spec labelled{.id = "a", .capabilities = {"c"}};
  labelled.labels = x.labels;
  for (auto& problem : core::validate(labelled))
    found.add(at, fmt::format("agent '{}': {}", x.id, problem));
}

agent_declaration read_agent(const yaml_entry& entry, uint32_t default_slots,
                             mistakes& found) {
  agent_declaration result;
  result.mark = entry.key_mark;
  result.spec.id = entry.key;
  check_name("an agent", entry.key, entry.key_mark, found);
  mapping_reader reader{entry.value, entry.key_mark,
                        fmt::format("agent '{}'", entry.key), agent_keys,
                        found};
  result.spec.name = reader.text("name").value_or("");
  result.spec.max_concurrent = static_cast<uint32_t>(
    reader.count("slots", 1, slots_max).value_or(default_slots));
  result.spec.labels = reader.text_map("labels");
  if (auto labels = reader.find("labels"))
    check_labels(result.spec, labels->mark, found);
  result.spec.resources = read_resources(reader, found);
  result.has = reader.texts("has");
  result.bounds = read_bounds(reader, found);
  auto capabilities = reader.require("capabilities");
  auto names = standard_names();
  for (auto& x : reader.texts("capabilities")) {
    if (agents::is_standard_capability(x))
      result.spec.capabilities.push_back(x);
    else
      found.add(
        capabilities->mark,
        fmt::format("unknown capability {} in agent '{}'{}", in_quotes(x),
                    entry.key,
                    suggest(x, std::span<const std::string_view>{names})));
  }
  if (capabilities && capabilities->is_list() && capabilities->items.empty())
    found.add(capabilities->mark,
              fmt::format("agent '{}' has no capabilities", entry.key));
  return result;
}

/// The entries of a section that is a mapping; none, with a mistake if there is
/// something else.
std::vector<yaml_entry> entries_of(const yaml_node& root, std::string_view key,
                                   mistakes& found) {
  auto section = root.find(key);
  if (!section || section->is_null())
    return {};
  if (!section->is_mapping()) {
    found.add(section->mark, fmt::format("'{}' must be a mapping, not {}", key,
                                         describe_value(*section)));
    return {};
  }
  return section->entries;
}

} // namespace

common_settings read_common(mapping_reader& reader,
                            const common_settings& fallback, mistakes& found) {
  auto result = fallback;
  if (auto x = reader.text("queue")) {
    result.queue = std::move(x);
    result.queue_mark = reader.find("queue")->mark;
  }
  if (auto x = read_priority(reader, found))
    result.priority = x;
  if (auto x = read_timeouts(reader, found))
    result.limits = x;
  if (auto x = read_retry(reader, found))
    result.retry = x;
  return result;
}

common_settings read_defaults(const yaml_node& root, mistakes& found) {
  // A file's tasks are commands, of which most fail again when run again.
  common_settings builtin;
  builtin.retry.emplace().max_retries = 0;
  auto section = root.find("defaults");
  if (!section || section->is_null())
    return builtin;
  mapping_reader reader{*section, section->mark, "'defaults'", defaults_keys,
                        found};
  auto result = read_common(reader, builtin, found);
  result.env = reader.find("env");
  if (result.env && !result.env->is_mapping()) {
    reader.complain("env", *result.env, "a mapping of names to values");
    result.env = nullptr;
  }
  result.cwd = reader.find("cwd");
  if (result.cwd && !result.cwd->is_scalar()) {
    reader.complain("cwd", *result.cwd, "text");
    result.cwd = nullptr;
  }
  return result;
}

std::vector<queue_declaration> read_queues(const yaml_node& root,
                                           mistakes& found) {
  std::vector<queue_declaration> result;
  for (auto& x : entries_of(root, "queues", found))
    result.push_back(read_queue(x, found));
  auto is_default = [](auto& x) {
    return x.spec.name == "default";
  };
  if (std::ranges::none_of(result, is_default)) {
    queue_declaration fallback;
    fallback.spec.name = "default";
    fallback.spec.max_concurrent = 0;
    result.push_back(std::move(fallback));
  }
  return result;
}

std::vector<agent_declaration>
read_agents(const yaml_node& root, uint32_t default_slots, mistakes& found) {
  std::vector<agent_declaration> result;
  auto before = found.size();
  for (auto& x : entries_of(root, "agents", found))
    result.push_back(read_agent(x, default_slots, found));
  if (result.empty() && found.size() == before) {
    agent_declaration local;
    local.spec.id = "local";
    local.spec.max_concurrent = default_slots;
    for (auto& x : agents::standard_capabilities())
      local.spec.capabilities.emplace_back(x.name);
    result.push_back(std::move(local));
  }
  return result;
}

} // namespace troupe::cli
