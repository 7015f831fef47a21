#include "core/schedule_document.hpp"

#include "core/json_fields.hpp"
#include "core/json_writer.hpp"
#include "core/schedule_codec.hpp"

#include <array>
#include <string>
#include <utility>

namespace troupe::core {

namespace {

// Both are read as they are stored, by one reader each.

result<void> read_kept_spec(json& from, kept_schedule& to) {
  std::string text;
  json_writer{text}.value(from);
  auto spec = decode_schedule(text);
  if (!spec)
    return fail(std::move(spec).error());
  to.spec = *std::move(spec);
  return {};
}

result<void> read_kept_state(json& from, kept_schedule& to) {
  std::string text;
  json_writer{text}.value(from);
  auto state = decode_schedule_state(text);
  if (!state)
    return fail(std::move(state).error());
  to.state = *std::move(state);
  return {};
}

constexpr std::array<json_field<kept_schedule>, 3> kept_fields{{
  {"spec", read_kept_spec},
  {"state", read_kept_state},
  {"seed", read_member<&kept_schedule::seed>},
}};

} // namespace

payload document_of(const schedule_spec& spec, const schedule_state& state,
                    uint64_t seed) {
  std::string text;
  json_writer to{text};
  to.begin_object();
  to.member("seed", seed);
  to.key("spec");
  encode_schedule(spec, text);
  to.key("state");
  encode_schedule_state(state, text);
  to.end_object();
  // What was just written can be read.
  return payload(*read_json(text));
}

result<kept_schedule> read_schedule_document(const payload& from) {
  auto value = from.value();
  kept_schedule kept;
  if (auto read = read_fields(value, kept, kept_fields); !read)
    return fail(std::move(read).error());
  return kept;
}

} // namespace troupe::core
