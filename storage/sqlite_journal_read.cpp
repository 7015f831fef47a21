#include "core/json_fields.hpp"
#include "core/spec_codec.hpp"
#include "storage/sqlite_images.hpp"
#include "storage/sqlite_journal_impl.hpp"
#include "storage/task_filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace troupe::storage {

namespace {

using number_runs = std::vector<std::pair<uint64_t, uint64_t>>;

/// Whether it may name tasks that it depends on, or a parent: a look that is
/// cheaper than reading the spec.
bool may_refer(std::string_view spec) noexcept {
  return spec.find("\"dependencies\":[") != spec.npos
         || spec.find("\"parent\":\"") != spec.npos;
}

int64_t to_integer(uint64_t x) noexcept {
  return static_cast<int64_t>(x);
}

} // namespace

core::result<number_runs> sqlite_journal::unended_runs() {
  auto counts = queues_.total();
  if (counts.unended == 0)
    return number_runs{};
  if (counts.ended() == 0)
    return number_runs{{1, state_.last_number}};
  auto first = database_.number("SELECT min(number) FROM task");
  if (!first)
    return core::fail(std::move(first.error()));
  auto base = static_cast<uint64_t>(*first);
  std::vector<bool> is_unended(state_.last_number - base + 1);
  // These read indexes only, which are small beside the tables.
  std::pair<const char*, bool> queries[] = {
    {"SELECT number FROM task INDEXED BY sqlite_autoindex_task_1 "
     "WHERE id >= x''",
     true},
    {"SELECT number FROM outcome INDEXED BY outcome_age "
     "WHERE dead_letter = 0 AND queue > 0",
     false},
    {"SELECT number FROM outcome INDEXED BY outcome_dead WHERE dead_letter = 1",
     false},
  };
  for (auto& [sql, value] : queries) {
    auto rows = database_.prepare(sql);
    if (!rows)
      return core::fail(std::move(rows.error()));
    auto done = rows->for_each([&, is = value]() -> core::result<void> {
      auto place = static_cast<uint64_t>(rows->integer(0)) - base;
      if (place < is_unended.size())
        is_unended[place] = is;
      return {};
    });
    if (!done)
      return core::fail(std::move(done.error()));
  }
  number_runs runs;
  for (size_t i = 0; i < is_unended.size(); ++i) {
    if (!is_unended[i])
      continue;
    if (i > 0 && is_unended[i - 1])
      runs.back().second = base + i;
    else
      runs.emplace_back(base + i, base + i);
  }
  return runs;
}

core::result<std::vector<uint64_t>>
sqlite_journal::needed_ended(const number_runs& runs) {
  std::vector<uint64_t> numbers;
  auto dead = database_.prepare("SELECT number FROM outcome INDEXED BY "
                                "outcome_dead WHERE dead_letter = 1");
  if (!dead)
    return core::fail(std::move(dead.error()));
  auto done = dead->for_each([&]() -> core::result<void> {
    numbers.push_back(static_cast<uint64_t>(dead->integer(0)));
    return {};
  });
  if (!done || queues_.total().ended() == 0)
    return numbers;
  std::set<core::task_id> ids;
  auto specs
    = database_.prepare("SELECT spec FROM task WHERE number BETWEEN ? AND ?");
  if (!specs)
    return core::fail(std::move(specs.error()));
  auto gather = [&]() -> core::result<void> {
    auto text = specs->text(0);
    if (!may_refer(text))
      return {};
    auto spec = core::decode_spec(text);
    // What is wrong with it is said when it is loaded.
    if (!spec)
      return {};
    ids.insert(spec->parent);
    for (auto& x : spec->dependencies)
      ids.insert(x.task);
    return {};
  };
  for (auto& [first, last] : runs) {
    specs->bind(1, to_integer(first));
    specs->bind(2, to_integer(last));
    if (done = specs->for_each(gather); !done)
      return core::fail(std::move(done.error()));
  }
  auto ended = database_.prepare("SELECT number FROM task WHERE id = ? AND "
                                 "EXISTS (SELECT 1 FROM outcome WHERE "
                                 "outcome.number = task.number)");
  if (!ended)
    return core::fail(std::move(ended.error()));
  for (auto& id : ids) {
    ended->bind(1, id);
    auto row = ended->step();
    if (!row)
      return core::fail(std::move(row.error()));
    if (*row)
      numbers.push_back(static_cast<uint64_t>(ended->integer(0)));
    ended->reset();
  }
  std::ranges::sort(numbers);
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

core::result<core::task_image> sqlite_journal::image_of(uint64_t number) {
  select_by_number_.bind(1, to_integer(number));
  auto row = select_by_number_.step();
  if (!row)
    return core::fail(std::move(row.error()));
  if (!*row)
    return core::fail(core::ec::journal_corrupt,
                      fmt::format("{}: task {} is missing; run `troupe journal "
                                  "verify`, and restore a backup",
                                  path_, number));
  auto image = read_image(select_by_number_);
  select_by_number_.reset();
  return image;
}

core::result<void> sqlite_journal::load(const journal_visitor& visitor) {
  if (visitor.on_task) {
    auto runs = unended_runs();
    if (!runs)
      return core::fail(std::move(runs.error()));
    auto ended = needed_ended(*runs);
    if (!ended)
      return core::fail(std::move(ended.error()));
    auto next = ended->begin();
    auto show_ended = [&](uint64_t before) -> core::result<void> {
      for (; next != ended->end() && *next < before; ++next) {
        auto image = image_of(*next);
        if (!image)
          return core::fail(std::move(image.error()));
        visitor.on_task(std::move(*image));
      }
      return {};
    };
    for (auto& [first, last] : *runs) {
      if (auto done = show_ended(first); !done)
        return done;
      select_unended_.bind(1, to_integer(first));
      select_unended_.bind(2, to_integer(last));
      auto done = select_unended_.for_each([&]() -> core::result<void> {
        auto image = read_image(select_unended_);
        if (!image)
          return core::fail(std::move(image.error()));
        visitor.on_task(std::move(*image));
        return {};
      });
      if (!done)
        return done;
    }
    if (auto done = show_ended(UINT64_MAX); !done)
      return done;
  }
  if (!visitor.on_document)
    return {};
  return select_documents_.for_each([&]() -> core::result<void> {
    auto value = core::read_json(select_documents_.text(2));
    if (!value)
      return core::fail(core::ec::journal_corrupt,
                        fmt::format("{}: document {} '{}': {}; restore a "
                                    "backup",
                                    path_, select_documents_.text(0),
                                    select_documents_.text(1),
                                    value.error().message));
    visitor.on_document({std::string{select_documents_.text(0)},
                         std::string{select_documents_.text(1)},
                         core::payload(std::move(*value))});
    return {};
  });
}

core::result<std::optional<core::task_image>>
sqlite_journal::find(const core::task_id& id) {
  select_by_id_.bind(1, id);
  return take_one(select_by_id_);
}

core::result<std::optional<core::task_image>>
sqlite_journal::find(const core::key_question& key) {
  select_by_key_.bind_text(1, key.key);
  select_by_key_.bind_text(2, key.owner);
  select_by_key_.bind(3, static_cast<int64_t>(key.kind));
  return take_one(select_by_key_);
}

core::result<std::optional<core::task_image>>
sqlite_journal::take_one(sqlite_statement& from) {
  auto row = from.step();
  if (!row)
    return core::fail(std::move(row.error()));
  if (!*row)
    return std::nullopt;
  auto image = read_image(from);
  from.reset();
  if (!image)
    return core::fail(std::move(image.error()));
  return std::move(*image);
}

core::result<core::task_page>
sqlite_journal::list(const core::task_query& query) {
  core::task_page page;
  if (options_.is_read_only)
    if (auto done = queues_.load(); !done)
      return core::fail(std::move(done.error()));
  auto* queue = queues_.find(std::string_view{query.queue});
  if (!query.queue.empty() && queue == nullptr)
    return page;
  auto limit = page_limit(query);
  auto steps = list_steps_max;
  auto& rows = select_page_;
  rows.bind(1, query.after);
  core::task_id last;
  for (;;) {
    auto row = rows.step();
    if (!row)
      return core::fail(std::move(row.error()));
    if (!*row)
      return page;
    if (steps-- == 0 || page.tasks.size() >= limit)
      break;
    last = id_of_row(rows);
    if ((query.status && *query.status != status_of(rows))
        || (!query.queue.empty() && queue->number != queue_of(rows)))
      continue;
    auto image = read_image(rows);
    if (!image) {
      rows.reset();
      return core::fail(std::move(image.error()));
    }
    if (matches(query, *image))
      page.tasks.push_back(core::to_record(std::move(*image)));
  }
  rows.reset();
  page.next = last;
  return page;
}

} // namespace troupe::storage
