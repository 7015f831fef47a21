#pragma once

#include "core/circuit.hpp"
#include "core/payload.hpp"

namespace troupe::core {

/// A circuit as a document of the journal. `scope` is what its key means: with
/// another scope it is about something else.
payload to_document(const circuit_memory& x, circuit_scope scope);

struct circuit_document {
  circuit_memory memory;
  circuit_scope scope = circuit_scope::capability;
};

/// Reads what to_document() made. `ec::invalid_argument` names the field that
/// is wrong or not known.
result<circuit_document> parse_circuit_document(const payload& x);

} // namespace troupe::core
