// Long because it says of all kinds of specs what can be wrong with them.

#include "core/validate.hpp"

#include "core/condition.hpp"
#include "core/cron_times.hpp"
#include "core/nearest.hpp"
#include "core/reference_syntax.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>

namespace troupe::core {

namespace {

/// How many bytes the UTF-8 character at the start of `text` has; 0 if it is
/// none (overlong, a surrogate, beyond U+10FFFF, cut off).
size_t utf8_length(std::string_view text) noexcept {
  auto at = [text](size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
  };
  auto lead = at(0);
  if (lead < 0x80)
    return 1;
  auto length = lead >= 0xf0 ? 4u : lead >= 0xe0 ? 3u : 2u;
  if (lead < 0xc2 || lead > 0xf4)
    return 0;
  for (size_t i = 1; i < length; ++i)
    if ((at(i) & 0xc0) != 0x80)
      return 0;
  auto next = at(1);
  if ((lead == 0xe0 && next < 0xa0) || (lead == 0xed && next > 0x9f)
      || (lead == 0xf0 && next < 0x90) || (lead == 0xf4 && next > 0x8f))
    return 0;
  return length;
}

/// Whether there is nothing but printable ASCII in it, as in nearly all names.
/// Eight bytes at a time: it is asked several times for each task.
bool is_printable(std::string_view text) noexcept {
  constexpr uint64_t ones = 0x0101010101010101;
  // The highest bit of a byte is set below 0x20, from 0x7f on, or where one of
  // those is beside it.
  auto odd_bits = [](uint64_t x) {
    return (x - ones * 0x20) | (x + ones) | x;
  };
  uint64_t odd = 0;
  auto take = [&](size_t from, size_t size) {
    auto word = ones * ' ';
    std::memcpy(&word, text.data() + from, size);
    odd |= odd_bits(word);
  };
  auto size = text.size();
  if (size >= 8) {
    for (size_t i = 0; i + 8 < size; i += 8)
      take(i, 8);
    take(size - 8, 8);
  } else if (size >= 4) {
    take(0, 4);
    take(size - 4, 4);
  } else {
    for (size_t i = 0; i < size; ++i)
      take(i, 1);
  }
  return (odd & ones * 0x80) == 0;
}

/// What is wrong with a name, or nothing.
std::string_view problem_of_name(std::string_view text) noexcept {
  if (text.empty())
    return "is empty";
  if (text.size() > name_bytes_max)
    return "is longer than 200 bytes";
  static_assert(name_bytes_max == 200);
  if (is_printable(text))
    return {};
  for (size_t i = 0; i < text.size();) {
    auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == 0x7f)
      return "has a control character";
    auto length = utf8_length(text.substr(i));
    if (length == 0)
      return "is not valid UTF-8";
    i += length;
  }
  return {};
}

/// What is wrong with the key of a label, or nothing.
std::string_view problem_of_label(std::string_view key) noexcept {
  if (auto problem = problem_of_name(key); !problem.empty())
    return problem;
  if (key.find_first_of("=!|") != std::string_view::npos)
    return "has a = ! or |, which rules for labels are written with";
  if (key.front() == ' ' || key.back() == ' ')
    return "begins or ends with a space";
  return {};
}

/// What is wrong with the value of a label, or nothing.
std::string_view problem_of_label_value(std::string_view text) noexcept {
  if (text.empty())
    return {};
  if (auto problem = problem_of_name(text); !problem.empty())
    return problem;
  if (text.find('|') != std::string_view::npos)
    return "has a |, which stands between values in rules for labels";
  if (text.front() == ' ' || text.back() == ' ')
    return "begins or ends with a space";
  return {};
}

/// Gathers what is wrong. Formats nothing unless something is.
class findings {
public:
  template <class... Ts>
  void add(fmt::format_string<Ts...> format, Ts&&... xs) {
    all_.push_back(fmt::format(format, std::forward<Ts>(xs)...));
  }

  void name(std::string_view field, std::string_view text) {
    if (auto problem = problem_of_name(text); !problem.empty())
      add("{}: {}", field, problem);
  }

  void capabilities(const std::vector<std::string>& all) {
    if (all.empty())
      add("capabilities: at least one is needed");
    for (size_t i = 0; i < all.size(); ++i) {
      if (auto problem = problem_of_name(all[i]); !problem.empty())
        add("capabilities[{}]: {}", i, problem);
      if (std::find(all.begin(), all.begin() + static_cast<ptrdiff_t>(i),
                    all[i])
          != all.begin() + static_cast<ptrdiff_t>(i))
        add("capabilities[{}]: '{}' is there twice", i, all[i]);
    }
  }

  void resources(const resource_amounts& all) {
    for (size_t i = 0; i < all.size(); ++i) {
      auto& x = all[i];
      if (auto problem = problem_of_name(x.name); !problem.empty())
        add("resources[{}]: {}", i, problem);
      if (!(x.amount > 0) || !std::isfinite(x.amount))
        add("resources[{}]: {} is not a number above 0", i, x.amount);
      auto same = std::ranges::find(all, x.name, &resource_amount::name);
      if (same != all.begin() + static_cast<ptrdiff_t>(i))
        add("resources[{}]: '{}' is there twice", i, x.name);
    }
  }

  void labels(const label_map& all) {
    for (auto& [key, value] : all) {
      if (auto problem = problem_of_label(key); !problem.empty())
        add("labels: key '{}' {}", key, problem);
      else if (key == node_label)
        add("labels: '{}' is the name of the node, and not to be set", key);
      if (auto problem = problem_of_label_value(value); !problem.empty())
        add("labels: the value of '{}' {}", key, problem);
    }
  }

  void rules(std::string_view field, const std::vector<label_rule>& all) {
    if (all.size() > label_rules_max)
      add("{}: {} rules are more than {}", field, all.size(), label_rules_max);
    for (size_t i = 0; i < all.size(); ++i) {
      auto& x = all[i];
      if (auto problem = problem_of_label(x.key); !problem.empty())
        add("{}[{}].key: {}", field, i, problem);
      auto has_values = x.test == label_test::is
                        || x.test == label_test::is_not;
      if (x.values.empty() == has_values)
        add("{}[{}].values: '{}' takes {}", field, i, to_string(x.test),
            has_values ? "at least one" : "none");
      for (auto& value : x.values)
        if (auto problem = problem_of_label_value(value); !problem.empty())
          add("{}[{}].values: '{}' {}", field, i, value, problem);
    }
  }

  void node(std::string_view field, std::string_view text) {
    if (!is_node_name(text))
      add("{}: '{}' is no name of a node: a-z, 0-9 and - in parts of up to 63 "
          "bytes that neither begin nor end with -, joined by dots",
          field, text);
  }

  void time(std::string_view field, duration x) {
    if (x >= duration::zero() && x <= time_max) [[likely]]
      return;
    if (x < duration::zero())
      add("{}: {} is negative", field, to_string(x));
    else
      add("{}: {} is longer than 100 years", field, to_string(x));
  }

  void share(std::string_view field, double x) {
    if (!(x >= 0) || !std::isfinite(x))
      add("{}: {} is not a number from 0", field, x);
  }

  std::vector<std::string> take() {
    return std::move(all_);
  }

private:
  std::vector<std::string> all_;
};

/// Index of a dependency that is on the same task as an earlier one; the number
/// of all if there is none.
size_t find_repeated(const std::vector<dependency>& all) {
  // Few are compared without allocating, many without quadratic time.
  constexpr size_t few = 16;
  if (all.size() <= few) {
    for (size_t i = 1; i < all.size(); ++i)
      for (size_t j = 0; j < i; ++j)
        if (all[i].task == all[j].task)
          return i;
    return all.size();
  }
  std::vector<std::pair<task_id, size_t>> sorted;
  sorted.reserve(all.size());
  for (size_t i = 0; i < all.size(); ++i)
    sorted.emplace_back(all[i].task, i);
  std::ranges::sort(sorted);
  auto i = std::ranges::adjacent_find(sorted, [](auto& x, auto& y) {
    return x.first == y.first;
  });
  return i == sorted.end() ? all.size() : std::next(i)->second;
}

void check_dependencies(const task_spec& x, findings& found) {
  for (size_t i = 0; i < x.dependencies.size(); ++i) {
    auto& needed = x.dependencies[i];
    if (needed.task.is_nil())
      found.add("dependencies[{}]: has no task id", i);
    else if (needed.task == x.id)
      found.add("dependencies[{}]: is on the task itself", i);
    if (needed.alias.empty())
      continue;
    if (!is_identifier(needed.alias))
      found.add("dependencies[{}].alias: '{}' is not made of letters, digits, "
                "_ and - only",
                i, needed.alias);
    else if (needed.alias.size() > name_bytes_max)
      found.add("dependencies[{}].alias: is longer than {} bytes", i,
                name_bytes_max);
  }
  auto repeated = find_repeated(x.dependencies);
  if (repeated < x.dependencies.size()
      && !x.dependencies[repeated].task.is_nil())
    found.add("dependencies[{}]: {} is there twice", repeated,
              to_string(x.dependencies[repeated].task));
}

/// The aliases references may use; nothing if they are not known here.
std::optional<std::vector<std::string_view>> aliases_of(const task_spec& x) {
  std::vector<std::string_view> result;
  for (auto& needed : x.dependencies) {
    if (needed.alias.empty())
      return std::nullopt;
    result.push_back(needed.alias);
  }
  return result;
}

void check_references(const task_spec& x, std::string_view field,
                      std::span<const reference> all, findings& found) {
  auto aliases = aliases_of(x);
  for (auto& what : all) {
    auto place = what.place.empty()
                   ? std::string{field}
                   : fmt::format("{} at {}", field, what.place);
    if (!what.problem.empty())
      found.add("{}: {}: {}", place, what.text, what.problem);
    else if (aliases && aliases->empty())
      found.add("{}: {}: the task has no dependencies", place, what.text);
    else if (aliases
             && std::ranges::find(*aliases, what.alias) == aliases->end())
      found.add("{}: {}: no dependency has the alias '{}'{}", place, what.text,
                what.alias, did_you_mean(what.alias, *aliases));
  }
}

void check_texts(const task_spec& x, findings& found) {
  if (!x.parameters.is_null() && has_references(x.parameters.value()))
    check_references(x, "parameters", references_in(x.parameters.value()),
                     found);
  if (x.condition.empty())
    return;
  if (auto read = parse_condition(x.condition))
    check_references(x, "condition", read->references(), found);
  else
    found.add("condition: {}", read.error().message);
}

void check_times(const task_spec& x, findings& found) {
  found.time("retry.base", x.retry.base);
  found.time("retry.cap", x.retry.cap);
  if (x.retry.cap < x.retry.base)
    found.add("retry.cap: {} is less than retry.base, {}",
              to_string(x.retry.cap), to_string(x.retry.base));
  if (!(x.retry.factor >= 1) || !std::isfinite(x.retry.factor))
    found.add("retry.factor: {} is not a number from 1", x.retry.factor);
  found.time("limits.attempt", x.limits.attempt);
  found.time("limits.waiting", x.limits.waiting);
  found.time("limits.total", x.limits.total);
  found.time("limits.heartbeat", x.limits.heartbeat);
}

void check_keys(const submission_keys& x, findings& found) {
  if (!x.submission.empty())
    found.name("keys.submission", x.submission);
  if (!x.unique.empty())
    found.name("keys.unique", x.unique);
  else if (x.unique_while != uniqueness::unfinished
           || x.unique_for != duration::zero())
    found.add("keys.unique: is missing");
  found.time("keys.unique_for", x.unique_for);
  if (x.unique_while == uniqueness::time && x.unique_for == duration::zero())
    found.add("keys.unique_for: is missing");
  if (x.unique_while != uniqueness::time && x.unique_for > duration::zero())
    found.add("keys.unique_for: is for keys.unique_while 'time'");
}

void check_template(const task_spec& x, findings& found) {
  for (auto& problem : validate(x))
    found.add("task.{}", problem);
  if (!x.id.is_nil())
    found.add("task.id: each run gets one of its own");
  if (!x.parent.is_nil())
    found.add("task.parent: a run has none");
  if (!x.replay_of->is_nil())
    found.add("task.replay_of: a run is none");
  if (x.keys)
    found.add("task.keys: a run has none; say by overlap what runs do to each "
              "other");
}

/// A time that may be left out.
void check_date(std::string_view field, time_point x, findings& found) {
  if (x < never || x >= calendar_end)
    found.add("{}: {} is not from 1970 to 2199", field, to_string(x));
}

void check_when(const schedule_spec& spec, findings& found) {
  if (auto* x = std::get_if<run_at>(&spec.when)) {
    if (x->at == never)
      found.add("when.at: is missing");
    check_date("when.at", x->at, found);
  } else if (auto* x = std::get_if<run_after>(&spec.when)) {
    found.time("when.after", x->delay);
  } else if (auto* x = std::get_if<run_every>(&spec.when)) {
    found.time("when.every", x->interval);
    if (x->interval < schedule_interval_min)
      found.add("when.every: {} is less than {}", to_string(x->interval),
                to_string(schedule_interval_min));
    else if (spec.jitter >= x->interval)
      found.add("jitter: {} is not less than when.every, {}",
                to_string(spec.jitter), to_string(x->interval));
    check_date("when.anchor", x->anchor, found);
  } else {
    auto& cron = std::get<run_cron>(spec.when);
    if (auto read = parse_cron(cron.expression); !read)
      found.add("when.cron: {}", read.error().message);
    found.name("when.zone", cron.zone);
  }
  auto is_once = std::holds_alternative<run_at>(spec.when)
                 || std::holds_alternative<run_after>(spec.when);
  if (is_once && spec.start != never)
    found.add("start: is for what is repeated; use when.at");
  if (is_once && spec.end != never)
    found.add("end: is for what is repeated");
}

void check_policies(const schedule_spec& x, findings& found) {
  if (x.overlap == overlap_policy::queue
      && (x.queue_max < 1 || x.queue_max > schedule_backlog_max))
    found.add("queue_max: {} is not from 1 to {}", x.queue_max,
              schedule_backlog_max);
  found.time("catch_up.late_max", x.catch_up.late_max);
  if (x.catch_up.policy != catch_up_policy::all)
    return;
  if (x.catch_up.runs_max < 1 || x.catch_up.runs_max > schedule_backlog_max)
    found.add("catch_up.runs_max: {} is not from 1 to {}", x.catch_up.runs_max,
              schedule_backlog_max);
  if (x.overlap != overlap_policy::queue)
    found.add("catch_up.policy: 'all' needs overlap 'queue'; with '{}' only "
              "one of the runs would be left",
              to_string(x.overlap));
  else if (x.catch_up.runs_max > x.queue_max)
    found.add("catch_up.runs_max: {} is more than queue_max, {}",
              x.catch_up.runs_max, x.queue_max);
}

result<void> in_one_error(std::string_view what, std::string_view name,
                          const std::vector<std::string>& problems) {
  if (problems.empty())
    return {};
  return fail(ec::invalid_argument, fmt::format("{} '{}': {}", what, name,
                                                fmt::join(problems, "; ")));
}

} // namespace

std::vector<std::string> validate(const task_spec& x) {
  findings found;
  found.name("name", x.name);
  found.capabilities(x.capabilities);
  if (!x.priority.is_valid())
    found.add("priority: {} is not from {} to {}", x.priority.value(),
              task_priority::min, task_priority::max);
  found.name("queue", x.queue);
  if (!x.dependencies.empty())
    check_dependencies(x, found);
  if (!x.agent.empty())
    found.name("agent", x.agent);
  if (!x.parent.is_nil() && x.parent == x.id)
    found.add("parent: is the task itself");
  found.resources(x.resources);
  if (x.placement) {
    found.rules("placement.required", x.placement->required);
    found.rules("placement.preferred", x.placement->preferred);
  }
  if (x.keys)
    check_keys(*x.keys, found);
  check_times(x, found);
  check_texts(x, found);
  return found.take();
}

std::vector<std::string> validate(const agent_spec& x) {
  findings found;
  found.name("id", x.id);
  if (!x.name.empty())
    found.name("name", x.name);
  found.capabilities(x.capabilities);
  if (x.max_concurrent < 1 || x.max_concurrent > slots_max)
    found.add("max_concurrent: {} is not from 1 to {}", x.max_concurrent,
              slots_max);
  found.labels(x.labels);
  found.resources(x.resources);
  if (!x.node.empty())
    found.node("node", x.node);
  return found.take();
}

std::vector<std::string> validate(const node_spec& x) {
  findings found;
  found.node("name", x.name);
  found.labels(x.labels);
  found.resources(x.resources);
  return found.take();
}

std::vector<std::string> validate(const queue_spec& x) {
  findings found;
  found.name("name", x.name);
  found.time("aging", x.aging);
  if (x.rate)
    for (auto& problem : validate(x.rate->limit))
      found.add("rate.{}", problem);
  found.time("full_wait_max", x.full_wait_max);
  if (x.when_full != full_policy::refuse && x.waiting_max == 0)
    found.add("when_full: without waiting_max the queue is never full");
  if (x.when_full == full_policy::wait && x.held_max == 0)
    found.add("held_max: must be at least 1 for submissions to wait");
  auto& budget = x.retry_budget;
  found.share("retry_budget.ratio", budget.ratio);
  found.share("retry_budget.min_per_second", budget.min_per_second);
  found.time("retry_budget.window", budget.window);
  if (budget.window == duration::zero())
    found.add("retry_budget.window: is zero");
  return found.take();
}

std::vector<std::string> validate(const schedule_spec& x) {
  findings found;
  found.name("name", x.name);
  check_template(x.task, found);
  check_when(x, found);
  check_policies(x, found);
  found.time("jitter", x.jitter);
  check_date("start", x.start, found);
  check_date("end", x.end, found);
  if (x.start != never && x.end != never && x.end <= x.start)
    found.add("end: {} is not after start, {}", to_string(x.end),
              to_string(x.start));
  return found.take();
}

result<void> check(const task_spec& x) {
  return in_one_error("task", x.name, validate(x));
}

result<void> check(const agent_spec& x) {
  return in_one_error("agent", x.id, validate(x));
}

result<void> check(const node_spec& x) {
  return in_one_error("node", x.name, validate(x));
}

result<void> check(const queue_spec& x) {
  return in_one_error("queue", x.name, validate(x));
}

result<void> check(const schedule_spec& x) {
  return in_one_error("schedule", x.name, validate(x));
}

} // namespace troupe::core
