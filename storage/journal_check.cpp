#include "storage/journal_check.hpp"

#include "core/json_fields.hpp"
#include "storage/audit_chain.hpp"
#include "storage/sqlite_images.hpp"
#include "storage/sqlite_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace troupe::storage {

namespace {

// What must find nothing, and what it means if it does. Columns are put into
// the sentence in their order.
struct question {
  const char* sql;
  const char* meaning;
};

constexpr question questions[] = {
  {"SELECT course.number FROM course JOIN outcome USING (number)",
   "task {} has ended, and has not"},
  {"SELECT outcome.number FROM outcome LEFT JOIN blob USING (number) WHERE "
   "blob_bytes != coalesce(length(data), 0)",
   "the result of task {} is not as long as it was"},
  {"SELECT outcome.number FROM outcome JOIN task USING (number) WHERE "
   "outcome.queue != task.queue",
   "task {} has ended in another queue"},
  {"SELECT task.number FROM task LEFT JOIN queue ON queue.number = task.queue "
   "WHERE queue.number IS NULL",
   "task {} has no queue"},
  {"SELECT max(task.number) FROM task, state HAVING max(task.number) > "
   "max(last_number)",
   "there is a task {}, which is beyond the last number given"},
  {"SELECT name FROM (SELECT queue.name, queue.unended AS a, queue.completed "
   "AS b, queue.failed AS c, queue.cancelled AS d, queue.dead_letters AS e, "
   "(SELECT count(*) FROM task WHERE queue = queue.number) AS n, "
   "(SELECT count(*) FROM outcome WHERE queue = queue.number AND status = 4) "
   "AS x, "
   "(SELECT count(*) FROM outcome WHERE queue = queue.number AND status = 5) "
   "AS y, "
   "(SELECT count(*) FROM outcome WHERE queue = queue.number AND status = 6) "
   "AS z, "
   "(SELECT count(*) FROM outcome WHERE queue = queue.number AND dead_letter "
   "= 1) AS w FROM queue) "
   "WHERE b != x OR c != y OR d != z OR e != w OR a != n - x - y - z",
   "the counts of queue '{}' are wrong"},
};

class checker {
public:
  explicit checker(sqlite_database database) : database_(std::move(database)) {
  }

  core::result<journal_verdict> check() {
    using step = core::result<void> (checker::*)();
    for (step next :
         {&checker::check_pages, &checker::check_references,
          &checker::check_rows, &checker::check_images, &checker::check_audit})
      if (auto done = (this->*next)(); !done)
        return core::fail(std::move(done.error()));
    return std::move(verdict_);
  }

private:
  void note(std::string problem) {
    if (verdict_.problems.size() < journal_problems_max)
      verdict_.problems.push_back(std::move(problem));
  }

  /// Calls f(row) for each row.
  template <class F>
  core::result<void> each(std::string_view sql, F f) {
    auto rows = database_.prepare(sql);
    if (!rows)
      return core::fail(std::move(rows.error()));
    return rows->for_each([&]() -> core::result<void> {
      f(*rows);
      return {};
    });
  }

  core::result<void> check_pages() {
    return each("PRAGMA integrity_check(100)", [&](auto& row) {
      if (row.text(0) != "ok")
        note(std::string{row.text(0)});
    });
  }

  core::result<void> check_references() {
    return each("PRAGMA foreign_key_check", [&](auto& row) {
      note(fmt::format("row {} of table {} belongs to nothing in table {}",
                       row.integer(1), row.text(0), row.text(2)));
    });
  }

  core::result<void> check_rows() {
    for (auto& [sql, meaning] : questions) {
      auto done = each(sql, [&, said = meaning](auto& row) {
        note(fmt::format(fmt::runtime(said), row.text(0)));
      });
      if (!done)
        return done;
    }
    return {};
  }

  core::result<void> check_images() {
    return each(image_query("ORDER BY task.number"), [&](auto& row) {
      ++verdict_.tasks;
      if (auto image = read_image(row); !image)
        note(image.error().message);
    });
  }

  core::result<void> check_audit() {
    sha256 with;
    sha256_hash before{};
    uint64_t last = 0;
    // What was forgotten before the first that is there.
    auto done = each("SELECT sequence, hash FROM audit_base", [&](auto& row) {
      last = static_cast<uint64_t>(row.integer(0));
      if (row.text(1).size() == before.size())
        std::copy(row.text(1).begin(), row.text(1).end(), before.begin());
      else
        note("the hash before the first entry of the audit log is no hash");
    });
    if (!done)
      return done;
    std::vector<std::pair<uint64_t, std::string>> submissions;
    done = each(
      "SELECT sequence, at, by, action, task, detail, hash FROM "
      "audit ORDER BY sequence",
      [&](auto& row) {
        ++verdict_.audit_entries;
        auto sequence = static_cast<uint64_t>(row.integer(0));
        core::audit_entry entry{row.time(1), std::string{row.text(2)},
                                std::string{row.text(3)}, row.id(4),
                                std::string{row.text(5)}};
        auto hash = chain(with, before, sequence, entry);
        std::string_view said{reinterpret_cast<const char*>(hash.data()),
                              hash.size()};
        if (sequence != last + 1)
          note(fmt::format("entries {} to {} of the audit log are missing",
                           last + 1, sequence - 1));
        else if (row.text(6) != said)
          note(fmt::format("entry {} of the audit log, or one before, has been "
                           "changed",
                           sequence));
        // Go on from what is there: the next one is judged by itself.
        last = sequence;
        if (row.text(6).size() == before.size())
          std::copy(row.text(6).begin(), row.text(6).end(), before.begin());
        if (entry.action == "submit")
          submissions.emplace_back(sequence, std::move(entry.detail));
      });
    for (auto& [sequence, detail] : submissions)
      if (done)
        done = compare(sequence, detail);
    return done;
  }

  /// Whether the tasks of a submission are those that were submitted.
  core::result<void> compare(uint64_t sequence, const std::string& detail) {
    auto read = core::read_json(detail);
    if (!read || !read->is_object() || !read->contains("numbers")
        || !read->at("numbers").is_string())
      return note(fmt::format("entry {} of the audit log cannot be read",
                              sequence)),
             core::result<void>{};
    auto numbers = number_ranges::parse(read->at("numbers").get<std::string>());
    if (!numbers)
      return note(fmt::format("entry {} of the audit log: {}", sequence,
                              numbers.error().message)),
             core::result<void>{};
    auto task = database_.prepare(
      "SELECT id, created, spec FROM task WHERE number = ?");
    if (!task)
      return core::fail(std::move(task.error()));
    submission_digest digest;
    for (auto number : *numbers) {
      task->bind(1, static_cast<int64_t>(number));
      auto row = task->step();
      if (!row)
        return core::fail(std::move(row.error()));
      if (!*row)
        return {};
      core::task_image image;
      core::task_spec spec;
      spec.id = task->id(0);
      image.number = number;
      image.created = task->time(1);
      image.spec = std::make_shared<const core::task_spec>(std::move(spec));
      digest.add(image, task->text(2));
      task->reset();
    }
    ++verdict_.submissions_compared;
    if (digest.finish({}).detail != detail)
      note(fmt::format("tasks {} are not as they were submitted (entry {} of "
                       "the audit log)",
                       read->at("numbers").get<std::string>(), sequence));
    return {};
  }

  sqlite_database database_;
  journal_verdict verdict_;
};

} // namespace

core::result<journal_verdict> verify_journal(const std::string& path) {
  auto database = sqlite_database::open(path, sqlite_database::mode::read);
  if (!database)
    return core::fail(std::move(database.error()));
  if (auto is = require_journal(*database); !is)
    return core::fail(std::move(is.error()));
  // All that is seen is of one moment.
  if (auto done = database->execute("BEGIN"); !done)
    return core::fail(std::move(done.error()));
  return checker{std::move(*database)}.check();
}

} // namespace troupe::storage
