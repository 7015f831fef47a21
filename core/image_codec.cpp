#include "core/image_codec.hpp"

#include "core/json_fields.hpp"
#include "core/json_writer.hpp"
#include "core/spec_codec.hpp"

#include <array>

namespace troupe::core {

namespace {

void write(json_writer& to, const error& x) {
  to.begin_object();
  to.member("code", to_string(x.code));
  write_text(to, "message", x.message);
  write_unless(to, "is_permanent", x.is_permanent, false);
  write_unless(to, "retry_after", x.retry_after, duration::zero());
  to.end_object();
}

void write(json_writer& to, const history_entry& x) {
  to.begin_object();
  to.member("at", x.at);
  to.member("kind", to_string(x.kind));
  write_unless(to, "attempt", x.attempt, 0u);
  write_text(to, "detail", x.detail);
  to.end_object();
}

void write(json_writer& to, const question& x) {
  to.begin_object();
  write_unless(to, "number", x.number, 0u);
  write_text(to, "prompt", x.prompt);
  if (!x.schema.is_null())
    to.member("schema", x.schema);
  write_unless(to, "deadline", x.deadline, never);
  to.end_object();
}

void write(json_writer& to, const given_answer& x) {
  to.begin_object();
  to.key("what");
  write(to, x.what);
  if (!x.answer.is_null())
    to.member("answer", x.answer);
  to.member("at", x.at);
  write_unless(to, "attempt", x.attempt, 0u);
  to.end_object();
}

template <class Items>
void write_list(json_writer& to, std::string_view name, const Items& items) {
  if (items.empty())
    return;
  to.key(name);
  to.begin_list();
  for (auto& item : items)
    write(to, item);
  to.end_list();
}

bool has_details(const task_image& x) noexcept {
  return x.failure != error{} || x.failures != 0 || x.losses != 0
         || x.retry_at != never || x.is_to_pause || x.pause != 0
         || !x.history.empty() || !x.answers.empty();
}

void write_details(json_writer& to, const task_image& x) {
  if (x.failure != error{}) {
    to.key("failure");
    write(to, x.failure);
  }
  write_unless(to, "failures", x.failures, 0u);
  write_unless(to, "losses", x.losses, 0u);
  write_unless(to, "retry_at", x.retry_at, never);
  write_unless(to, "is_to_pause", x.is_to_pause, false);
  write_unless(to, "pause", x.pause, 0u);
  write_list(to, "history", x.history);
  write_list(to, "answers", x.answers);
}

constexpr std::array<json_field<error>, 4> error_fields{{
  {"code",
   [](json& from, error& to) {
     return read_enum(from, to.code, ec_last);
   }},
  {"message", read_member<&error::message>},
  {"is_permanent", read_member<&error::is_permanent>},
  {"retry_after", read_member<&error::retry_after>},
}};

constexpr std::array<json_field<history_entry>, 4> history_fields{{
  {"at", read_member<&history_entry::at>},
  {"kind",
   [](json& from, history_entry& to) {
     return read_enum(from, to.kind, history_kind_last);
   }},
  {"attempt", read_member<&history_entry::attempt>},
  {"detail", read_member<&history_entry::detail>},
}};

constexpr std::array<json_field<question>, 4> question_fields{{
  {"number", read_member<&question::number>},
  {"prompt", read_member<&question::prompt>},
  {"schema", read_member<&question::schema>},
  {"deadline", read_member<&question::deadline>},
}};

constexpr std::array<json_field<given_answer>, 4> answer_fields{{
  {"what",
   [](json& from, given_answer& to) {
     return read_fields(from, to.what, question_fields);
   }},
  {"answer", read_member<&given_answer::answer>},
  {"at", read_member<&given_answer::at>},
  {"attempt", read_member<&given_answer::attempt>},
}};

using image_field = json_field<task_image>;

constexpr std::array<image_field, 8> detail_fields{{
  {"failure",
   [](json& from, task_image& to) {
     return read_fields(from, to.failure, error_fields);
   }},
  {"failures", read_member<&task_image::failures>},
  {"losses", read_member<&task_image::losses>},
  {"retry_at", read_member<&task_image::retry_at>},
  {"is_to_pause", read_member<&task_image::is_to_pause>},
  {"pause", read_member<&task_image::pause>},
  {"history",
   [](json& from, task_image& to) {
     return read_list(from, to.history, history_fields);
   }},
  {"answers",
   [](json& from, task_image& to) {
     return read_list(from, to.answers, answer_fields);
   }},
}};

result<void> read_details(json& from, task_image& to) {
  return read_fields(from, to, detail_fields);
}

result<void> read_spec(json& from, task_image& to) {
  // Specs are read as they are stored, by one reader.
  auto id = to.spec ? to.spec->id : task_id{};
  std::string text;
  json_writer{text}.value(from);
  auto spec = decode_spec(text);
  if (!spec)
    return fail(std::move(spec.error()));
  spec->id = id;
  to.spec = std::make_shared<const task_spec>(std::move(*spec));
  return {};
}

result<void> read_id(json& from, task_image& to) {
  auto spec = to.spec ? *to.spec : task_spec{};
  auto read = read_value(from, spec.id);
  to.spec = std::make_shared<const task_spec>(std::move(spec));
  return read;
}

result<void> read_image_priority(json& from, task_image& to) {
  int32_t value = 0;
  auto read = read_value(from, value);
  to.priority = task_priority{value};
  return read;
}

constexpr std::array<image_field, 16> image_fields{{
  {"number", read_member<&task_image::number>},
  {"id", read_id},
  {"spec", read_spec},
  {"created", read_member<&task_image::created>},
  {"durability",
   [](json& from, task_image& to) {
     return read_enum(from, to.durability, durability_last);
   }},
  {"status",
   [](json& from, task_image& to) {
     return read_enum(from, to.status, task_status_last);
   }},
  {"attempt", read_member<&task_image::attempt>},
  {"agent", read_member<&task_image::agent>},
  {"is_live", read_member<&task_image::is_live>},
  {"priority", read_image_priority},
  {"ready_at", read_member<&task_image::ready_at>},
  {"started", read_member<&task_image::started>},
  {"finished", read_member<&task_image::finished>},
  {"result", read_member<&task_image::result>},
  {"is_dead_letter", read_member<&task_image::is_dead_letter>},
  {"details", read_details},
}};

} // namespace

void encode_details(const task_image& image, std::string& text) {
  if (!has_details(image))
    return;
  json_writer to{text};
  to.begin_object();
  write_details(to, image);
  to.end_object();
}

result<void> decode_details(std::string_view text, task_image& to) {
  auto value = read_json(text);
  if (!value)
    return fail(std::move(value.error()));
  return read_details(*value, to);
}

void encode_image(const task_image& x, std::string& text) {
  json_writer to{text};
  to.begin_object();
  to.member("number", x.number);
  to.member("id", x.spec->id);
  to.member("created", x.created);
  to.key("spec");
  encode_spec(*x.spec, text);
  if (x.durability != durability::strict)
    to.member("durability", to_string(x.durability));
  to.member("status", to_string(x.status));
  write_unless(to, "attempt", x.attempt, 0u);
  write_text(to, "agent", x.agent);
  write_unless(to, "is_live", x.is_live, false);
  to.member("priority", x.priority.value());
  write_unless(to, "ready_at", x.ready_at, never);
  write_unless(to, "started", x.started, never);
  write_unless(to, "finished", x.finished, never);
  if (!x.result.is_null())
    to.member("result", x.result);
  write_unless(to, "is_dead_letter", x.is_dead_letter, false);
  if (has_details(x)) {
    to.key("details");
    to.begin_object();
    write_details(to, x);
    to.end_object();
  }
  to.end_object();
}

result<task_image> decode_image(std::string_view text) {
  auto value = read_json(text);
  if (!value)
    return fail(std::move(value.error()));
  task_image image;
  if (auto read = read_fields(*value, image, image_fields); !read)
    return fail(std::move(read.error()));
  if (!image.spec || image.spec->id.is_nil() || image.number == 0)
    return fail(ec::invalid_argument, "has no number, no id or no spec");
  return image;
}

} // namespace troupe::core
