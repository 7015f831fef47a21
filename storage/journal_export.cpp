#include "core/image_codec.hpp"
#include "core/json_fields.hpp"
#include "core/json_writer.hpp"
#include "storage/journal_lines.hpp"
#include "storage/sha256.hpp"
#include "storage/sqlite_images.hpp"
#include "storage/sqlite_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace troupe::storage {

namespace {

/// Of the lines, not of the tables.
constexpr uint32_t lines_version = 1;

constexpr size_t batch_size = 1000;

using line_sink = std::function<core::result<void>(std::string_view)>;

core::result<void> export_tasks(const sqlite_database& from,
                                const line_sink& line) {
  auto rows = from.prepare(image_query("ORDER BY task.number"));
  if (!rows)
    return core::fail(std::move(rows.error()));
  std::string text;
  return rows->for_each([&]() -> core::result<void> {
    auto image = read_image(*rows);
    if (!image)
      return core::fail(std::move(image.error()));
    text = "{\"task\":";
    core::encode_image(*image, text);
    text += '}';
    return line(text);
  });
}

core::result<void> export_documents(const sqlite_database& from,
                                    const line_sink& line) {
  auto rows = from.prepare("SELECT kind, name, value FROM document");
  if (!rows)
    return core::fail(std::move(rows.error()));
  std::string text;
  return rows->for_each([&]() -> core::result<void> {
    text.clear();
    core::json_writer to{text};
    to.begin_object();
    to.key("document");
    to.begin_object();
    to.member("kind", rows->text(0));
    to.member("name", rows->text(1));
    to.key("value");
    // It is JSON text already.
    text += rows->text(2);
    to.end_object();
    to.end_object();
    return line(text);
  });
}

core::result<void> export_audit(const sqlite_database& from,
                                const line_sink& line) {
  auto rows = from.prepare("SELECT sequence, at, by, action, task, detail, "
                           "hash FROM audit ORDER BY sequence");
  if (!rows)
    return core::fail(std::move(rows.error()));
  std::string text;
  return rows->for_each([&]() -> core::result<void> {
    sha256_hash hash{};
    auto bytes = rows->text(6);
    std::copy_n(bytes.begin(), std::min(bytes.size(), hash.size()),
                hash.begin());
    text.clear();
    core::json_writer to{text};
    to.begin_object();
    to.key("audit");
    to.begin_object();
    to.member("sequence", rows->integer(0));
    to.member("at", rows->time(1));
    to.member("by", rows->text(2));
    to.member("action", rows->text(3));
    if (auto id = rows->id(4); !id.is_nil())
      to.member("task", id);
    to.member("detail", rows->text(5));
    to.member("hash", std::string_view{to_hex(hash)});
    to.end_object();
    to.end_object();
    return line(text);
  });
}

/// One line.
struct journal_line {
  uint32_t version = 0;
  std::optional<core::task_image> task = {};
  std::optional<core::document> document = {};
};

constexpr std::array<core::json_field<core::document>, 3> document_fields{{
  {"kind", core::read_member<&core::document::kind>},
  {"name", core::read_member<&core::document::name>},
  {"value",
   [](core::json& from, core::document& to) {
     return core::read_value(from, to.value.emplace());
   }},
}};

core::result<void> read_task(core::json& from, journal_line& to) {
  std::string text;
  core::json_writer{text}.value(from);
  auto image = core::decode_image(text);
  if (!image)
    return core::fail(std::move(image.error()));
  to.task = std::move(*image);
  return {};
}

constexpr std::array<core::json_field<journal_line>, 4> line_fields{{
  {"troupe_journal", core::read_member<&journal_line::version>},
  {"task", read_task},
  {"document",
   [](core::json& from, journal_line& to) {
     return core::read_fields(from, to.document.emplace(), document_fields);
   }},
  // Its hashes would be of another journal.
  {"audit",
   [](core::json&, journal_line&) {
     return core::result<void>{};
   }},
}};

core::result<journal_line> read_line(std::string_view text, uint64_t number) {
  journal_line line;
  auto value = core::read_json(text);
  auto read = value ? core::read_fields(*value, line, line_fields)
                    : core::result<void>{core::fail(value.error())};
  if (!read)
    return core::at_field(fmt::format("line {}", number),
                          std::move(read.error()));
  if ((number == 1) != (line.version == lines_version))
    return core::fail(core::ec::invalid_argument,
                      fmt::format("line {}: an export begins with a line "
                                  "{{\"troupe_journal\":{}}}, once",
                                  number, lines_version));
  return line;
}

} // namespace

core::result<void> export_journal(const std::string& path,
                                  const line_sink& line) {
  auto database = sqlite_database::open(path, sqlite_database::mode::read);
  if (!database)
    return core::fail(std::move(database.error()));
  if (auto is = require_journal(*database); !is)
    return core::fail(std::move(is.error()));
  if (auto done = database->execute("BEGIN"); !done)
    return done;
  if (auto done = line(fmt::format("{{\"troupe_journal\":{}}}", lines_version));
      !done)
    return done;
  for (auto part : {export_tasks, export_documents, export_audit})
    if (auto done = part(*database, line); !done)
      return done;
  return {};
}

core::result<uint64_t>
import_journal(journal& to,
               const std::function<std::optional<std::string>()>& next) {
  if (to.sequence() != 0)
    return core::fail(core::ec::invalid_argument,
                      "there is something in the journal already: import to a "
                      "new one");
  core::journal_batch batch;
  auto commit = [&] {
    batch.sequence = to.sequence() + 1;
    auto done = to.commit(batch);
    batch = {};
    return done;
  };
  uint64_t tasks = 0;
  uint64_t lines = 0;
  for (auto text = next(); text; text = next()) {
    auto line = read_line(*text, ++lines);
    if (!line)
      return core::fail(std::move(line.error()));
    if (line->task) {
      ++tasks;
      line->task->is_new = true;
      batch.tasks.push_back(std::move(*line->task));
    } else if (line->document) {
      batch.documents.push_back(std::move(*line->document));
    }
    if (batch.tasks.size() == batch_size)
      if (auto done = commit(); !done)
        return core::fail(std::move(done.error()));
  }
  batch.audit.push_back(
    {core::never, {}, "import", {}, fmt::format("{} tasks", tasks)});
  if (auto done = commit(); !done)
    return core::fail(std::move(done.error()));
  return tasks;
}

} // namespace troupe::storage
