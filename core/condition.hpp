#pragma once

#include "core/reference.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::core {

// Whether a task is to run, as an expression:
//
//   ${ingest.result.count} > 0 and ${check.status} == "completed"
//   not (${scan.result.kind} in ["text", "html"]) || ${force.result}
//
// From the weakest to the strongest: `or` (`||`), `and` (`&&`), `not` (`!`),
// then the comparisons == != < <= > >= `in` and `not in`, which do not chain.
// Operands are numbers, strings in single or double quotes (with \\ \" \' \n
// \t), true, false, null, lists in [], references (core/reference.hpp), which
// are not put in quotes, and anything in parentheses.
//
// == and != compare values of any types; different types are not equal. < <= >
// >= compare two numbers, or two strings byte by byte. `in` looks for an item
// in a list, a part in a string, or a key in an object. `and`, `or`, `not` and
// the condition as a whole take nothing but true and false; the right side of
// `and` and `or` is not looked at when the left one decides.

/// An expression that was read. A value.
class condition {
public:
  /// As it was written.
  const std::string& text() const noexcept {
    return text_;
  }

  /// In the order in which they are written.
  std::span<const reference> references() const noexcept {
    return references_;
  }

private:
  friend class condition_reader;
  friend class condition_evaluator;

  enum class operation : uint8_t {
    literal,
    list,
    refer,
    negate,
    both,
    either,
    equal,
    unequal,
    less,
    less_equal,
    greater,
    greater_equal,
    contained,
    not_contained,
  };

  struct node {
    operation what = operation::literal;
    /// Of its operator, counting from 1.
    uint32_t column = 0;
    json value = {};
    /// Index in references_.
    uint32_t referred = 0;
    /// Indices in nodes_.
    std::vector<uint32_t> operands = {};
  };

  std::string text_;
  std::vector<node> nodes_;
  std::vector<reference> references_;
  uint32_t root_ = 0;
};

/// Reads a condition; `ec::invalid_argument` says in which column what is
/// wrong. Nesting deeper than 100 levels is refused.
result<condition> parse_condition(std::string_view text);

/// Whether it holds. Fails with `ec::unresolved_reference`, or with
/// `ec::invalid_argument` for operands of the wrong type.
result<bool> evaluate(const condition& what, const dependency_results& known);

} // namespace troupe::core
