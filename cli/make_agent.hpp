#pragma once

#include "actors/agent_definition.hpp"
#include "cli/pipeline.hpp"

namespace troupe::cli {

/// The agent that a file declares.
actors::agent_definition make_agent(const agent_declaration& x);

} // namespace troupe::cli
