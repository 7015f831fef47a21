#pragma once

#include "link/certificates.hpp"

#include <variant>

namespace troupe::cli {

/// `troupe certs`: a CA, or a certificate of a node.
using certs_options
  = std::variant<link::authority_request, link::certificate_request>;

} // namespace troupe::cli
