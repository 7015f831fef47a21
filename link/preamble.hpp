#pragma once

#include "core/error.hpp"
#include "link/refusal.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace troupe::link {

/// The version of what is said before BASP's bytes: one line each way. The
/// dialer begins with `TROUPE-LINK <version> <node name> <token>`; the listener
/// answers `OK <version>`, or `NO <refusal> <text>` and closes.
inline constexpr unsigned preamble_version = 1;

/// A longer line, its end included, is refused.
inline constexpr size_t preamble_bytes_max = 512;

inline constexpr size_t token_digits = 64;

/// What a dialer says.
struct greeting {
  std::string node_name;
  std::string token;

  friend bool operator==(const greeting&, const greeting&) = default;
};

/// Why it is refused, in code and in words for the other side.
struct refusal_reason {
  refusal code = refusal::malformed;
  std::string text;

  friend bool operator==(const refusal_reason&, const refusal_reason&)
    = default;
};

/// With the line's end.
std::string render(const greeting& x);

/// Reads a line without its end. Nothing of it is trusted.
tl::expected<greeting, refusal_reason> read_greeting(std::string_view line);

/// With the line's end; what does not belong into a line is left out of the
/// text.
std::string render(const refusal_reason& x);

/// With the line's end.
std::string render_welcome();

/// Reads the listener's answer, without its end: none of the errors is about
/// the connection, all about what the other side says. `is_permanent` is set
/// where trying again does not help.
core::result<void> read_answer(std::string_view line);

} // namespace troupe::link
