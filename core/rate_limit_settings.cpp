#include "core/rate_limit_settings.hpp"

#include "core/enum_names.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace troupe::core {

namespace {

constexpr std::array<std::string_view, 6> limit_scope_names{
  "all", "capability", "queue", "owner", "concurrency_key", "metadata",
};
static_assert(limit_scope_names.size()
              == static_cast<size_t>(limit_scope_last) + 1);

constexpr std::array<std::string_view, 2> rate_policy_names{"refuse", "wait"};
static_assert(rate_policy_names.size()
              == static_cast<size_t>(rate_policy_last) + 1);

std::string_view group_of(const rate_limit& x, const task_spec& spec) {
  switch (x.scope) {
    case limit_scope::capability:
      return spec.capabilities.empty()
               ? std::string_view{}
               : std::string_view{spec.capabilities.front()};
    case limit_scope::queue:
      return spec.queue;
    case limit_scope::owner:
      return spec.owner;
    case limit_scope::concurrency_key:
      return spec.concurrency_key;
    case limit_scope::metadata: {
      auto i = spec.metadata.find(x.metadata_key);
      return i == spec.metadata.end() ? std::string_view{}
                                      : std::string_view{i->second};
    }
    case limit_scope::all:
      break;
  }
  return "all";
}

} // namespace

std::string_view to_string(limit_scope x) noexcept {
  return name_of(limit_scope_names, x);
}

result<limit_scope> parse_limit_scope(std::string_view text) {
  return parse_name<limit_scope>(limit_scope_names, "a scope of rate limits",
                                 text);
}

std::string_view to_string(rate_policy x) noexcept {
  return name_of(rate_policy_names, x);
}

result<rate_policy> parse_rate_policy(std::string_view text) {
  return parse_name<rate_policy>(rate_policy_names, "a policy for rate limits",
                                 text);
}

std::string_view key_of(const rate_limit& x, const task_spec& spec) {
  auto key = group_of(x, spec);
  return x.only.empty() || key == x.only ? key : std::string_view{};
}

std::string describe(const rate_limit& x, std::string_view key) {
  auto text = fmt::format("limit '{}' ({} per {}, {} at once", x.name,
                          x.rate.tokens, to_string(x.rate.per), x.rate.burst);
  if (x.scope == limit_scope::metadata)
    text += fmt::format(", for {} '{}'", x.metadata_key, key);
  else if (x.scope != limit_scope::all)
    text += fmt::format(", for {} '{}'", to_string(x.scope), key);
  return text + ')';
}

std::vector<std::string> validate(const rate_limit& x) {
  auto problems = validate(x.rate);
  if (x.scope == limit_scope::metadata && x.metadata_key.empty())
    problems.emplace_back("metadata_key: scope 'metadata' needs one");
  if (x.scope != limit_scope::metadata && !x.metadata_key.empty())
    problems.push_back(
      fmt::format("metadata_key: scope '{}' has none", to_string(x.scope)));
  if (x.scope == limit_scope::all && !x.only.empty())
    problems.emplace_back("only: scope 'all' has one bucket");
  if (x.when_exceeded == rate_policy::wait && x.waiting_max == 0)
    problems.emplace_back("waiting_max: must be at least 1 for tasks to wait");
  if (x.name.empty())
    problems.emplace_back("name: must not be empty");
  return problems;
}

result<void> check(const rate_limit_options& x) {
  std::vector<std::string> problems;
  for (auto i = x.limits.begin(); i != x.limits.end(); ++i) {
    auto of_one = validate(*i);
    if (std::find_if(x.limits.begin(), i,
                     [&](auto& other) { return other.name == i->name; })
        != i)
      of_one.emplace_back("name: another limit has it");
    for (auto& problem : of_one)
      problems.push_back(fmt::format("limit '{}': {}", i->name, problem));
  }
  if (x.keys_max == 0)
    problems.emplace_back("keys_max: must be at least 1");
  if (problems.empty())
    return {};
  return fail(ec::invalid_argument,
              fmt::format("rate_limits: {}", fmt::join(problems, "; ")));
}

} // namespace troupe::core
