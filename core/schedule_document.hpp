#pragma once

#include "core/payload.hpp"
#include "core/schedule_spec.hpp"
#include "core/schedule_state.hpp"

#include <cstdint>

namespace troupe::core {

/// What a journal keeps of a schedule, as a document of the kind `schedule`
/// under its name.
struct kept_schedule {
  schedule_spec spec;
  schedule_state state;
  /// Of the book it was in, so that the next one makes the same jitter.
  uint64_t seed = 0;
};

/// See core/schedule_codec.hpp for what is in it.
payload document_of(const schedule_spec& spec, const schedule_state& state,
                    uint64_t seed);

/// Reads what document_of() made. `ec::invalid_argument` names the field that
/// is wrong or not known.
result<kept_schedule> read_schedule_document(const payload& from);

} // namespace troupe::core
