#pragma once

#include "core/error.hpp"
#include "core/payload.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::agents {

/// What a parameter may be, in JSON.
enum class parameter_type : uint8_t {
  boolean,
  /// A whole number, not negative.
  count,
  /// A number, whole or not, not negative.
  number,
  text,
  /// Seconds as a number, or text such as `1.5s` (core::parse_duration).
  duration,
  /// One string, or a list of them.
  texts,
  /// A list of strings, numbers and booleans, at least one; the items of a list
  /// in it are taken as if they stood there themselves.
  arguments,
  /// An object whose values are strings, numbers, booleans, or null for "not
  /// set".
  environment,
  /// A list of whole numbers from 0 to 255, at least one.
  exit_codes,
  object,
  any,
};

/// Completes "must be ...": "a string", "a list of strings".
std::string_view describe(parameter_type x) noexcept;

/// One parameter of a capability.
struct parameter_schema {
  std::string_view name;
  parameter_type type = parameter_type::any;
  /// One line for people, without full stop, with units.
  std::string_view doc;
  bool is_required = false;
  /// Exactly one of the parameters with the same word here must be given;
  /// empty = does not apply.
  std::string_view one_of = {};
  /// What holds if it is not given, as it is written in a file; empty =
  /// nothing.
  std::string_view fallback = {};
  /// The only values there are; empty = any of the type.
  std::span<const std::string_view> choices = {};
};

/// One field of a capability's result.
struct result_schema {
  std::string_view name;
  std::string_view doc;
};

/// A capability of this library: what it is asked, and what it answers.
struct capability_schema {
  std::string_view name;
  std::string_view doc;
  std::span<const parameter_schema> parameters;
  std::span<const result_schema> results;

  /// Null if it has no parameter of that name.
  const parameter_schema* find(std::string_view parameter) const noexcept;
};

/// Whether a string with `${` in it may stand where anything else is expected:
/// so it is in a file, and not when a handler gets the parameters.
enum class references : uint8_t { allowed, resolved };

/// Something wrong with the parameters of a task.
struct parameter_problem {
  /// JSON pointer to it (`/argv/2`); empty if something is missing.
  std::string at;
  /// The name at `at` is to blame, not its value.
  bool is_about_name = false;
  /// Without full stop: "process.run has no parameter 'agrv' (did you mean
  /// 'argv'?)"
  std::string message;
};

/// All that is wrong: first what is there, then what is missing. JSON null
/// stands for "no parameters".
std::vector<parameter_problem>
check_parameters(const capability_schema& capability,
                 const core::json& parameters, references mode);

/// For handlers: all problems in one `ec::invalid_argument`, permanent.
core::result<void> require_valid(const capability_schema& capability,
                                 const core::json& parameters);

} // namespace troupe::agents
