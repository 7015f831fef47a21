#include "core/reference_syntax.hpp"

#include "core/ascii.hpp"
#include "core/enum_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace troupe::core {

namespace {

constexpr std::array<std::string_view, 4> field_names{
  "result",
  "status",
  "error",
  "id",
};
static_assert(field_names.size()
              == static_cast<size_t>(reference_field_last) + 1);

constexpr std::array<std::string_view, 4> plural_names{
  "results",
  "statuses",
  "errors",
  "ids",
};
static_assert(plural_names.size() == field_names.size());

bool is_identifier_char(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c)
         || c == '_' || c == '-';
}

/// A number of an item, unless it has letters or is absurdly large.
std::optional<size_t> index_of(std::string_view text) noexcept {
  size_t result = 0;
  for (auto c : text) {
    if (!is_digit(c) || result > std::numeric_limits<uint32_t>::max())
      return std::nullopt;
    result = result * 10 + static_cast<size_t>(c - '0');
  }
  return result;
}

/// Reads one reference; stops at the first problem.
class reference_reader {
public:
  explicit reference_reader(std::string_view text) : text_(text), at_(2) {
    // nop
  }

  reference read() {
    reference result;
    if (!read_all(result)) {
      result = {};
      result.problem = std::move(problem_);
      at_ = std::min(text_.find('}', 2), text_.size() - 1) + 1;
    }
    result.text = text_.substr(0, at_);
    return result;
  }

private:
  bool read_all(reference& result) {
    skip_spaces();
    if (!read_alias(result.alias) || !read_field(result))
      return false;
    for (;;) {
      skip_spaces();
      if (take('}'))
        return true;
      if (at_ == text_.size())
        return stop("it is not closed with '}'");
      if (!read_step(result.path))
        return false;
    }
  }

  bool read_alias(std::string& alias) {
    if (peek() == '[') {
      path_step step;
      if (!read_bracket(step))
        return false;
      if (step.index)
        return stop("it does not start with the name of a dependency");
      alias = std::move(step.key);
      return true;
    }
    alias = read_identifier();
    if (alias.empty())
      return stop("it does not start with the name of a dependency");
    return true;
  }

  bool read_field(reference& result) {
    if (!take('.')) {
      auto name = quoted_name(result.alias);
      return stop(fmt::format("it does not say what of '{}': ${{{}.result}}, "
                              ".status, .error or .id",
                              result.alias, name));
    }
    auto name = read_identifier();
    for (size_t i = 0; i < field_names.size(); ++i) {
      if (name != field_names[i] && name != plural_names[i])
        continue;
      result.field = static_cast<reference_field>(i);
      result.is_list = name == plural_names[i];
      return true;
    }
    return stop(fmt::format("'{}' is not result, status, error or id{}", name,
                            did_you_mean(name, field_names)));
  }

  bool read_step(std::vector<path_step>& path) {
    auto& step = path.emplace_back();
    if (peek() == '[')
      return read_bracket(step);
    if (!take('.'))
      return stop(fmt::format("'{}' is not part of a path: write [\"{}...\"] "
                              "for odd names",
                              peek(), peek()));
    step.key = read_identifier();
    if (step.key.empty())
      return stop("a name is missing after '.'");
    step.index = index_of(step.key);
    return true;
  }

  bool read_bracket(path_step& step) {
    ++at_;
    auto quote = peek();
    if (quote == '"' || quote == '\'') {
      ++at_;
      if (!read_quoted(step.key, quote))
        return false;
    } else {
      auto digits = read_identifier();
      step.index = index_of(digits);
      if (digits.empty() || !step.index)
        return stop("in [] belongs a number or a name in quotes");
    }
    return take(']') || stop("a '[' is not closed with ']'");
  }

  bool read_quoted(std::string& text, char quote) {
    while (at_ < text_.size()) {
      auto c = text_[at_++];
      if (c == quote)
        return true;
      if (c == '\\' && at_ < text_.size())
        c = text_[at_++];
      text += c;
    }
    return stop("a quoted name is not closed");
  }

  std::string read_identifier() {
    auto start = at_;
    while (at_ < text_.size() && is_identifier_char(text_[at_]))
      ++at_;
    return std::string{text_.substr(start, at_ - start)};
  }

  void skip_spaces() noexcept {
    while (peek() == ' ')
      ++at_;
  }

  char peek() const noexcept {
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  bool take(char c) noexcept {
    if (peek() != c)
      return false;
    ++at_;
    return true;
  }

  bool stop(std::string problem) {
    problem_ = fmt::format("{} (for a literal ${{ write $${{)", problem);
    return false;
  }

  std::string_view text_;
  size_t at_;
  std::string problem_;
};

void collect(const json& value, const std::string& place,
             std::vector<reference>& into) {
  if (value.is_string()) {
    for (auto& piece : split_text(value.get_ref<const std::string&>())) {
      if (!piece.what)
        continue;
      piece.what->place = place;
      into.push_back(*std::move(piece.what));
    }
  } else if (!has_references(value)) {
    return;
  } else if (value.is_object()) {
    for (auto& [key, item] : value.items())
      collect(item, json_pointer_step(place, key), into);
  } else {
    for (size_t i = 0; i < value.size(); ++i)
      collect(value[i], fmt::format("{}/{}", place, i), into);
  }
}

} // namespace

std::string_view to_string(reference_field x) noexcept {
  return name_of(field_names, x);
}

bool is_identifier(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, is_identifier_char);
}

std::string quoted_name(std::string_view name) {
  if (is_identifier(name))
    return std::string{name};
  std::string result{"[\""};
  for (auto c : name) {
    if (c == '"' || c == '\\')
      result += '\\';
    result += c;
  }
  return result + "\"]";
}

reference parse_reference(std::string_view text) {
  return reference_reader{text}.read();
}

std::vector<text_piece> split_text(std::string_view text) {
  std::vector<text_piece> result;
  std::string literal;
  auto flush = [&] {
    if (!literal.empty())
      result.push_back({std::move(literal), std::nullopt});
    literal.clear();
  };
  while (!text.empty()) {
    auto start = std::min(text.find("${"), text.size());
    auto is_escaped = start > 0 && start < text.size()
                      && text[start - 1] == '$';
    literal += text.substr(0, is_escaped ? start - 1 : start);
    text.remove_prefix(start);
    if (is_escaped) {
      literal += "${";
      text.remove_prefix(2);
    } else if (!text.empty()) {
      flush();
      auto what = parse_reference(text);
      text.remove_prefix(what.text.size());
      result.push_back({{}, std::move(what)});
    }
  }
  flush();
  return result;
}

bool has_references(const json& value) noexcept {
  if (value.is_string())
    return value.get_ref<const std::string&>().find("${") != std::string::npos;
  if (!value.is_structured())
    return false;
  return std::any_of(value.begin(), value.end(), has_references);
}

std::string json_pointer_step(std::string_view place, std::string_view key) {
  auto result = fmt::format("{}/", place);
  for (auto c : key) {
    if (c == '~')
      result += "~0";
    else if (c == '/')
      result += "~1";
    else
      result += c;
  }
  return result;
}

std::vector<reference> references_in(const json& value) {
  std::vector<reference> result;
  collect(value, {}, result);
  return result;
}

} // namespace troupe::core
