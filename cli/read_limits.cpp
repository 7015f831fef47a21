#include "cli/read_limits.hpp"

#include "core/validate.hpp"

#include <fmt/format.h>

#include <array>
#include <vector>

namespace troupe::cli {

namespace {

constexpr std::array<std::string_view, 4> rate_keys = {"tokens", "per", "burst",
                                                       "by"};

constexpr std::array<std::string_view, 3> budget_keys
  = {"ratio", "min_per_second", "window"};

void read_rate(mapping_reader& reader, core::queue_spec& spec,
               mistakes& found) {
  auto value = reader.find("rate");
  if (!value)
    return;
  auto before = found.size();
  core::dispatch_rate rate;
  if (!value->is_mapping()) {
    rate.limit.tokens = reader.count("rate", 1, core::tokens_max).value_or(1);
  } else {
    mapping_reader inner{*value, value->mark, "'rate' of " + reader.where(),
                         rate_keys, found};
    inner.require("tokens");
    auto& limit = rate.limit;
    limit.tokens = inner.count("tokens", 1, core::tokens_max).value_or(1);
    limit.per = inner.duration("per").value_or(limit.per);
    limit.burst = inner.count("burst", 1, core::tokens_max).value_or(1);
    if (auto i = inner.choice_of("by", core::rate_scope_last))
      rate.by = *i;
  }
  if (found.size() == before)
    for (auto& problem : core::validate(rate.limit))
      found.add(value->mark,
                fmt::format("'rate' of {}: {}", reader.where(), problem));
  spec.rate = rate;
}

void read_budget(mapping_reader& reader, core::queue_spec& spec,
                 mistakes& found) {
  auto value = reader.find("retry_budget");
  if (!value)
    return;
  auto& budget = spec.retry_budget;
  if (!value->is_mapping()) {
    budget.is_enabled = reader.boolean("retry_budget").value_or(true);
    return;
  }
  mapping_reader inner{*value, value->mark,
                       "'retry_budget' of " + reader.where(), budget_keys,
                       found};
  budget.ratio = inner.number("ratio", 0).value_or(budget.ratio);
  budget.min_per_second
    = inner.number("min_per_second", 0).value_or(budget.min_per_second);
  budget.window = inner.duration("window").value_or(budget.window);
  if (budget.window == core::duration::zero())
    inner.complain("window", *inner.find("window"), "longer than nothing");
}

} // namespace

void read_limits(mapping_reader& reader, core::queue_spec& spec,
                 mistakes& found) {
  spec.key_max
    = static_cast<uint32_t>(reader.count("key_max").value_or(spec.key_max));
  if (auto i = reader.choice_of("at_key_max", core::key_policy_last))
    spec.at_key_max = *i;
  read_rate(reader, spec, found);
  read_budget(reader, spec, found);
}

std::vector<core::label_rule>
read_labels(mapping_reader& reader, std::string_view key, mistakes& found) {
  std::vector<core::label_rule> result;
  auto value = reader.find(key);
  if (!value)
    return result;
  if (value->is_mapping()) {
    reader.complain(key, *value, "a rule such as zone=eu, or a list of rules");
    return result;
  }
  for (auto& text : reader.texts(key)) {
    auto rule = core::parse_label_rule(text);
    if (rule)
      result.push_back(std::move(*rule));
    else
      found.add(value->mark, fmt::format("'{}' of {}: {}", key, reader.where(),
                                         rule.error().message));
  }
  if (result.size() > core::label_rules_max)
    found.add(value->mark, fmt::format("'{}' of {} are more than {} rules", key,
                                       reader.where(), core::label_rules_max));
  return result;
}

core::resource_amounts read_resources(mapping_reader& reader, mistakes& found) {
  auto value = reader.find("resources");
  if (!value)
    return {};
  if (!value->is_mapping()) {
    reader.complain("resources", *value, "a mapping of names to numbers");
    return {};
  }
  std::vector<std::string_view> names;
  for (auto& x : value->entries)
    names.push_back(x.key);
  mapping_reader inner{*value, value->mark, "'resources' of " + reader.where(),
                       names, found};
  core::resource_amounts result;
  for (auto& x : value->entries) {
    auto amount = inner.number(x.key, 0);
    if (amount && *amount > 0)
      result.push_back({x.key, *amount});
    else if (amount)
      inner.complain(x.key, x.value, "a number above 0");
    else if (x.value.is_null())
      inner.require(x.key);
  }
  return result;
}

} // namespace troupe::cli
