#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace troupe::link {

/// Why a listener does not let somebody in. Their names are on the wire.
enum class refusal : uint8_t {
  /// There are as many connections, or handshakes, as there may be.
  busy,
  /// Its address has as many, or comes too often.
  too_many,
  /// TLS's handshake failed: no certificate, a foreign one, not TLS at all.
  untrusted,
  /// It did not shake hands in time.
  timeout,
  /// It said something else than the preamble.
  malformed,
  /// It speaks another version of the link.
  version,
  /// The name is not the certificate's.
  wrong_name,
  /// The name is not among the allowed ones.
  not_allowed,
  /// Its token is another connection's.
  token_in_use,
  /// BASP's port takes no connection.
  unavailable,
  /// The other side went away.
  gone,
};

inline constexpr size_t refusal_count = static_cast<size_t>(refusal::gone) + 1;

/// The name in the enum.
std::string_view to_string(refusal x) noexcept;

/// None if there is no such name.
std::optional<refusal> refusal_from(std::string_view name) noexcept;

} // namespace troupe::link
