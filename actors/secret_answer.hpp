#pragma once

#include "core/error.hpp"
#include "link/secret.hpp"
#include "messages/nodes.hpp"

#include <optional>
#include <string>

namespace troupe::actors {

/// How a node or client of this name answers the manager's challenge: with the
/// proof that it knows the secret, or nothing if there is none. `nonce` is the
/// one of its own with which it has joined. Fails for good with
/// `ec::invalid_argument` if the manager has not shown that it knows the
/// secret.
inline core::result<std::string>
answer_challenge(const std::optional<link::secret>& secret,
                 const link::nonce& nonce, const std::string& name,
                 const messages::node_challenge& x) {
  if (!secret)
    return std::string{};
  auto theirs = link::from_hex(x.nonce);
  auto proof = link::from_hex(x.proof);
  if (theirs && proof
      && secret->is_proof(*proof, link::proof_role::accepting, nonce, *theirs,
                          name))
    return link::to_hex(
      secret->prove(link::proof_role::joining, nonce, *theirs, name));
  return core::fail(core::error{
    core::ec::invalid_argument,
    "the manager does not know the secret; give both the same file", true});
}

} // namespace troupe::actors
