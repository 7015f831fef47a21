#pragma once

#include "core/error.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::link {

using nonce = std::array<unsigned char, 32>;
using proof = std::array<unsigned char, 32>;

/// Who proves it: the same proof does not do for both, so that none can be sent
/// back to who made it.
enum class proof_role : uint8_t { joining, accepting };

/// What two nodes both know and never say.
class secret {
public:
  static constexpr size_t size_min = 16;

  /// `invalid_argument` if it is shorter than size_min.
  static core::result<secret> from_text(std::string text);

  /// The content of a file, without one newline at its end. `invalid_argument`
  /// if others than its owner may read it, or it is too short;  `system_error`
  /// if it cannot be read.
  static core::result<secret> from_file(const std::string& path);

  secret(const secret&) = default;
  secret(secret&&) noexcept = default;
  secret& operator=(const secret&) = default;
  secret& operator=(secret&&) noexcept = default;

  /// Wipes it from memory.
  ~secret();

  /// HMAC-SHA256 over the role, both nonces and the name of the joining node.
  proof prove(proof_role role, const nonce& joining, const nonce& accepting,
              std::string_view node_name) const;

  /// Is it what prove() returns? Takes as long whatever is wrong with it.
  bool is_proof(const proof& x, proof_role role, const nonce& joining,
                const nonce& accepting, std::string_view node_name) const;

private:
  explicit secret(std::string text) noexcept;

  std::string text_;
};

/// From the system's generator for secrets.
nonce random_nonce();

/// Of nonces and proofs, for messages: 64 digits.
std::string to_hex(const std::array<unsigned char, 32>& x);

/// `invalid_argument` if it is something else than 64 digits.
core::result<std::array<unsigned char, 32>> from_hex(std::string_view text);

} // namespace troupe::link
