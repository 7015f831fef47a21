#include "core/spec_codec.hpp"

#include "core/json_fields.hpp"
#include "core/json_writer.hpp"

#include <array>

namespace troupe::core {

namespace {

const task_spec& plain_spec() {
  static const task_spec plain;
  return plain;
}

void write_texts(json_writer& to, std::string_view name,
                 const std::vector<std::string>& texts) {
  if (texts.empty())
    return;
  to.key(name);
  to.begin_list();
  for (auto& text : texts)
    to.value(std::string_view{text});
  to.end_list();
}

void write_member(json_writer& to, const std::vector<dependency>& all) {
  if (all.empty())
    return;
  to.key("dependencies");
  to.begin_list();
  for (auto& x : all) {
    to.begin_object();
    to.member("task", x.task);
    write_text(to, "alias", x.alias);
    if (x.policy != on_failure::cancel)
      to.member("policy", to_string(x.policy));
    to.end_object();
  }
  to.end_list();
}

/// A list, because its order is part of it.
void write_member(json_writer& to, const resource_amounts& all) {
  if (all.empty())
    return;
  to.key("resources");
  to.begin_list();
  for (auto& x : all) {
    to.begin_object();
    to.member("name", std::string_view{x.name});
    to.member("amount", x.amount);
    to.end_object();
  }
  to.end_list();
}

void write_member(json_writer& to, const retry_settings& x) {
  auto& plain = plain_spec().retry;
  if (x.max_retries == plain.max_retries && x.backoff == plain.backoff
      && x.jitter == plain.jitter && x.base == plain.base && x.cap == plain.cap
      && x.factor == plain.factor && x.retry_on.empty())
    return;
  to.key("retry");
  to.begin_object();
  write_unless(to, "max_retries", x.max_retries, plain.max_retries);
  if (x.backoff != plain.backoff)
    to.member("backoff", to_string(x.backoff));
  if (x.jitter != plain.jitter)
    to.member("jitter", to_string(x.jitter));
  write_unless(to, "base", x.base, plain.base);
  write_unless(to, "cap", x.cap, plain.cap);
  write_unless(to, "factor", x.factor, plain.factor);
  if (!x.retry_on.empty()) {
    to.key("retry_on");
    to.begin_list();
    for (auto code : x.retry_on)
      to.value(to_string(code));
    to.end_list();
  }
  to.end_object();
}

void write_member(json_writer& to, const time_limits& x) {
  auto& plain = plain_spec().limits;
  if (x.attempt == plain.attempt && x.waiting == plain.waiting
      && x.total == plain.total && x.heartbeat == plain.heartbeat)
    return;
  to.key("limits");
  to.begin_object();
  write_unless(to, "attempt", x.attempt, plain.attempt);
  write_unless(to, "waiting", x.waiting, plain.waiting);
  write_unless(to, "total", x.total, plain.total);
  write_unless(to, "heartbeat", x.heartbeat, plain.heartbeat);
  to.end_object();
}

void write_member(json_writer& to,
                  const std::map<std::string, std::string>& all) {
  if (all.empty())
    return;
  // Its names may need escaping, unlike those of fields.
  to.member("metadata", json(all));
}

void write_member(json_writer& to, const boxed<submission_keys>& keys) {
  if (!keys || *keys == submission_keys{})
    return;
  to.key("keys");
  to.begin_object();
  write_text(to, "submission", keys->submission);
  write_text(to, "unique", keys->unique);
  if (keys->unique_while != uniqueness::unfinished)
    to.member("unique_while", to_string(keys->unique_while));
  write_unless(to, "unique_for", keys->unique_for, duration::zero());
  to.end_object();
}

void write_rules(json_writer& to, std::string_view name,
                 const std::vector<label_rule>& rules) {
  if (rules.empty())
    return;
  to.key(name);
  to.begin_list();
  for (auto& x : rules) {
    to.begin_object();
    to.member("key", std::string_view{x.key});
    to.member("test", to_string(x.test));
    write_texts(to, "values", x.values);
    to.end_object();
  }
  to.end_list();
}

void write_member(json_writer& to, const boxed<placement>& x) {
  if (!x || *x == placement{})
    return;
  to.key("placement");
  to.begin_object();
  write_rules(to, "required", x->required);
  write_rules(to, "preferred", x->preferred);
  to.end_object();
}

using spec_field = json_field<task_spec>;

constexpr std::array<json_field<dependency>, 3> dependency_fields{{
  {"task", read_member<&dependency::task>},
  {"alias", read_member<&dependency::alias>},
  {"policy",
   [](json& from, dependency& to) {
     return read_enum(from, to.policy, on_failure_last);
   }},
}};

constexpr std::array<json_field<resource_amount>, 2> resource_fields{{
  {"name", read_member<&resource_amount::name>},
  {"amount", read_member<&resource_amount::amount>},
}};

constexpr std::array<json_field<label_rule>, 3> rule_fields{{
  {"key", read_member<&label_rule::key>},
  {"test",
   [](json& from, label_rule& to) {
     return read_enum(from, to.test, label_test_last);
   }},
  {"values", read_member<&label_rule::values>},
}};

constexpr std::array<json_field<placement>, 2> placement_fields{{
  {"required",
   [](json& from, placement& to) {
     return read_list(from, to.required, rule_fields);
   }},
  {"preferred",
   [](json& from, placement& to) {
     return read_list(from, to.preferred, rule_fields);
   }},
}};

result<void> read_codes(json& from, retry_settings& to) {
  if (!from.is_array())
    return fail(ec::invalid_argument,
                fmt::format("is {}, not a list", type_of(from)));
  for (auto& x : from) {
    ec code{};
    if (auto read = read_enum(x, code, ec_last); !read)
      return read;
    to.retry_on.insert(code);
  }
  return {};
}

constexpr std::array<json_field<retry_settings>, 7> retry_fields{{
  {"max_retries", read_member<&retry_settings::max_retries>},
  {"backoff",
   [](json& from, retry_settings& to) {
     return read_enum(from, to.backoff, backoff_kind_last);
   }},
  {"jitter",
   [](json& from, retry_settings& to) {
     return read_enum(from, to.jitter, jitter_kind_last);
   }},
  {"base", read_member<&retry_settings::base>},
  {"cap", read_member<&retry_settings::cap>},
  {"factor", read_member<&retry_settings::factor>},
  {"retry_on", read_codes},
}};

constexpr std::array<json_field<time_limits>, 4> limits_fields{{
  {"attempt", read_member<&time_limits::attempt>},
  {"waiting", read_member<&time_limits::waiting>},
  {"total", read_member<&time_limits::total>},
  {"heartbeat", read_member<&time_limits::heartbeat>},
}};

constexpr std::array<json_field<submission_keys>, 4> keys_fields{{
  {"submission", read_member<&submission_keys::submission>},
  {"unique", read_member<&submission_keys::unique>},
  {"unique_while",
   [](json& from, submission_keys& to) {
     return read_enum(from, to.unique_while, uniqueness_last);
   }},
  {"unique_for", read_member<&submission_keys::unique_for>},
}};

result<void> read_priority(json& from, task_spec& to) {
  int32_t value = 0;
  auto read = read_value(from, value);
  to.priority = task_priority{value};
  return read;
}

result<void> read_durability(json& from, task_spec& to) {
  return read_enum(from, to.durability.emplace(), durability_last);
}

constexpr std::array<spec_field, 23> spec_fields{{
  {"name", read_member<&task_spec::name>},
  {"capabilities", read_member<&task_spec::capabilities>},
  {"parameters", read_member<&task_spec::parameters>},
  {"queue", read_member<&task_spec::queue>},
  {"priority", read_priority},
  {"description", read_member<&task_spec::description>},
  {"dependencies",
   [](json& from, task_spec& to) {
     return read_list(from, to.dependencies, dependency_fields);
   }},
  {"condition", read_member<&task_spec::condition>},
  {"agent", read_member<&task_spec::agent>},
  {"wish",
   [](json& from, task_spec& to) {
     return read_enum(from, to.wish, agent_wish_last);
   }},
  {"sticky_key", read_member<&task_spec::sticky_key>},
  {"concurrency_key", read_member<&task_spec::concurrency_key>},
  {"keys",
   [](json& from, task_spec& to) {
     return read_fields(from, to.keys.edit(), keys_fields);
   }},
  {"resources",
   [](json& from, task_spec& to) {
     return read_list(from, to.resources, resource_fields);
   }},
  {"placement",
   [](json& from, task_spec& to) {
     return read_fields(from, to.placement.edit(), placement_fields);
   }},
  {"owner", read_member<&task_spec::owner>},
  {"metadata", read_member<&task_spec::metadata>},
  {"tags", read_member<&task_spec::tags>},
  {"durability", read_durability},
  {"retry",
   [](json& from, task_spec& to) {
     return read_fields(from, to.retry, retry_fields);
   }},
  {"limits",
   [](json& from, task_spec& to) {
     return read_fields(from, to.limits, limits_fields);
   }},
  {"parent", read_member<&task_spec::parent>},
  {"replay_of",
   [](json& from, task_spec& to) {
     return read_value(from, to.replay_of.edit());
   }},
}};

} // namespace

void encode_spec(const task_spec& spec, std::string& text) {
  auto& plain = plain_spec();
  json_writer to{text};
  to.begin_object();
  write_text(to, "name", spec.name);
  write_text(to, "description", spec.description);
  write_texts(to, "capabilities", spec.capabilities);
  if (!spec.parameters.is_null())
    to.member("parameters", spec.parameters);
  write_unless(to, "priority", spec.priority.value(), plain.priority.value());
  write_unless(to, "queue", std::string_view{spec.queue},
               std::string_view{plain.queue});
  write_member(to, spec.dependencies);
  write_text(to, "condition", spec.condition);
  write_text(to, "agent", spec.agent);
  if (spec.wish != plain.wish)
    to.member("wish", to_string(spec.wish));
  write_text(to, "sticky_key", spec.sticky_key);
  write_text(to, "concurrency_key", spec.concurrency_key);
  write_member(to, spec.keys);
  write_member(to, spec.resources);
  write_member(to, spec.placement);
  write_text(to, "owner", spec.owner);
  write_member(to, spec.metadata);
  write_texts(to, "tags", spec.tags);
  if (spec.durability)
    to.member("durability", to_string(*spec.durability));
  write_member(to, spec.retry);
  write_member(to, spec.limits);
  write_unless(to, "parent", spec.parent, plain.parent);
  write_unless(to, "replay_of", *spec.replay_of, *plain.replay_of);
  to.end_object();
}

result<task_spec> decode_spec(std::string_view text) {
  auto value = read_json(text);
  if (!value)
    return fail(std::move(value.error()));
  task_spec spec;
  if (auto read = read_fields(*value, spec, spec_fields); !read)
    return fail(std::move(read.error()));
  return spec;
}

bool is_same(const task_spec& x, const task_spec& y) {
  if (&x == &y)
    return true;
  if (x.id != y.id)
    return false;
  std::string texts[2];
  encode_spec(x, texts[0]);
  encode_spec(y, texts[1]);
  return texts[0] == texts[1];
}

bool asks_for_the_same(const task_spec& x, const task_spec& y) {
  std::string texts[2];
  const task_spec* specs[] = {&x, &y};
  for (size_t i = 0; i < 2; ++i) {
    // The id is none of it.
    auto plain = *specs[i];
    plain.parent = {};
    plain.replay_of = {};
    encode_spec(plain, texts[i]);
  }
  return texts[0] == texts[1];
}

} // namespace troupe::core
