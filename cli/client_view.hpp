#pragma once

#include "cli/palette.hpp"
#include "core/payload.hpp"

#include <cstddef>
#include <string>

namespace troupe::cli {

// What client commands print for people, from what calls answer
// (docs/control.md). Fields that are not there are left out, so an older or
// newer manager can be asked, too.

/// For `list`.
std::string render_task_list(const core::json& tasks, size_t width,
                             const palette& color);

/// All there is to know of one.
std::string render_task_details(const core::json& task);

std::string render_questions(const core::json& inputs);

std::string render_queues(const core::json& queues, size_t width,
                          const palette& color);
std::string render_agents(const core::json& agents, size_t width,
                          const palette& color);
std::string render_nodes(const core::json& nodes, size_t width,
                         const palette& color);
std::string render_circuits(const core::json& circuits, size_t width,
                            const palette& color);
std::string render_schedules(const core::json& schedules, size_t width,
                             const palette& color);
std::string render_stats(const core::json& stats);

/// An event on a line, without line end; `name` is that of its task, if it is
/// about one.
std::string render_event(const core::json& event, const std::string& name,
                         const palette& color);

} // namespace troupe::cli
