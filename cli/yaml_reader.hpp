#pragma once

#include "cli/yaml_node.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::cli {

/// The plain text of a scalar that is understood when the file is read: `$${`
/// unescaped. A reference left in it is a mistake, in which case the text is
/// empty.
std::optional<std::string> plain_text(const yaml_node& node,
                                      const std::string& what, mistakes& found);

/// Typed access to the keys of one mapping that stands, for messages, at `at`,
/// `where` being what they call it ("task 'build'", "the file"). Each getter
/// answers nothing if the key is not there or, with a mistake, if its value is
/// of another type. Unknown keys are mistakes from the start.
class mapping_reader {
public:
  mapping_reader(const yaml_node& node, source_mark at, std::string where,
                 std::span<const std::string_view> known, mistakes& found);

  /// The node is a mapping at all.
  bool is_valid() const noexcept {
    return node_.is_mapping();
  }

  source_mark mark() const noexcept {
    return at_;
  }

  const std::string& where() const noexcept {
    return where_;
  }

  /// Null if it is not there or has no value.
  const yaml_node* find(std::string_view key) const noexcept;

  /// find(), with a mistake if there is none.
  const yaml_node* require(std::string_view key);

  std::optional<std::string> text(std::string_view key);

  std::optional<bool> boolean(std::string_view key);

  /// A whole number from `min` to `max`.
  std::optional<uint64_t> count(std::string_view key, uint64_t min = 0,
                                uint64_t max = UINT32_MAX);

  std::optional<double> number(std::string_view key, double min);

  std::optional<core::duration> duration(std::string_view key);

  /// One of a few words, as the position in `words`.
  std::optional<size_t> choice(std::string_view key,
                               std::span<const std::string_view> words);

  /// The same for the names of an enum, of which this is the last.
  template <class Enum>
  std::optional<Enum> choice_of(std::string_view key, Enum last) {
    std::vector<std::string_view> names;
    for (size_t i = 0; i <= static_cast<size_t>(last); ++i)
      names.push_back(to_string(static_cast<Enum>(i)));
    auto i = choice(key, names);
    return i ? std::optional{static_cast<Enum>(*i)} : std::nullopt;
  }

  /// A list of such words, or one.
  std::vector<size_t> choices(std::string_view key,
                              std::span<const std::string_view> words);

  /// A list of texts, or one text.
  std::vector<std::string> texts(std::string_view key);

  /// A mapping of text to text.
  std::map<std::string, std::string> text_map(std::string_view key);

  /// Adds "'key' of <where> must be <what>, not <what it is>".
  void complain(std::string_view key, const yaml_node& value,
                std::string_view what);

private:
  std::string name_of(std::string_view key) const;

  /// A mistake, "KEY cannot VERB GIVEN", if it is not one of them.
  std::optional<size_t> index_of(std::string_view key, std::string_view verb,
                                 const std::string& given,
                                 std::span<const std::string_view> words);

  const yaml_node& node_;
  source_mark at_;
  std::string where_;
  mistakes& found_;
};

/// "must be" messages: what a value is, in a few words.
std::string describe_value(const yaml_node& value);

} // namespace troupe::cli
