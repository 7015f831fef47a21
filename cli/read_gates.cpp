#include "cli/read_gates.hpp"

#include "cli/names.hpp"
#include "cli/yaml_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace troupe::cli {

namespace {

constexpr std::array<std::string_view, 8> limit_keys
  = {"scope", "metadata_key", "only",          "tokens",
     "per",   "burst",        "when_exceeded", "waiting_max"};

constexpr std::array<std::string_view, 12> circuit_keys
  = {"scope",  "failures_max", "failure_rate",     "calls_min",
     "window", "cool_down",    "cool_down_factor", "cool_down_max",
     "probes", "probe_time",   "on_open",          "held_max"};

/// Each where the first field stands that it is about, or if that is not
/// written, where the section does.
void add_problems(const std::vector<std::string>& problems,
                  const yaml_node& section, source_mark otherwise,
                  std::string_view what, mistakes& found) {
  for (auto& problem : problems) {
    auto field = problem.substr(0, problem.find_first_of(":,"));
    auto i = std::ranges::find(section.entries, field, &yaml_entry::key);
    found.add(i != section.entries.end() ? i->value.mark : otherwise,
              fmt::format("{}: {}", what, problem));
  }
}

rate_limit_declaration read_rate_limit(const yaml_entry& entry,
                                       mistakes& found) {
  rate_limit_declaration result;
  result.only_mark = entry.key_mark;
  auto& x = result.limit;
  x.name = entry.key;
  // In a file, somebody is there to wait.
  x.when_exceeded = core::rate_policy::wait;
  check_name("a rate limit", entry.key, entry.key_mark, found);
  auto before = found.size();
  mapping_reader reader{entry.value, entry.key_mark,
                        fmt::format("rate limit '{}'", entry.key), limit_keys,
                        found};
  if (auto i = reader.choice_of("scope", core::limit_scope_last))
    x.scope = *i;
  x.metadata_key = reader.text("metadata_key").value_or("");
  x.only = reader.text("only").value_or("");
  if (auto* only = reader.find("only"))
    result.only_mark = only->mark;
  reader.require("tokens");
  x.rate.tokens = reader.count("tokens", 1, core::tokens_max).value_or(1);
  x.rate.per = reader.duration("per").value_or(x.rate.per);
  x.rate.burst = reader.count("burst", 1, core::tokens_max).value_or(1);
  if (auto i = reader.choice_of("when_exceeded", core::rate_policy_last))
    x.when_exceeded = *i;
  x.waiting_max = reader.count("waiting_max", 1).value_or(x.waiting_max);
  if (found.size() == before)
    add_problems(core::validate(x), entry.value, entry.key_mark,
                 fmt::format("rate limit '{}'", x.name), found);
  return result;
}

void read_circuit(mapping_reader& reader, core::circuit_options& result) {
  auto& x = result.settings;
  auto count = [&](std::string_view key, uint32_t& to, uint64_t min) {
    to = static_cast<uint32_t>(reader.count(key, min).value_or(to));
  };
  auto time = [&](std::string_view key, core::duration& to) {
    to = reader.duration(key).value_or(to);
  };
  if (auto i = reader.choice_of("scope", core::circuit_scope_last))
    result.scope = *i;
  count("failures_max", x.failures_max, 0);
  x.failure_rate = reader.number("failure_rate", 0).value_or(x.failure_rate);
  count("calls_min", x.calls_min, 1);
  time("window", x.window);
  time("cool_down", x.cool_down);
  x.cool_down_factor
    = reader.number("cool_down_factor", 1).value_or(x.cool_down_factor);
  time("cool_down_max", x.cool_down_max);
  count("probes", x.probes, 1);
  time("probe_time", x.probe_time);
  if (auto i = reader.choice_of("on_open", core::open_policy_last))
    result.on_open = *i;
  result.held_max = reader.count("held_max", 1).value_or(result.held_max);
}

} // namespace

std::vector<rate_limit_declaration> read_rate_limits(const yaml_node& root,
                                                     mistakes& found) {
  std::vector<rate_limit_declaration> result;
  auto section = root.find("rate_limits");
  if (!section || section->is_null())
    return result;
  if (!section->is_mapping()) {
    found.add(section->mark,
              fmt::format("'rate_limits' must be a mapping, not {}",
                          describe_value(*section)));
    return result;
  }
  for (auto& x : section->entries)
    result.push_back(read_rate_limit(x, found));
  return result;
}

std::optional<core::circuit_options> read_circuits(const yaml_node& root,
                                                   mistakes& found) {
  auto section = root.find("circuits");
  if (!section)
    return std::nullopt;
  core::circuit_options result;
  result.on_open = core::open_policy::hold;
  // `circuits:` alone has nothing but defaults.
  if (section->is_null())
    return result;
  auto before = found.size();
  mapping_reader reader{*section, section->mark, "'circuits'", circuit_keys,
                        found};
  read_circuit(reader, result);
  if (found.size() == before)
    add_problems(core::validate(result), *section, section->mark, "'circuits'",
                 found);
  return result;
}

} // namespace troupe::cli
