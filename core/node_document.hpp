#pragma once

#include "core/agent_spec.hpp"
#include "core/node_spec.hpp"
#include "core/payload.hpp"
#include "core/task_id.hpp"

#include <cstdint>
#include <vector>

namespace troupe::core {

/// An agent of a node, by a number that the node gives it and uses once.
struct node_agent {
  uint32_t number = 0;
  agent_spec spec = {};
};

/// What is kept of a node in the journal, so that a manager that is started
/// again expects it back.
struct node_document {
  /// Of its process.
  task_id incarnation = {};
  node_spec spec = {};
  std::vector<node_agent> agents = {};
};

/// As the value of a document of the journal; its name is the node's.
payload to_document(const node_document& x);

/// Reads what to_document() made. `ec::invalid_argument` names the field that
/// is wrong or not known.
result<node_document> parse_node_document(const payload& x);

} // namespace troupe::core
