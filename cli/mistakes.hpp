#pragma once

#include <compare>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::cli {

/// A place in a file: line and column, both counted from 1, the column in
/// characters. Line 0 stands for no place in particular.
struct source_mark {
  int line = 0;
  int column = 0;

  friend auto operator<=>(const source_mark&, const source_mark&) = default;
};

/// Something in a file that is not right.
struct mistake {
  source_mark at;
  /// Without full stop: "unknown key 'x' in task 'y'; did you mean 'z'?"
  std::string message;

  friend bool operator==(const mistake&, const mistake&) = default;
};

/// All that is wrong with one file.
class mistakes {
public:
  void add(source_mark at, std::string message);

  bool empty() const noexcept {
    return list_.empty();
  }

  size_t size() const noexcept {
    return list_.size();
  }

  /// In the order of their places; what was added twice is there once.
  std::vector<mistake> sorted() const;

private:
  std::vector<mistake> list_;
};

/// `file.yaml:12:5: error: unknown key ...`, as compilers write it; without
/// line and column if there is no place.
std::string render(std::string_view file, const mistake& x);

/// The tail of a message about a name that is not there: "; did you mean
/// 'priority'?", or the valid names if none is near and they are few ("; valid
/// are 'a' and 'b'"), or nothing.
std::string suggest(std::string_view name,
                    std::span<const std::string_view> candidates);

std::string suggest(std::string_view name,
                    std::span<const std::string> candidates);

/// Only the first of these: "; did you mean 'high'?", or nothing.
std::string suggest_near(std::string_view name,
                         std::span<const std::string_view> candidates);

/// In single quotes, as messages show names and values: control characters
/// escaped, shortened if long.
std::string in_quotes(std::string_view text);

} // namespace troupe::cli
