#include "storage/sqlite_images.hpp"

#include "core/image_codec.hpp"
#include "core/json_fields.hpp"
#include "core/spec_codec.hpp"

#include <fmt/format.h>

namespace troupe::storage {

namespace {

// The columns of image_query().
enum column : int {
  number,
  id,
  created,
  queue,
  durability,
  ready_at,
  spec,
  course,
  course_status,
  course_attempt,
  course_agent,
  course_live,
  course_priority,
  course_ready_at,
  course_started,
  course_details,
  outcome,
  outcome_finished,
  outcome_status,
  outcome_attempt,
  outcome_agent,
  outcome_priority,
  outcome_ready_at,
  outcome_started,
  outcome_dead_letter,
  outcome_result,
  outcome_details,
};

constexpr auto columns = R"(
SELECT task.number, task.id, task.created, task.queue, task.durability,
  task.ready_at, task.spec,
  course.number, course.status, course.attempt, course.agent, course.live,
  course.priority, course.ready_at, course.started, course.details,
  outcome.number, outcome.finished, outcome.status, outcome.attempt,
  outcome.agent, outcome.priority, outcome.ready_at, outcome.started,
  outcome.dead_letter,
  CASE WHEN outcome.blob_bytes > 0
    THEN (SELECT data FROM blob WHERE blob.number = outcome.number)
    ELSE outcome.result END,
  outcome.details
FROM task
  LEFT JOIN course ON course.number = task.number
  LEFT JOIN outcome ON outcome.number = task.number
)";

tl::unexpected<core::error> refuse_row(const sqlite_statement& row,
                                       std::string_view what,
                                       std::string_view why) {
  return core::fail(core::ec::journal_corrupt,
                    fmt::format("{}: task {} ({}): {}: {}; run `troupe journal "
                                "verify`, and restore a backup",
                                row.path(), row.integer(number),
                                to_string(row.id(id)), what, why));
}

template <class Enum>
bool read_enum(const sqlite_statement& row, int from, Enum last, Enum& to) {
  auto value = row.integer(from);
  if (value < 0 || value > static_cast<int64_t>(last))
    return false;
  to = static_cast<Enum>(value);
  return true;
}

uint32_t small(int64_t x) noexcept {
  return static_cast<uint32_t>(x);
}

core::result<void> read_details(const sqlite_statement& row, int from,
                                core::task_image& to) {
  if (row.is_null(from))
    return {};
  auto read = core::decode_details(row.text(from), to);
  if (!read)
    return refuse_row(row, "details", read.error().message);
  return {};
}

core::result<void> read_course(const sqlite_statement& row,
                               core::task_image& to) {
  if (!read_enum(row, course_status, core::task_status::input_required,
                 to.status))
    return refuse_row(row, "status", "is none of an unended task");
  to.attempt = small(row.integer(course_attempt));
  to.agent = row.text(course_agent);
  to.is_live = row.integer(course_live) != 0;
  to.priority
    = core::task_priority{static_cast<int32_t>(row.integer(course_priority))};
  to.ready_at = row.time(course_ready_at);
  to.started = row.time(course_started);
  return read_details(row, course_details, to);
}

core::result<void> read_outcome(const sqlite_statement& row,
                                core::task_image& to) {
  if (!read_enum(row, outcome_status, core::task_status_last, to.status)
      || !to.has_ended())
    return refuse_row(row, "status", "is none of an ended task");
  to.finished = row.time(outcome_finished);
  to.attempt = small(row.integer(outcome_attempt));
  to.agent = row.text(outcome_agent);
  to.priority
    = core::task_priority{static_cast<int32_t>(row.integer(outcome_priority))};
  to.ready_at = row.time(outcome_ready_at);
  to.started = row.time(outcome_started);
  to.is_dead_letter = row.integer(outcome_dead_letter) != 0;
  if (!row.is_null(outcome_result)) {
    auto result = core::read_json(row.text(outcome_result));
    if (!result)
      return refuse_row(row, "result", result.error().message);
    to.result = core::payload(std::move(*result));
  }
  return read_details(row, outcome_details, to);
}

} // namespace

std::string image_query(std::string_view condition) {
  return std::string{columns}.append(condition);
}

core::result<core::task_image> read_image(const sqlite_statement& row) {
  core::task_image image;
  image.number = static_cast<uint64_t>(row.integer(number));
  image.created = row.time(created);
  image.ready_at = row.time(ready_at);
  auto decoded = core::decode_spec(row.text(spec));
  if (!decoded)
    return refuse_row(row, "spec", decoded.error().message);
  decoded->id = row.id(id);
  image.priority = decoded->priority;
  image.spec = std::make_shared<const core::task_spec>(std::move(*decoded));
  if (!read_enum(row, durability, core::durability_last, image.durability))
    return refuse_row(row, "durability", "has no such value");
  core::result<void> rest;
  if (!row.is_null(outcome))
    rest = read_outcome(row, image);
  else if (!row.is_null(course))
    rest = read_course(row, image);
  if (!rest)
    return core::fail(std::move(rest.error()));
  return image;
}

core::task_status status_of(const sqlite_statement& row) noexcept {
  if (!row.is_null(outcome))
    return static_cast<core::task_status>(row.integer(outcome_status));
  if (!row.is_null(course))
    return static_cast<core::task_status>(row.integer(course_status));
  return core::task_status::pending;
}

core::task_id id_of_row(const sqlite_statement& row) noexcept {
  return row.id(id);
}

int64_t queue_of(const sqlite_statement& row) noexcept {
  return row.integer(queue);
}

} // namespace troupe::storage
