#include "bench/runner.hpp"

#include "bench/isolate.hpp"
#include "bench/statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>

namespace troupe::bench {

double value_of(const sample& from, std::string_view key) {
  auto i = std::find_if(from.begin(), from.end(),
                        [&](const quantity& x) { return x.key == key; });
  if (i == from.end())
    throw std::out_of_range{fmt::format("nothing measured is called {}", key)};
  return i->value;
}

std::optional<bool> outcome::meets_target() const {
  if (!of->target)
    return std::nullopt;
  for (auto& x : figures)
    if (x.key == of->target->key)
      return of->target->is_met_by(x.median);
  return std::nullopt;
}

namespace {

const benchmark& find(const std::vector<benchmark>& all,
                      const std::string& name) {
  auto i = std::find_if(all.begin(), all.end(),
                        [&](const benchmark& x) { return x.name == name; });
  if (i == all.end())
    throw std::logic_error{fmt::format("no benchmark is called {}", name)};
  return *i;
}

void add_with_needs(const std::vector<benchmark>& all, const benchmark& x,
                    bool has_bounds, std::set<const benchmark*>& to) {
  if (!to.insert(&x).second)
    return;
  for (auto& name : x.needs)
    add_with_needs(all, find(all, name), has_bounds, to);
  if (has_bounds && !x.bound.empty())
    add_with_needs(all, find(all, x.bound), has_bounds, to);
}

void merge(const sample& measured, std::vector<figure>& figures) {
  for (auto& x : measured) {
    auto i = std::find_if(figures.begin(), figures.end(),
                          [&](const figure& y) { return y.key == x.key; });
    if (i == figures.end())
      i = figures.insert(figures.end(), {x.key, x.unit, 0, {}});
    i->values.push_back(x.value);
  }
}

void run_once(const run_options& options, results_so_far& so_far, outcome& to) {
  auto& x = *to.of;
  for (auto& name : x.needs) {
    if (!so_far.contains(name)) {
      to.errors.push_back(fmt::format("not run: {} failed before", name));
      return;
    }
  }
  context what{options.shrink, so_far};
  try {
    auto measured = options.is_isolated
                      ? run_isolated([&] { return x.run(what); },
                                     options.timeout)
                      : x.run(what);
    merge(measured, to.figures);
    so_far.insert_or_assign(x.name, std::move(measured));
  } catch (const std::exception& problem) {
    to.errors.emplace_back(problem.what());
  }
}

const figure* rate_of(const outcome& x) {
  auto i
    = std::find_if(x.figures.begin(), x.figures.end(),
                   [](const figure& y) { return y.key == "tasks_per_second"; });
  return i == x.figures.end() ? nullptr : &*i;
}

/// Adds `of_bound` behind the first figure, where there is a bound.
void relate(const std::vector<outcome>& all, outcome& x) {
  for (auto& y : all) {
    if (y.of->name != x.of->bound)
      continue;
    auto *own = rate_of(x), *bound = rate_of(y);
    if (own == nullptr || bound == nullptr)
      return;
    auto share = own->median / bound->median;
    x.figures.insert(x.figures.begin() + 1,
                     {"of_bound", "of " + y.of->name, share, {share}});
  }
}

} // namespace

std::vector<const benchmark*> selected(const std::vector<benchmark>& all,
                                       const std::vector<std::string>& filters,
                                       bool has_bounds) {
  auto is_wanted = [&](const benchmark& x) {
    return filters.empty()
           || std::any_of(filters.begin(), filters.end(),
                          [&](const std::string& part) {
                            return x.name.find(part) != std::string::npos;
                          });
  };
  std::set<const benchmark*> wanted;
  for (auto& x : all)
    if (is_wanted(x))
      add_with_needs(all, x, has_bounds, wanted);
  // By address is the order of `all`.
  return {wanted.begin(), wanted.end()};
}

std::vector<outcome>
run_all(const std::vector<benchmark>& all, const run_options& options,
        const std::function<void(size_t, const benchmark&)>& on_run) {
  std::vector<outcome> results;
  for (auto* x : selected(all, options.filters, options.is_isolated))
    results.push_back({x, {}, {}});
  for (size_t i = 0; i < options.rounds; ++i) {
    results_so_far so_far;
    for (auto& x : results) {
      if (i >= x.of->rounds_max)
        continue;
      on_run(i, *x.of);
      run_once(options, so_far, x);
    }
  }
  for (auto& x : results)
    for (auto& y : x.figures)
      y.median = median(y.values);
  for (auto& x : results)
    relate(results, x);
  return results;
}

} // namespace troupe::bench
