#pragma once

#include "core/payload.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::agents {

/// Reads parameters that require_valid() has found good. What is not there has
/// the value that is named as fallback.
class parameters {
public:
  /// `values` must outlive this.
  explicit parameters(const core::json& values) noexcept : values_(values) {
  }

  /// Null if it is not given.
  const core::json* find(std::string_view name) const;

  bool flag(std::string_view name, bool fallback) const;

  uint64_t count(std::string_view name, uint64_t fallback) const;

  std::string text(std::string_view name, std::string fallback = {}) const;

  /// Of type `number` or `duration`. More than can be counted is
  /// `duration::max()`.
  core::duration time(std::string_view name, core::duration fallback) const;

  /// Of type `texts`.
  std::vector<std::string> texts(std::string_view name) const;

  /// Of type `arguments`, with inner lists resolved.
  std::vector<std::string> arguments(std::string_view name) const;

private:
  const core::json& values_;
};

/// A string as it is, a number or boolean as JSON writes it.
std::string scalar_text(const core::json& value);

/// Indented, with a line end; invalid UTF-8 is replaced.
std::string pretty_json(const core::json& value);

/// The lines of a text without their line ends; a line end at the end of the
/// text does not begin another line.
core::json split_lines(std::string_view text);

/// JSON that a program or file wrote; `ec::handler_failed` says where in
/// `source` it is wrong.
core::result<core::json> parse_json(std::string_view text,
                                    std::string_view source);

} // namespace troupe::agents
