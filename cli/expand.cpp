#include "cli/expand.hpp"

#include "cli/placeholders.hpp"
#include "cli/yaml_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace troupe::cli {

namespace {

constexpr size_t elements_max = 100'000;
constexpr size_t label_bytes_max = 60;

constexpr std::array<std::string_view, 5> foreach_keys = {"glob", "exclude",
                                                          "from", "to", "step"};

using elements = std::vector<foreach_element>;

std::string label_of(const yaml_node& element) {
  if (element.is_scalar())
    return unescape_references(element.text);
  for (auto key : {"name", "id", "key"})
    if (auto x = element.find(key); x && x->is_scalar())
      return unescape_references(x->text);
  return {};
}

foreach_element make_file_element(const std::string& path, source_mark at) {
  auto slash = path.rfind('/');
  auto name = slash == path.npos ? path : path.substr(slash + 1);
  auto dir = slash == path.npos ? "."
             : slash == 0       ? "/"
                                : path.substr(0, slash);
  auto dot = name.rfind('.');
  auto stem = dot == 0 || dot == name.npos ? name : name.substr(0, dot);
  yaml_node value;
  value.kind = yaml_kind::mapping;
  value.mark = at;
  auto add = [&](const char* key, const std::string& text) {
    value.entries.push_back(
      {key, at, make_scalar(escape_references(text), at)});
  };
  add("", path);
  add("path", path);
  add("name", name);
  add("stem", stem);
  add("dir", dir);
  return {std::move(value), name};
}

std::optional<elements> expand_range(mapping_reader& range,
                                     const yaml_node& node, mistakes& found) {
  auto read = [&](std::string_view key) -> std::optional<int64_t> {
    auto value = range.find(key);
    if (value && value->is_scalar())
      if (auto x = scalar_to_json(*value); x.is_number_integer())
        if (auto n = x.get<int64_t>(); std::abs(n) <= 1'000'000'000)
          return n;
    if (value)
      range.complain(key, *value, "a whole number");
    return std::nullopt;
  };
  range.require("from");
  range.require("to");
  auto from = read("from");
  auto to = read("to");
  auto step = range.find("step") ? read("step") : std::optional<int64_t>{1};
  if (!from || !to || !step)
    return std::nullopt;
  if (*step == 0 || (*step > 0 ? *from > *to : *from < *to)) {
    found.add(node.mark,
              fmt::format("the range from {} to {} in steps of {} is empty",
                          *from, *to, *step));
    return std::nullopt;
  }
  auto count = static_cast<size_t>((*to - *from) / *step) + 1;
  if (count > elements_max) {
    found.add(node.mark, fmt::format("the range has {} elements; {} are the "
                                     "most",
                                     count, elements_max));
    return std::nullopt;
  }
  elements result;
  for (size_t i = 0; i < count; ++i) {
    auto text = std::to_string(*from + *step * static_cast<int64_t>(i));
    result.push_back({make_scalar(text, node.mark, false), text});
  }
  return result;
}

std::optional<elements>
expand_glob(mapping_reader& globs, const yaml_node& node,
            const file_finder& find_files, mistakes& found) {
  auto before = found.size();
  auto patterns = globs.texts("glob");
  auto exclude = globs.texts("exclude");
  if (found.size() > before)
    return std::nullopt;
  auto paths = find_files(patterns, exclude);
  if (!paths) {
    found.add(globs.find("glob")->mark,
              fmt::format("'glob' of {}: {}", globs.where(),
                          paths.error().message));
    return std::nullopt;
  }
  elements result;
  for (auto& path : *paths)
    result.push_back(make_file_element(path, node.mark));
  if (result.empty()) {
    found.add(globs.find("glob")->mark,
              fmt::format("no file matches 'glob' of {}", globs.where()));
    return std::nullopt;
  }
  if (result.size() > elements_max) {
    found.add(globs.find("glob")->mark,
              fmt::format("{} files match 'glob' of {}; {} are the most",
                          result.size(), globs.where(), elements_max));
    return std::nullopt;
  }
  return result;
}

} // namespace

std::optional<std::vector<foreach_element>>
expand_foreach(const yaml_node& node, const std::string& where,
               const file_finder& find_files, mistakes& found) {
  if (node.is_broken)
    return std::nullopt;
  auto name = fmt::format("'foreach' of {}", where);
  if (node.is_list()) {
    elements result;
    for (auto& x : node.items)
      if (!x.is_broken)
        result.push_back({x, label_of(x)});
    if (node.items.empty())
      found.add(node.mark, name + " has no elements");
    if (node.items.size() > elements_max)
      found.add(node.mark, fmt::format("{} has {} elements; {} are the most",
                                       name, node.items.size(), elements_max));
    if (result.empty() || result.size() > elements_max)
      return std::nullopt;
    return result;
  }
  if (!node.is_mapping()) {
    if (node.is_scalar() && split_references(node.text).has_references())
      plain_text(node, name, found);
    else
      found.add(node.mark, fmt::format("{} must be a list, a range ({{from: 1, "
                                       "to: 3}}) or files ({{glob: \"*.txt\"}}"
                                       "), not {}",
                                       name, describe_value(node)));
    return std::nullopt;
  }
  auto before = found.size();
  mapping_reader reader{node, node.mark, name, foreach_keys, found};
  auto is_range = node.find("from") || node.find("to") || node.find("step");
  auto is_glob = node.find("glob") || node.find("exclude");
  if (is_range == is_glob) {
    if (found.size() == before)
      found.add(node.mark, name + " needs either 'glob', or 'from' and 'to'");
    return std::nullopt;
  }
  if (is_range)
    return expand_range(reader, node, found);
  if (!reader.require("glob"))
    return std::nullopt;
  return expand_glob(reader, node, find_files, found);
}

std::vector<std::string> unique_labels(std::vector<std::string> labels) {
  std::map<std::string, size_t> uses;
  for (size_t i = 0; i < labels.size(); ++i) {
    auto& x = labels[i];
    if (x.size() > label_bytes_max) {
      // Not within a character of several bytes.
      auto end = label_bytes_max;
      while (end > 0 && (static_cast<unsigned char>(x[end]) & 0xc0) == 0x80)
        --end;
      x.resize(end);
    }
    for (auto& c : x)
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
        c = ' ';
    if (x.empty())
      x = std::to_string(i);
    ++uses[x];
  }
  auto numbered = labels;
  for (size_t i = 0; i < labels.size(); ++i)
    if (uses[labels[i]] > 1)
      numbered[i] += fmt::format("#{}", i);
  // A label may look like a numbered one ("a#0"); then all get their number.
  if (std::set(numbered.begin(), numbered.end()).size() < labels.size())
    for (size_t i = 0; i < labels.size(); ++i)
      numbered[i] = fmt::format("{}#{}", labels[i], i);
  return numbered;
}

} // namespace troupe::cli
