#include "cli/yaml_reader.hpp"

#include "cli/placeholders.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::cli {

std::optional<std::string>
plain_text(const yaml_node& node, const std::string& what, mistakes& found) {
  if (node.is_broken)
    return std::nullopt;
  if (!node.is_scalar()) {
    found.add(node.mark, fmt::format("{} must be text, not {}", what,
                                     describe_value(node)));
    return std::nullopt;
  }
  auto split = split_references(node.text);
  for (auto& piece : split.pieces)
    if (piece.is_reference) {
      auto head = head_of(piece.text);
      auto why = head == "item" || head == "index"
                   ? "the task has no 'foreach'"
                   : "here only vars, env, pipeline, item and index can be "
                     "referred to";
      found.add(node.mark,
                fmt::format("'${{{}}}' in {}: {}", piece.text, what, why));
      return std::nullopt;
    }
  return unescape_references(node.text);
}

std::string describe_value(const yaml_node& value) {
  return value.is_scalar() ? in_quotes(value.text)
                           : std::string{describe(value.kind)};
}

mapping_reader::mapping_reader(const yaml_node& node, source_mark at,
                               std::string where,
                               std::span<const std::string_view> known,
                               mistakes& found)
  : node_(node), at_(at), where_(std::move(where)), found_(found) {
  if (node_.is_broken)
    return;
  if (!node_.is_mapping()) {
    found_.add(at_, fmt::format("{} must be a mapping, not {}", where_,
                                describe_value(node_)));
    return;
  }
  for (auto& x : node_.entries)
    if (std::find(known.begin(), known.end(), x.key) == known.end())
      found_.add(x.key_mark,
                 fmt::format("unknown key {} in {}{}", in_quotes(x.key), where_,
                             suggest(x.key, known)));
}

const yaml_node* mapping_reader::find(std::string_view key) const noexcept {
  auto result = node_.find(key);
  return result && !result->is_null() ? result : nullptr;
}

const yaml_node* mapping_reader::require(std::string_view key) {
  auto result = find(key);
  auto given = node_.find(key);
  if (!result && node_.is_mapping() && !(given && given->is_broken))
    found_.add(at_, fmt::format("{} needs '{}'", where_, key));
  return result;
}

std::optional<std::string> mapping_reader::text(std::string_view key) {
  auto value = find(key);
  return value ? plain_text(*value, name_of(key), found_) : std::nullopt;
}

std::optional<bool> mapping_reader::boolean(std::string_view key) {
  auto value = find(key);
  if (!value)
    return std::nullopt;
  if (value->is_scalar())
    if (auto x = scalar_to_json(*value); x.is_boolean())
      return x.get<bool>();
  complain(key, *value, "true or false");
  return std::nullopt;
}

std::optional<uint64_t> mapping_reader::count(std::string_view key,
                                              uint64_t min, uint64_t max) {
  auto value = find(key);
  if (!value)
    return std::nullopt;
  if (value->is_scalar())
    if (auto x = scalar_to_json(*value); x.is_number_unsigned())
      if (auto n = x.get<uint64_t>(); n >= min && n <= max)
        return n;
  if (max == UINT32_MAX)
    complain(key, *value, fmt::format("a whole number, {} or more", min));
  else
    complain(key, *value, fmt::format("a whole number, {} to {}", min, max));
  return std::nullopt;
}

std::optional<double> mapping_reader::number(std::string_view key, double min) {
  auto value = find(key);
  if (!value)
    return std::nullopt;
  if (value->is_scalar())
    if (auto x = scalar_to_json(*value); x.is_number())
      if (auto n = x.get<double>(); n >= min)
        return n;
  complain(key, *value, fmt::format("a number, {} or more", min));
  return std::nullopt;
}

std::optional<core::duration> mapping_reader::duration(std::string_view key) {
  auto value = find(key);
  if (!value)
    return std::nullopt;
  if (value->is_scalar())
    if (auto x = core::parse_duration(value->text))
      return *x;
  complain(key, *value, "a duration such as '250ms', '1.5s' or '2m'");
  return std::nullopt;
}

std::optional<size_t>
mapping_reader::choice(std::string_view key,
                       std::span<const std::string_view> words) {
  auto value = text(key);
  if (!value)
    return std::nullopt;
  return index_of(key, "be", *value, words);
}

std::vector<size_t>
mapping_reader::choices(std::string_view key,
                        std::span<const std::string_view> words) {
  std::vector<size_t> result;
  for (auto& given : texts(key))
    if (auto i = index_of(key, "contain", given, words))
      result.push_back(*i);
  return result;
}

std::optional<size_t>
mapping_reader::index_of(std::string_view key, std::string_view verb,
                         const std::string& given,
                         std::span<const std::string_view> words) {
  auto i = std::ranges::find(words, given);
  if (i != words.end())
    return static_cast<size_t>(i - words.begin());
  found_.add(find(key)->mark,
             fmt::format("{} cannot {} {}{}", name_of(key), verb,
                         in_quotes(given), suggest(given, words)));
  return std::nullopt;
}

std::vector<std::string> mapping_reader::texts(std::string_view key) {
  std::vector<std::string> result;
  auto value = find(key);
  if (!value)
    return result;
  if (value->is_mapping()) {
    complain(key, *value, "text or a list of texts");
    return result;
  }
  if (value->is_scalar()) {
    if (auto x = plain_text(*value, name_of(key), found_))
      result.push_back(std::move(*x));
    return result;
  }
  for (auto& item : value->items)
    if (auto x = plain_text(item, "an element of " + name_of(key), found_))
      result.push_back(std::move(*x));
  return result;
}

std::map<std::string, std::string>
mapping_reader::text_map(std::string_view key) {
  std::map<std::string, std::string> result;
  auto value = find(key);
  if (!value)
    return result;
  if (!value->is_mapping()) {
    complain(key, *value, "a mapping of text to text");
    return result;
  }
  for (auto& x : value->entries) {
    auto name = fmt::format("{} in {}", in_quotes(x.key), name_of(key));
    if (auto text = plain_text(x.value, name, found_))
      result[x.key] = std::move(*text);
  }
  return result;
}

void mapping_reader::complain(std::string_view key, const yaml_node& value,
                              std::string_view what) {
  // A reference that could not be read in has its own mistake, or says
  // more than the type does.
  if (value.is_scalar() && split_references(value.text).has_references()) {
    plain_text(value, name_of(key), found_);
    return;
  }
  found_.add(value.mark, fmt::format("{} must be {}, not {}", name_of(key),
                                     what, describe_value(value)));
}

std::string mapping_reader::name_of(std::string_view key) const {
  return fmt::format("'{}' of {}", key, where_);
}

} // namespace troupe::cli
