#pragma once

#include "core/payload.hpp"

#include <string>

namespace troupe::agents {

/// `text.template`: parameters in, result out; see docs/capabilities.md. May
/// block on reading the template. `ec::invalid_argument` if the parameters are
/// wrong, `ec::handler_failed` if the template cannot be read or is not one.
core::result<core::payload> fill_template(const core::json& parameters);

/// Fills in a Mustache template. What has no value is empty, and so is null;
/// `escape` writes `&<>"'` of `{{values}}` as HTML entities, never those of
/// `{{{values}}}`. `ec::handler_failed` says what is wrong with the template.
core::result<std::string> render_mustache(const std::string& text,
                                          const core::json& data, bool escape);

} // namespace troupe::agents
