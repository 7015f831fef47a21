#pragma once

#include "core/reference_syntax.hpp"
#include "core/task.hpp"

#include <cstddef>
#include <cstdint>

namespace troupe::core {

// Strings in a task's parameters may refer to its dependencies:
//
//   ${ingest.result}            all of a result
//   ${ingest.result.files[0]}   a part of it; .0 works like [0]
//   ${ingest.result["a b"]}     a key that is not letters, digits, _ and -
//   ${["my task"].result}       an alias that is not
//   ${ingest.status}            `completed`, `failed` or `cancelled`
//   ${ingest.error}             the error as text, null if it completed; also
//                               .error.code and .error.message
//   ${ingest.id}                the id of the task
//
// If several dependencies share an alias, each of these is the list of theirs,
// in the order of the dependencies: ${part.result[2].size}. The plurals
// (`results`, `statuses`, `errors`, `ids`) are a list also for a single one.
//
// A string that is nothing but one reference becomes the value itself, with its
// type. In other strings references become text: strings as they are, all else
// as compact JSON. `$${` stands for a literal `${`. What a reference brings in
// is not looked at again.

/// The value of one reference; `ec::unresolved_reference` names the reference,
/// what is missing, and what is there instead.
result<json> value_of(const reference& what, const dependency_results& known);

/// The parameters with all references replaced. The same payload, shared, if
/// there are none. Fails with `ec::unresolved_reference`, which names each
/// reference that fails and its place, or with `ec::limit_exceeded`, permanent,
/// which names the first one by which they become bigger than `bytes_max` (as
/// rough_size() counts).
result<payload> resolve(const payload& parameters,
                        const dependency_results& known,
                        size_t bytes_max = SIZE_MAX);

} // namespace troupe::core
