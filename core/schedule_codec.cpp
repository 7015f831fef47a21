#include "core/schedule_codec.hpp"

#include "core/json_fields.hpp"
#include "core/json_writer.hpp"
#include "core/spec_codec.hpp"

#include <array>
#include <span>
#include <type_traits>
#include <utility>

namespace troupe::core {

namespace {

template <class T>
void write_changed(json_writer& to, std::string_view name, const T& x,
                   const T& plain) {
  if (x != plain)
    to.member(name, x);
}

template <class Enum>
void write_changed_enum(json_writer& to, std::string_view name, Enum x,
                        Enum plain) {
  if (x != plain)
    to.member(name, to_string(x));
}

void write_string(json_writer& to, std::string_view name,
                  const std::string& text) {
  if (!text.empty())
    to.member(name, std::string_view{text});
}

void write_when(json_writer& to, const schedule_times& when) {
  to.key("when");
  to.begin_object();
  if (auto* x = std::get_if<run_at>(&when)) {
    to.member("at", x->at);
  } else if (auto* x = std::get_if<run_after>(&when)) {
    to.member("after", x->delay);
  } else if (auto* x = std::get_if<run_every>(&when)) {
    to.member("every", x->interval);
    write_changed(to, "anchor", x->anchor, never);
  } else {
    auto& cron = std::get<run_cron>(when);
    to.member("cron", std::string_view{cron.expression});
    to.member("zone", std::string_view{cron.zone});
  }
  to.end_object();
}

void write_catch_up(json_writer& to, const catch_up_settings& x) {
  const catch_up_settings plain;
  to.key("catch_up");
  to.begin_object();
  write_changed_enum(to, "policy", x.policy, plain.policy);
  write_changed(to, "late_max", x.late_max, plain.late_max);
  write_changed(to, "runs_max", x.runs_max, plain.runs_max);
  to.end_object();
}

/// Which kind of times it is, whichever of its fields is read first.
template <class Kind>
Kind& kind_in(schedule_times& to) {
  if (auto* x = std::get_if<Kind>(&to))
    return *x;
  return to.emplace<Kind>();
}

template <class Kind, auto Member>
result<void> read_time_of(json& from, schedule_times& to) {
  return read_value(from, kind_in<Kind>(to).*Member);
}

constexpr std::array<json_field<schedule_times>, 6> when_fields{{
  {"at", read_time_of<run_at, &run_at::at>},
  {"after", read_time_of<run_after, &run_after::delay>},
  {"every", read_time_of<run_every, &run_every::interval>},
  {"anchor", read_time_of<run_every, &run_every::anchor>},
  {"cron", read_time_of<run_cron, &run_cron::expression>},
  {"zone", read_time_of<run_cron, &run_cron::zone>},
}};

/// Whether those that are there go together.
bool is_one_kind(const json& when) {
  auto count = 0;
  for (auto* name : {"at", "after", "every", "cron"})
    count += when.contains(name) ? 1 : 0;
  return count == 1 && (!when.contains("anchor") || when.contains("every"))
         && (!when.contains("zone") || when.contains("cron"));
}

result<void> read_when(json& from, schedule_spec& to) {
  if (from.is_object() && !is_one_kind(from))
    return fail(ec::invalid_argument,
                "has not one of at, after, every (with anchor) and cron (with "
                "zone)");
  return read_fields(from, to.when, when_fields);
}

constexpr std::array<json_field<catch_up_settings>, 3> catch_up_fields{{
  {"policy",
   [](json& from, catch_up_settings& to) {
     return read_enum(from, to.policy, catch_up_policy_last);
   }},
  {"late_max", read_member<&catch_up_settings::late_max>},
  {"runs_max", read_member<&catch_up_settings::runs_max>},
}};

result<void> read_template(json& from, schedule_spec& to) {
  // Specs are read as they are stored, by one reader.
  std::string text;
  json_writer{text}.value(from);
  auto spec = decode_spec(text);
  if (!spec)
    return fail(std::move(spec.error()));
  to.task = std::move(*spec);
  return {};
}

constexpr std::array<json_field<schedule_spec>, 12> schedule_fields{{
  {"name", read_member<&schedule_spec::name>},
  {"description", read_member<&schedule_spec::description>},
  {"task", read_template},
  {"when", read_when},
  {"overlap",
   [](json& from, schedule_spec& to) {
     return read_enum(from, to.overlap, overlap_policy_last);
   }},
  {"queue_max", read_member<&schedule_spec::queue_max>},
  {"catch_up",
   [](json& from, schedule_spec& to) {
     return read_fields(from, to.catch_up, catch_up_fields);
   }},
  {"jitter", read_member<&schedule_spec::jitter>},
  {"start", read_member<&schedule_spec::start>},
  {"end", read_member<&schedule_spec::end>},
  {"max_runs", read_member<&schedule_spec::max_runs>},
  {"is_paused", read_member<&schedule_spec::is_paused>},
}};

constexpr std::array<json_field<run_key>, 2> run_fields{{
  {"number", read_member<&run_key::number>},
  {"nominal", read_member<&run_key::nominal>},
}};

result<void> read_waiting(json& from, schedule_state& to) {
  if (!from.is_array())
    return fail(ec::invalid_argument,
                fmt::format("is {}, not a list", type_of(from)));
  for (auto& nominal : from)
    if (auto read = read_value(nominal, to.waiting.emplace_back()); !read)
      return read;
  return {};
}

constexpr std::array<json_field<schedule_state>, 11> state_fields{{
  {"added", read_member<&schedule_state::added>},
  {"passed", read_member<&schedule_state::passed>},
  {"runs", read_member<&schedule_state::runs>},
  {"running",
   [](json& from, schedule_state& to) {
     return read_fields(from, to.running.emplace(), run_fields);
   }},
  {"is_cancelling", read_member<&schedule_state::is_cancelling>},
  {"waiting", read_waiting},
  {"last_nominal", read_member<&schedule_state::last_nominal>},
  {"skipped", read_member<&schedule_state::skipped>},
  {"last_skipped", read_member<&schedule_state::last_skipped>},
  {"missed", read_member<&schedule_state::missed>},
  {"is_paused", read_member<&schedule_state::is_paused>},
}};

template <class T>
result<T>
decode_fields(std::string_view text,
              std::type_identity_t<std::span<const json_field<T>>> fields) {
  auto value = read_json(text);
  if (!value)
    return fail(std::move(value.error()));
  T decoded;
  if (auto read = read_fields(*value, decoded, fields); !read)
    return fail(std::move(read.error()));
  return decoded;
}

} // namespace

void encode_schedule(const schedule_spec& spec, std::string& text) {
  const schedule_spec plain;
  json_writer to{text};
  to.begin_object();
  write_string(to, "name", spec.name);
  write_string(to, "description", spec.description);
  to.key("task");
  encode_spec(spec.task, text);
  write_when(to, spec.when);
  write_changed_enum(to, "overlap", spec.overlap, plain.overlap);
  write_changed(to, "queue_max", spec.queue_max, plain.queue_max);
  write_catch_up(to, spec.catch_up);
  write_changed(to, "jitter", spec.jitter, plain.jitter);
  write_changed(to, "start", spec.start, plain.start);
  write_changed(to, "end", spec.end, plain.end);
  write_changed(to, "max_runs", spec.max_runs, plain.max_runs);
  write_changed(to, "is_paused", spec.is_paused, plain.is_paused);
  to.end_object();
}

result<schedule_spec> decode_schedule(std::string_view text) {
  return decode_fields<schedule_spec>(text, schedule_fields);
}

void encode_schedule_state(const schedule_state& state, std::string& text) {
  const schedule_state plain;
  json_writer to{text};
  to.begin_object();
  write_changed(to, "added", state.added, plain.added);
  write_changed(to, "passed", state.passed, plain.passed);
  write_changed(to, "runs", state.runs, plain.runs);
  if (state.running) {
    to.key("running");
    to.begin_object();
    to.member("number", state.running->number);
    to.member("nominal", state.running->nominal);
    to.end_object();
  }
  write_changed(to, "is_cancelling", state.is_cancelling, plain.is_cancelling);
  if (!state.waiting.empty()) {
    to.key("waiting");
    to.begin_list();
    for (auto nominal : state.waiting)
      to.value(nominal);
    to.end_list();
  }
  write_changed(to, "last_nominal", state.last_nominal, plain.last_nominal);
  write_changed(to, "skipped", state.skipped, plain.skipped);
  write_changed(to, "last_skipped", state.last_skipped, plain.last_skipped);
  write_changed(to, "missed", state.missed, plain.missed);
  write_changed(to, "is_paused", state.is_paused, plain.is_paused);
  to.end_object();
}

result<schedule_state> decode_schedule_state(std::string_view text) {
  return decode_fields<schedule_state>(text, state_fields);
}

} // namespace troupe::core
