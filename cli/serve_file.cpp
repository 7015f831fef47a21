#include "cli/serve_file.hpp"

#include "cli/read_gates.hpp"
#include "cli/read_journal.hpp"
#include "cli/read_limits.hpp"
#include "cli/read_listen.hpp"
#include "cli/read_schedules.hpp"
#include "cli/read_settings.hpp"
#include "cli/yaml_document.hpp"
#include "link/node_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace troupe::cli {

namespace {

constexpr std::array<std::string_view, 12> serve_keys = {
  "name",      "journal", "queues", "rate_limits", "circuits",     "schedules",
  "retention", "agents",  "listen", "liveness",    "max_parallel", "defaults"};

constexpr std::array<std::string_view, 4> worker_keys = {"name", "labels",
                                                         "resources", "agents"};

constexpr std::array<std::string_view, 3> retention_keys = {"age", "count",
                                                            "dead_letters_max"};

/// With what the environment says put in.
std::optional<yaml_node> read_document(std::string_view text,
                                       const serve_load_options& options,
                                       mistakes& found) {
  auto document = parse_yaml(text, found);
  if (!document)
    return std::nullopt;
  if (document->is_null()) {
    found.add({}, "the file is empty");
    return std::nullopt;
  }
  scope names;
  names.environment = options.environment;
  substitution{found}.apply(*document, names);
  return document;
}

std::string read_name(mapping_reader& reader, std::string otherwise) {
  auto name = reader.text("name");
  if (name && !link::is_node_name(*name))
    reader.complain("name", *reader.find("name"),
                    "1 to 253 letters, digits, '-', '_' and '.', as "
                    "certificates have them");
  return name.value_or(std::move(otherwise));
}

core::retention_settings read_retention(mapping_reader& outer,
                                        mistakes& found) {
  core::retention_settings result;
  auto value = outer.find("retention");
  if (!value)
    return result;
  mapping_reader reader{*value, value->mark, "'retention'", retention_keys,
                        found};
  result.age = reader.duration("age").value_or(result.age);
  result.count = reader.count("count", 0, UINT64_MAX).value_or(result.count);
  result.dead_letters_max = reader.count("dead_letters_max", 0, UINT64_MAX)
                              .value_or(result.dead_letters_max);
  return result;
}

/// Queues that schedules and the journal name are there.
void check_names(const serve_settings& x, const yaml_node& root,
                 mistakes& found) {
  std::vector<std::string> names;
  for (auto& queue : x.queues)
    names.push_back(queue.spec.name);
  auto check = [&](const std::string& queue, source_mark at,
                   const std::string& where) {
    if (std::ranges::find(names, queue) == names.end())
      found.add(
        at, fmt::format("unknown queue {} in {}{}", in_quotes(queue), where,
                        suggest(queue, std::span<const std::string>{names})));
  };
  auto* schedules = root.find("schedules");
  for (auto& schedule : x.schedules)
    if (auto* value = schedules->find(schedule.name))
      check(schedule.task.queue, value->mark,
            fmt::format("schedule '{}'", schedule.name));
  if (x.journal)
    for (auto& kept : x.journal->settings.queues)
      check(kept.queue, root.find("journal")->mark, "'queues' of 'journal'");
}

} // namespace

std::optional<serve_settings>
load_serve_settings(std::string_view text, const serve_load_options& options,
                    mistakes& found) {
  auto root = read_document(text, options, found);
  if (!root)
    return std::nullopt;
  mapping_reader reader{*root, root->mark, "the file", serve_keys, found};
  if (!reader.is_valid())
    return std::nullopt;
  serve_settings result;
  result.name = read_name(reader, std::move(result.name));
  result.journal = read_kept_journal(reader, found);
  result.queues = read_queues(*root, found);
  result.rate_limits = read_rate_limits(*root, found);
  result.circuits = read_circuits(*root, found);
  auto defaults = read_defaults(*root, found);
  result.schedules = read_schedules(*root, defaults, found);
  result.retention = read_retention(reader, found);
  if (reader.find("agents"))
    result.agents = read_agents(*root, options.default_slots, found);
  result.listen = read_listen(reader, found);
  result.liveness = read_liveness(reader, found);
  result.max_parallel
    = static_cast<uint32_t>(reader.count("max_parallel").value_or(0));
  if (found.empty())
    check_names(result, *root, found);
  if (!found.empty())
    return std::nullopt;
  return result;
}

std::optional<worker_settings>
load_worker_settings(std::string_view text, const serve_load_options& options,
                     mistakes& found) {
  auto root = read_document(text, options, found);
  if (!root)
    return std::nullopt;
  mapping_reader reader{*root, root->mark, "the file", worker_keys, found};
  if (!reader.is_valid())
    return std::nullopt;
  worker_settings result;
  result.name = read_name(reader, {});
  result.labels = reader.text_map("labels");
  result.resources = read_resources(reader, found);
  if (reader.require("agents"))
    result.agents = read_agents(*root, options.default_slots, found);
  if (!found.empty())
    return std::nullopt;
  return result;
}

} // namespace troupe::cli
