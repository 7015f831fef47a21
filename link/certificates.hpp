#pragma once

#include "core/error.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace troupe::link {

/// A CA of one's own, for the nodes of one fleet.
struct authority_request {
  /// Where `ca.crt` and `ca.key` are written; made if it is not there.
  std::string directory;
  /// What it is called in certificates.
  std::string name = "Troupe";
  /// From now.
  uint32_t days = 3650;
  /// What is there is replaced; all certificates of the old CA are worthless
  /// then.
  bool is_overwriting = false;
};

/// Writes the CA's certificate and its key, on the curve P-256; the key can be
/// read by nobody else. Errors: `duplicate` (there is one), `invalid_argument`,
/// `system_error`; after each of them nothing has been replaced.
core::result<void> make_authority(const authority_request& x);

/// A certificate for a node of the fleet, with which it can join and be joined.
struct certificate_request {
  /// With the CA; `NAME.crt` and `NAME.key` come beside it.
  std::string directory;
  /// See is_node_name().
  std::string name;
  /// Names and addresses under which others reach it.
  std::vector<std::string> also_names = {};
  std::vector<std::string> addresses = {};
  uint32_t days = 365;
  bool is_overwriting = false;
};

/// As make_authority(). The certificate does not outlive the CA's.
core::result<void> make_certificate(const certificate_request& x);

} // namespace troupe::link
