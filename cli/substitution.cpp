#include "cli/substitution.hpp"

#include "cli/placeholders.hpp"

#include <fmt/format.h>

#include <charconv>

namespace troupe::cli {

namespace {

/// A list may be indexed, a mapping asked for a key.
const yaml_node* step(const yaml_node& from, std::string_view part) {
  if (from.is_mapping())
    return from.find(part);
  if (!from.is_list())
    return nullptr;
  size_t index = 0;
  auto end = part.data() + part.size();
  auto [at, bad] = std::from_chars(part.data(), end, index);
  if (bad != std::errc{} || at != end || index >= from.items.size())
    return nullptr;
  return &from.items[index];
}

std::string why_missing(const yaml_node& from, std::string_view part) {
  if (from.is_list())
    return fmt::format("; it is a list of {}", from.items.size());
  if (!from.is_mapping())
    return fmt::format("; what comes before '.{}' is {}", part,
                       describe(from.kind));
  std::vector<std::string_view> names;
  for (auto& x : from.entries)
    if (!x.key.empty())
      names.push_back(x.key);
  return suggest(part, std::span<const std::string_view>{names});
}

size_t cost_of(const yaml_node& node) {
  auto result = 1 + node.text.size();
  for (auto& x : node.items)
    result += cost_of(x);
  for (auto& x : node.entries)
    result += x.key.size() + cost_of(x.value);
  return result;
}

/// Glob elements are mappings that also stand for their path in text.
const yaml_node& as_text(const yaml_node& x) {
  if (x.is_mapping())
    if (auto path = x.find(""))
      return *path;
  return x;
}

/// Follows the literals of a condition to know whether a place in it is within
/// quotes.
char quote_after(std::string_view text, char quote) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (quote != 0 && text[i] == '\\')
      ++i;
    else if (quote == 0 && (text[i] == '"' || text[i] == '\''))
      quote = text[i];
    else if (text[i] == quote)
      quote = 0;
  }
  return quote;
}

std::string inside_quotes(std::string_view text, char quote) {
  std::string result;
  for (auto c : text) {
    if (c == quote || c == '\\')
      result += '\\';
    result += c;
  }
  return result;
}

} // namespace

void substitution::apply(yaml_node& node, const scope& names) {
  if (node.is_scalar())
    apply_to_text(node, names);
  for (auto& x : node.items)
    apply(x, names);
  for (auto& x : node.entries)
    apply(x.value, names);
}

void substitution::apply_to_text(yaml_node& node, const scope& names) {
  auto split = split_references(node.text);
  if (!split.has_references())
    return;
  auto at = node.mark;
  auto broken = make_null(at, true);
  if (!split.is_closed) {
    found_.add(at, fmt::format("'${{' without its '}}' in {}; write $${{ if "
                               "it is meant as it stands",
                               in_quotes(node.text)));
    node = std::move(broken);
    return;
  }
  auto is_known = false;
  if (split.is_one_reference()) {
    auto value = resolve(split.pieces[0].text, at, names, is_known);
    if (value) {
      if (auto& text = as_text(*value); &text != &*value)
        *value = yaml_node{text};
      node = std::move(*value);
      node.mark = at;
    } else if (is_known) {
      node = std::move(broken);
    }
    return;
  }
  std::string result;
  for (auto& piece : split.pieces) {
    if (!piece.is_reference) {
      result += piece.text;
      continue;
    }
    auto value = resolve(piece.text, at, names, is_known);
    if (!is_known) {
      result += fmt::format("${{{}}}", piece.text);
      continue;
    }
    if (value && as_text(*value).is_scalar()) {
      result += as_text(*value).text;
      continue;
    }
    if (value && !value->is_broken)
      found_.add(at, fmt::format("'${{{}}}' is {}, which cannot stand inside "
                                 "of text",
                                 piece.text, describe(value->kind)));
    node = std::move(broken);
    return;
  }
  // Text put together is text, even if it looks like a number now.
  node = make_scalar(std::move(result), at, true);
}

void substitution::apply_to_condition(yaml_node& node, const scope& names) {
  if (!node.is_scalar())
    return;
  auto split = split_references(node.text);
  if (!split.has_references() || !split.is_closed)
    return;
  std::string result;
  char quote = 0;
  for (auto& piece : split.pieces) {
    if (!piece.is_reference) {
      quote = quote_after(piece.text, quote);
      result += piece.text;
      continue;
    }
    auto is_known = false;
    auto value = resolve(piece.text, node.mark, names, is_known);
    if (!is_known) {
      result += fmt::format("${{{}}}", piece.text);
      continue;
    }
    if (!value || value->is_broken) {
      node = make_null(node.mark, true);
      return;
    }
    auto& text = as_text(*value);
    if (text.is_list() || text.is_mapping())
      found_.add(node.mark, fmt::format("'${{{}}}' is {}, which cannot be "
                                        "compared",
                                        piece.text, describe(text.kind)));
    else if (quote != 0)
      result += inside_quotes(text.text, quote);
    else
      result += to_json(text).dump(-1, ' ', false,
                                   core::json::error_handler_t::replace);
  }
  node.text = std::move(result);
}

std::optional<yaml_node>
substitution::resolve(std::string_view reference, source_mark at,
                      const scope& names, bool& is_known) {
  auto head = head_of(reference);
  is_known = true;
  if (head == "env" && names.environment)
    return resolve_environment(reference, at, names);
  auto root = names.roots.find(head);
  if (root == names.roots.end()) {
    is_known = false;
    return std::nullopt;
  }
  auto current = root->second;
  for (auto part : path_of(reference)) {
    if (current->is_broken)
      break;
    auto next = part.empty() ? nullptr : step(*current, part);
    if (!next) {
      found_.add(at, fmt::format("'${{{}}}': there is no '{}'{}", reference,
                                 part, why_missing(*current, part)));
      return std::nullopt;
    }
    current = next;
  }
  if (!spend(*current, at))
    return std::nullopt;
  return *current;
}

std::optional<yaml_node>
substitution::resolve_environment(std::string_view reference, source_mark at,
                                  const scope& names) {
  auto name = reference.substr(std::min(reference.size(), size_t{4}));
  std::optional<std::string_view> fallback;
  if (auto i = name.find(":-"); i != std::string_view::npos) {
    fallback = name.substr(i + 2);
    name = name.substr(0, i);
  }
  if (name.empty()) {
    found_.add(at, fmt::format("'${{{}}}' names no variable", reference));
    return std::nullopt;
  }
  auto value = names.environment(name);
  if (!value && fallback)
    value = std::string{*fallback};
  if (!value) {
    found_.add(at, fmt::format("'${{{}}}': the environment has no '{}'; a "
                               "default is given by '${{env.{}:-value}}'",
                               reference, name, name));
    return std::nullopt;
  }
  auto result = make_scalar(escape_references(*value), at);
  if (!spend(result, at))
    return std::nullopt;
  return result;
}

bool substitution::spend(const yaml_node& node, source_mark at) {
  auto cost = cost_of(node);
  if (cost <= budget_) {
    budget_ -= cost;
    return true;
  }
  if (!is_exhausted_)
    found_.add(at, "too much: what the references stand for is too large");
  is_exhausted_ = true;
  budget_ = 0;
  return false;
}

} // namespace troupe::cli
