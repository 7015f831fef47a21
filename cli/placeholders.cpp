#include "cli/placeholders.hpp"

#include <algorithm>

namespace troupe::cli {

namespace {

/// Where the `}` of the reference that begins at `from` is: not one within the
/// quotes of a part such as `["a}b"]`.
size_t find_end(std::string_view text, size_t from) {
  auto in_quotes = false;
  for (auto i = from; i < text.size(); ++i) {
    if (in_quotes && text[i] == '\\')
      ++i;
    else if (text[i] == '"' && (in_quotes || text[i - 1] == '['))
      in_quotes = !in_quotes;
    else if (text[i] == '}' && !in_quotes)
      return i;
  }
  return text.find('}', from);
}

} // namespace

bool split_text::has_references() const noexcept {
  return std::any_of(pieces.begin(), pieces.end(),
                     [](auto& x) { return x.is_reference; });
}

split_text split_references(std::string_view text) {
  split_text result;
  size_t literal = 0;
  for (size_t i = 0; i + 1 < text.size();) {
    if (text.substr(i).starts_with("$${")) {
      i += 3;
      continue;
    }
    if (!text.substr(i).starts_with("${")) {
      ++i;
      continue;
    }
    if (i > literal)
      result.pieces.push_back({false, text.substr(literal, i - literal)});
    auto end = find_end(text, i);
    if (end == std::string_view::npos) {
      result.pieces.push_back({true, text.substr(i + 2)});
      result.is_closed = false;
      return result;
    }
    result.pieces.push_back({true, text.substr(i + 2, end - i - 2)});
    i = literal = end + 1;
  }
  if (literal < text.size())
    result.pieces.push_back({false, text.substr(literal)});
  return result;
}

std::string_view head_of(std::string_view reference) {
  return reference.substr(0, reference.find_first_of(".["));
}

std::vector<std::string_view> path_of(std::string_view reference) {
  std::vector<std::string_view> result;
  auto dot = reference.find('.');
  while (dot != std::string_view::npos) {
    reference.remove_prefix(dot + 1);
    dot = reference.find('.');
    result.push_back(reference.substr(0, dot));
  }
  return result;
}

std::string escape_references(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("${"))
      result += '$';
    result += text[i];
  }
  return result;
}

std::string unescape_references(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("$${"))
      ++i;
    result += text[i];
  }
  return result;
}

} // namespace troupe::cli
