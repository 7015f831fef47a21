#include "cli/parameters.hpp"

#include "cli/placeholders.hpp"
#include "core/reference_syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace troupe::cli {

namespace {

using agents::parameter_type;

core::json scalar_text(const yaml_node& node) {
  return node.is_scalar() ? core::json(node.text) : to_json(node);
}

core::json as_texts(const yaml_node& node) {
  if (node.is_list()) {
    auto result = core::json::array();
    for (auto& x : node.items)
      result.push_back(as_texts(x));
    return result;
  }
  if (node.is_mapping()) {
    auto result = core::json::object();
    for (auto& x : node.entries)
      result[x.key] = scalar_text(x.value);
    return result;
  }
  return scalar_text(node);
}

bool wants_text(parameter_type x) {
  return x == parameter_type::text || x == parameter_type::texts
         || x == parameter_type::arguments || x == parameter_type::environment;
}

/// What stands at a JSON pointer, as far down as there is something.
struct place {
  source_mark value;
  source_mark name;
};

/// RFC 6901: `~1` is a slash, `~0` a tilde.
std::string unescape_step(std::string_view step) {
  std::string result;
  for (size_t i = 0; i < step.size(); ++i) {
    if (step[i] != '~' || i + 1 == step.size())
      result += step[i];
    else
      result += step[++i] == '1' ? '/' : '~';
  }
  return result;
}

place find_place(const yaml_node& root, std::string_view pointer,
                 source_mark fallback) {
  place result{fallback, fallback};
  auto node = &root;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    auto slash = std::min(pointer.find('/'), pointer.size());
    auto part = unescape_step(pointer.substr(0, slash));
    pointer.remove_prefix(slash);
    if (node->is_mapping()) {
      auto i = std::ranges::find(node->entries, part, &yaml_entry::key);
      if (i == node->entries.end())
        return result;
      node = &i->value;
      result = {node->mark, i->key_mark};
    } else if (node->is_list()) {
      size_t index = 0;
      std::from_chars(part.data(), part.data() + part.size(), index);
      if (index >= node->items.size())
        return result;
      node = &node->items[index];
      result = {node->mark, node->mark};
    } else {
      return result;
    }
  }
  return result;
}

void check_reference(std::string_view inside, source_mark at,
                     std::span<const std::string> aliases,
                     const std::string& where, mistakes& found) {
  auto head = head_of(inside);
  if (head == "item" || head == "index") {
    found.add(at, fmt::format("'${{{}}}' in {}: it has no 'foreach'", inside,
                              where));
    return;
  }
  auto what = core::parse_reference(fmt::format("${{{}}}", inside));
  auto alias = what.problem.empty() ? what.alias : std::string{head};
  if (std::ranges::find(aliases, alias) == aliases.end()) {
    std::vector<std::string> valid{aliases.begin(), aliases.end()};
    for (auto x : {"vars", "env", "pipeline"})
      valid.emplace_back(x);
    found.add(at,
              fmt::format("'${{{}}}' in {}: {} is none of its 'needs'{}",
                          inside, where, in_quotes(alias),
                          suggest(alias, std::span<const std::string>{valid})));
  } else if (!what.problem.empty()) {
    found.add(at, fmt::format("in {}: {}", where, what.problem));
  }
}

} // namespace

core::json parameters_to_json(const yaml_node& parameters,
                              const agents::capability_schema& schema) {
  auto result = core::json::object();
  for (auto& x : parameters.entries) {
    auto parameter = schema.find(x.key);
    result[x.key] = parameter && wants_text(parameter->type) ? as_texts(x.value)
                                                             : to_json(x.value);
  }
  return result;
}

void check_parameters(const yaml_node& parameters, const core::json& value,
                      const agents::capability_schema& schema, source_mark at,
                      const std::string& where, mistakes& found) {
  for (auto& x :
       agents::check_parameters(schema, value, agents::references::allowed)) {
    auto spot = find_place(parameters, x.at, at);
    found.add(x.is_about_name ? spot.name : spot.value,
              fmt::format("{}: {}", where, x.message));
  }
}

void check_references(const yaml_node& node,
                      std::span<const std::string> aliases,
                      const std::string& where, mistakes& found) {
  for (auto& x : node.items)
    check_references(x, aliases, where, found);
  for (auto& x : node.entries)
    check_references(x.value, aliases, where, found);
  if (!node.is_scalar())
    return;
  for (auto& piece : split_references(node.text).pieces)
    if (piece.is_reference)
      check_reference(piece.text, node.mark, aliases, where, found);
}

bool has_broken(const yaml_node& node) {
  if (node.is_broken)
    return true;
  return std::ranges::any_of(node.items, has_broken)
         || std::ranges::any_of(node.entries,
                                [](auto& x) { return has_broken(x.value); });
}

} // namespace troupe::cli
