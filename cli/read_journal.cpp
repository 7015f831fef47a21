#include "cli/read_journal.hpp"

#include <fmt/format.h>

#include <array>

namespace troupe::cli {

namespace {

constexpr std::array<std::string_view, 7> journal_keys
  = {"path",  "relaxed_delay",  "retention", "queues",
     "audit", "sweep_interval", "archive"};

constexpr std::array<std::string_view, 2> keep_keys = {"age", "count"};

/// `age` 0s keeps for ever.
core::journal_retention read_keep(const yaml_node& value, std::string where,
                                  core::journal_retention result,
                                  mistakes& found) {
  mapping_reader reader{value, value.mark, std::move(where), keep_keys, found};
  result.age = reader.duration("age").value_or(result.age);
  result.count = reader.count("count", 0, UINT64_MAX).value_or(result.count);
  return result;
}

void read_queues_kept(mapping_reader& reader, core::journal_settings& to,
                      mistakes& found) {
  auto value = reader.find("queues");
  if (!value)
    return;
  if (!value->is_mapping()) {
    reader.complain("queues", *value, "a mapping of queues to retentions");
    return;
  }
  for (auto& x : value->entries)
    to.queues.push_back({x.key, read_keep(x.value,
                                          fmt::format("'{}' in 'queues' of {}",
                                                      x.key, reader.where()),
                                          to.retention, found)});
}

} // namespace

std::optional<kept_journal> read_kept_journal(mapping_reader& outer,
                                              mistakes& found) {
  auto value = outer.find("journal");
  if (!value)
    return std::nullopt;
  kept_journal result;
  if (!value->is_mapping()) {
    result.path = outer.text("journal").value_or("");
    return result;
  }
  auto before = found.size();
  mapping_reader reader{*value, value->mark, "'journal'", journal_keys, found};
  reader.require("path");
  result.path = reader.text("path").value_or("");
  auto& to = result.settings;
  to.relaxed_delay
    = reader.duration("relaxed_delay").value_or(to.relaxed_delay);
  if (auto keep = reader.find("retention"))
    to.retention = read_keep(*keep, "'retention' of 'journal'", to.retention,
                             found);
  read_queues_kept(reader, to, found);
  if (auto keep = reader.find("audit"))
    to.audit = read_keep(*keep, "'audit' of 'journal'", to.audit, found);
  to.sweep_interval
    = reader.duration("sweep_interval").value_or(to.sweep_interval);
  to.archive = reader.text("archive").value_or("");
  if (found.size() == before)
    if (auto good = core::check(to); !good)
      found.add(value->mark, "'journal': " + good.error().message);
  return result;
}

} // namespace troupe::cli
