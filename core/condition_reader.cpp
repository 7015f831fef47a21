#include "core/ascii.hpp"
#include "core/condition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace troupe::core {

namespace {

bool is_word_char(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c)
         || c == '_';
}

} // namespace

/// Recursive descent. Readers return the index of their node, or nothing after
/// they have called stop().
class condition_reader {
public:
  explicit condition_reader(std::string_view text) : text_(text) {
    // nop
  }

  result<condition> read() {
    auto root = read_either();
    if (root && !at_end())
      root = stop(unexpected());
    if (!root)
      return fail(ec::invalid_argument, std::move(problem_));
    result_.text_ = text_;
    result_.root_ = *root;
    return std::move(result_);
  }

private:
  using operation = condition::operation;
  using index = std::optional<uint32_t>;

  static constexpr int depth_max = 100;

  index read_either() {
    auto left = read_both();
    while (left && (take("||") || take_word("or")))
      left = join(operation::either, left, taken_at_, read_both());
    return left;
  }

  index read_both() {
    auto left = read_negation();
    while (left && (take("&&") || take_word("and")))
      left = join(operation::both, left, taken_at_, read_negation());
    return left;
  }

  index read_negation() {
    auto is_sign = !starts_with("!=") && take("!");
    if (!is_sign && !take_word("not"))
      return read_comparison();
    auto at = taken_at_;
    if (++depth_ > depth_max)
      return stop("it is nested too deeply");
    auto operand = read_negation();
    --depth_;
    return operand ? add({operation::negate, column(at), {}, 0, {*operand}})
                   : operand;
  }

  index read_comparison() {
    auto left = read_operand();
    if (!left)
      return left;
    auto what = take_comparison();
    if (!what)
      return left;
    auto at = taken_at_;
    auto compared = join(*what, left, at, read_operand());
    if (compared && take_comparison())
      return stop("comparisons do not chain: join them with 'and'", taken_at_);
    return compared;
  }

  std::optional<operation> take_comparison() {
    // Longer ones first.
    constexpr std::array<std::pair<std::string_view, operation>, 6> signs{{
      {"==", operation::equal},
      {"!=", operation::unequal},
      {"<=", operation::less_equal},
      {">=", operation::greater_equal},
      {"<", operation::less},
      {">", operation::greater},
    }};
    for (auto& [sign, what] : signs)
      if (take(sign))
        return what;
    if (take_word("in"))
      return operation::contained;
    skip_spaces();
    auto before = at_;
    if (take_word("not") && take_word("in")) {
      taken_at_ = before;
      return operation::not_contained;
    }
    at_ = before;
    return std::nullopt;
  }

  index read_operand() {
    skip_spaces();
    auto c = peek();
    if (c == '"' || c == '\'')
      return read_string();
    if (is_digit(c) || c == '-')
      return read_number();
    if (starts_with("${"))
      return read_reference();
    if (c == '(' || c == '[') {
      if (++depth_ > depth_max)
        return stop("it is nested too deeply");
      auto inner = c == '(' ? read_group() : read_list();
      --depth_;
      return inner;
    }
    if (take_word("true"))
      return add_literal(true);
    if (take_word("false"))
      return add_literal(false);
    if (take_word("null"))
      return add_literal(nullptr);
    return stop(unexpected());
  }

  index read_group() {
    ++at_;
    auto inner = read_either();
    if (inner && !take(")"))
      return stop(fmt::format("')' was expected, but {}", unexpected()));
    return inner;
  }

  index read_list() {
    condition::node list{operation::list, column(at_++), {}, 0, {}};
    if (take("]"))
      return add(std::move(list));
    for (;;) {
      auto item = read_operand();
      if (!item)
        return item;
      list.operands.push_back(*item);
      if (take("]"))
        return add(std::move(list));
      if (!take(","))
        return stop(
          fmt::format("',' or ']' was expected, but {}", unexpected()));
    }
  }

  index read_string() {
    auto start = at_;
    auto quote = text_[at_++];
    std::string value;
    while (peek() != quote) {
      if (at_ >= text_.size())
        return stop("the string is not closed", start);
      auto c = text_[at_++];
      if (c == '$' && peek() == '{')
        return stop("a reference in quotes is only text: write it without the "
                    "quotes",
                    at_ - 1);
      if (c == '\\') {
        constexpr std::string_view escapes{"\\\"'nt$"};
        constexpr std::string_view meanings{"\\\"'\n\t$"};
        auto escape = escapes.find(peek());
        if (escape == escapes.npos)
          return stop("after \\ belongs one of \\ \" ' n t $", at_ - 1);
        c = meanings[escape];
        ++at_;
      }
      value += c;
    }
    ++at_;
    return add_literal(std::move(value));
  }

  index read_number() {
    auto start = at_;
    while (is_word_char(peek()) || peek() == '.' || peek() == '-'
           || (peek() == '+' && (text_[at_ - 1] | 0x20) == 'e'))
      ++at_;
    auto text = text_.substr(start, at_ - start);
    auto value = json::parse(text, nullptr, false);
    if (value.is_discarded())
      return stop(fmt::format("'{}' is not a number", text), start);
    return add_literal(std::move(value));
  }

  index read_reference() {
    auto start = at_;
    auto read = parse_reference(text_.substr(at_));
    if (!read.problem.empty())
      return stop(fmt::format("{}: {}", read.text, read.problem));
    at_ += read.text.size();
    auto number = static_cast<uint32_t>(result_.references_.size());
    result_.references_.push_back(std::move(read));
    return add({operation::refer, column(start), {}, number, {}});
  }

  std::string unexpected() {
    skip_spaces();
    if (at_ >= text_.size())
      return "it ends too early";
    auto end = at_;
    while (end < text_.size() && is_word_char(text_[end]))
      ++end;
    if (end > at_)
      return fmt::format("'{}' is not expected here: strings are put in "
                         "quotes, references in ${{}}",
                         text_.substr(at_, end - at_));
    if (peek() == '=')
      return "'=' is not expected here: compare with '=='";
    return fmt::format("'{}' is not expected here", peek());
  }

  // -- pieces of text ---------------------------------------------------------

  void skip_spaces() noexcept {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')
      ++at_;
  }

  bool at_end() noexcept {
    skip_spaces();
    return at_ >= text_.size();
  }

  char peek() const noexcept {
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  bool starts_with(std::string_view sign) noexcept {
    skip_spaces();
    return text_.substr(at_).starts_with(sign);
  }

  bool take(std::string_view sign) noexcept {
    if (!starts_with(sign))
      return false;
    taken_at_ = at_;
    at_ += sign.size();
    return true;
  }

  bool take_word(std::string_view word) noexcept {
    if (!starts_with(word))
      return false;
    auto end = at_ + word.size();
    if (end < text_.size() && is_word_char(text_[end]))
      return false;
    return take(word);
  }

  // -- nodes ------------------------------------------------------------------

  index add(condition::node x) {
    result_.nodes_.push_back(std::move(x));
    return static_cast<uint32_t>(result_.nodes_.size() - 1);
  }

  index add_literal(json value) {
    return add({operation::literal, 0, std::move(value), 0, {}});
  }

  index join(operation what, index left, size_t at, index right) {
    if (!right)
      return right;
    // Long chains in one node, because evaluation is recursive.
    auto& first = result_.nodes_[*left];
    if (first.what == what
        && (what == operation::both || what == operation::either)) {
      first.operands.push_back(*right);
      return left;
    }
    return add({what, column(at), {}, 0, {*left, *right}});
  }

  /// Counts characters, not bytes.
  uint32_t column(size_t at) const {
    auto before = text_.substr(0, at);
    return 1 + static_cast<uint32_t>(std::ranges::count_if(before, [](char c) {
             return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
           }));
  }

  index stop(std::string problem) {
    return stop(std::move(problem), at_);
  }

  index stop(std::string problem, size_t at) {
    problem_ = fmt::format("column {}: {}", column(at), problem);
    return std::nullopt;
  }

  std::string_view text_;
  size_t at_ = 0;
  /// Where the last sign or word was taken.
  size_t taken_at_ = 0;
  int depth_ = 0;
  std::string problem_;
  condition result_;
};

result<condition> parse_condition(std::string_view text) {
  return condition_reader{text}.read();
}

} // namespace troupe::core
