#pragma once

#include "core/error.hpp"
#include "core/payload.hpp"

namespace troupe::core {

/// \file
/// What answers a handler takes, in a small part of JSON Schema: `type` (a name
/// or a list of them), `enum`, `const`, `minimum`, `maximum`, `minLength`,
/// `maxLength` (in characters), `items`, `minItems`, `maxItems`, `properties`,
/// `required`, `additionalProperties` (true or false); and `title`,
/// `description`, `default` and `examples`, which are for people. As there, a
/// keyword says nothing about values of other types than its own, and an empty
/// schema takes everything. Null stands for an empty one. What is not named
/// here is an error, and not something that looks as if it were checked.

/// Whether this is such a schema: `ec::invalid_argument`, permanent, names
/// every place where it is not.
result<void> check_schema(const json& schema);

/// Whether a value is as the schema wants it, which must be one:
/// `ec::invalid_argument` names all that is wrong, by its place, e.g.
/// `/items/2: must be a string, not a number`.
result<void> check_value(const json& schema, const json& value);

} // namespace troupe::core
