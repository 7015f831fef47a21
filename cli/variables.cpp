#include "cli/variables.hpp"

#include "cli/names.hpp"
#include "cli/placeholders.hpp"
#include "cli/yaml_document.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace troupe::cli {

namespace {

/// Resolving is recursive along chains of vars; this bounds the stack.
constexpr size_t variables_max = 1000;

std::string_view kind_of(const yaml_node& x) {
  if (!x.is_scalar())
    return describe(x.kind);
  auto value = scalar_to_json(x);
  return value.is_boolean()  ? "true or false"
         : value.is_number() ? "a number"
                             : "text";
}

/// The value of a setting, read the way the declared value asks for.
std::optional<yaml_node>
read_setting(const std::string& name, const std::string& text,
             const yaml_node& declared, mistakes& found) {
  auto is_structured = declared.is_list() || declared.is_mapping();
  auto value = make_scalar(escape_references(text), declared.mark,
                           declared.is_scalar() && declared.is_quoted);
  if (is_structured) {
    mistakes inner;
    auto parsed = parse_yaml(text, inner);
    if (!inner.empty()) {
      found.add({}, fmt::format("--set {}: {}", name,
                                inner.sorted().front().message));
      return std::nullopt;
    }
    value = std::move(*parsed);
  }
  if (!declared.is_null() && kind_of(declared) != "text"
      && kind_of(value) != kind_of(declared)) {
    found.add({},
              fmt::format("--set {}: the var is {}, and {} is {}", name,
                          kind_of(declared), in_quotes(text), kind_of(value)));
    return std::nullopt;
  }
  return value;
}

void collect_references(const yaml_node& node, std::vector<std::string>& to) {
  if (node.is_scalar())
    for (auto& piece : split_references(node.text).pieces)
      if (piece.is_reference && head_of(piece.text) == "vars")
        if (auto path = path_of(piece.text); !path.empty())
          to.emplace_back(path[0]);
  for (auto& x : node.items)
    collect_references(x, to);
  for (auto& x : node.entries)
    collect_references(x.value, to);
}

/// Resolves each var after those it refers to.
class resolver {
public:
  resolver(yaml_node& vars, const scope& outer, substitution& substitute,
           mistakes& found)
    : vars_(vars),
      names_(outer),
      substitute_(substitute),
      found_(found),
      states_(vars.entries.size(), state::untouched) {
    names_.roots["vars"] = &vars_;
  }

  void run() {
    for (size_t i = 0; i < vars_.entries.size(); ++i)
      visit(i);
  }

private:
  enum class state { untouched, open, done };

  void visit(size_t i) {
    if (states_[i] != state::untouched)
      return;
    states_[i] = state::open;
    path_.push_back(vars_.entries[i].key);
    std::vector<std::string> wanted;
    collect_references(vars_.entries[i].value, wanted);
    auto is_cyclic = false;
    for (auto& name : wanted) {
      auto j = index_of(name);
      if (j == vars_.entries.size())
        continue;
      if (states_[j] == state::open) {
        report_cycle(i, name);
        is_cyclic = true;
      } else {
        visit(j);
      }
    }
    if (!is_cyclic) {
      auto value = vars_.entries[i].value;
      substitute_.apply(value, names_);
      vars_.entries[i].value = std::move(value);
    }
    path_.pop_back();
    states_[i] = state::done;
  }

  size_t index_of(std::string_view name) const {
    auto i = std::find_if(vars_.entries.begin(), vars_.entries.end(),
                          [&](auto& x) { return x.key == name; });
    return static_cast<size_t>(i - vars_.entries.begin());
  }

  void report_cycle(size_t i, const std::string& name) {
    auto first = std::find(path_.begin(), path_.end(), name);
    found_.add(vars_.entries[i].key_mark,
               fmt::format("vars refer to each other in a circle: {} -> {}",
                           fmt::join(first, path_.end(), " -> "), name));
  }

  yaml_node& vars_;
  scope names_;
  substitution& substitute_;
  mistakes& found_;
  std::vector<state> states_;
  std::vector<std::string> path_;
};

void apply_settings(yaml_node& vars, const variable_settings& settings,
                    mistakes& found) {
  std::vector<std::string> names;
  for (auto& x : vars.entries)
    names.push_back(x.key);
  for (auto& [name, text] : settings) {
    auto i = std::find(names.begin(), names.end(), name);
    if (i == names.end()) {
      found.add({}, fmt::format("--set {}: the file has no var {}{}", name,
                                in_quotes(name), suggest(name, names)));
      continue;
    }
    auto& target = vars.entries[static_cast<size_t>(i - names.begin())].value;
    if (auto value = read_setting(name, text, target, found))
      target = std::move(*value);
  }
}

} // namespace

yaml_node resolve_variables(const yaml_node* declared,
                            const variable_settings& settings,
                            const scope& outer, substitution& substitute,
                            mistakes& found) {
  yaml_node vars;
  vars.kind = yaml_kind::mapping;
  if (declared && declared->is_mapping())
    vars = *declared;
  else if (declared && !declared->is_null())
    found.add(declared->mark, fmt::format("'vars' must be a mapping, not {}",
                                          describe(declared->kind)));
  if (vars.entries.size() > variables_max) {
    found.add(vars.mark, fmt::format("more than {} vars", variables_max));
    return vars;
  }
  for (auto& x : vars.entries)
    check_name("a var", x.key, x.key_mark, found);
  apply_settings(vars, settings, found);
  for (auto& x : vars.entries)
    if (x.value.is_null() && !x.value.is_broken) {
      found.add(x.key_mark, fmt::format("var {} has no value; give it one here "
                                        "or by --set {}=...",
                                        in_quotes(x.key), x.key));
      x.value.is_broken = true;
    }
  resolver{vars, outer, substitute, found}.run();
  return vars;
}

} // namespace troupe::cli
