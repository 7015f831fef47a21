#pragma once

#include "core/journal_batch.hpp"

#include <string>
#include <string_view>

namespace troupe::core {

/// Appends as JSON text what few images have: failure, failed and lost
/// attempts, when the next one may be made, pauses, history and answers.
/// Nothing at all if there is nothing of it.
void encode_details(const task_image& image, std::string& to);

/// Reads what encode_details() wrote, to an image that has none of it yet.
/// `ec::invalid_argument` names the field that is wrong or not known.
result<void> decode_details(std::string_view text, task_image& to);

/// Appends a whole image as JSON text in one line, with its spec and its id.
/// What says how it is to be written (`is_new`, `is_end_known`) is not in it.
void encode_image(const task_image& image, std::string& to);

/// Reads what encode_image() wrote; `ec::invalid_argument` as above.
result<task_image> decode_image(std::string_view text);

} // namespace troupe::core
