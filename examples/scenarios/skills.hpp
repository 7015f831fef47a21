#pragma once

#include "actors/troupe.hpp"

#include <functional>
#include <map>
#include <string>

namespace examples {

/// What does the work, by capability.
using skills = std::map<std::string, troupe::actors::handler, std::less<>>;

/// What agents of troupe.json can do with files. All fail if they cannot.
///
/// - `file_scanning` {directory}: the C++ files right in it, {files}
/// - `file_operations` {path}: {path, text, lines, words, bytes, crc32};
///   {path, write} writes this JSON there: {path, bytes, crc32}
/// - `backup_creation` {path, directory, name}: copies the file there and reads
///   the copy to see that it is right: {path, bytes, crc32}
/// - `cleanup` {directory, ending, keep}: removes files but for the `keep` last
///   ones in the order of their names: {removed, kept}
/// - `api_coordination` {outbox, entry}: adds a line of JSON to a file that
///   others read: {entries}
skills file_skills();

/// What they can do with what is in files.
///
/// - `symbol_validation` {files} or {text, name}: {checked, issues}; with
///   `strict` it fails if there are issues
/// - `auto_correction` {files}: corrects them in place, {corrected}
/// - `design_tokens` {text}: what Markdown sets in code font, and how often
/// - `protocol_handling` {value, fields}: the value if it is an object with
///   these fields of these types, else fails and names each that is wrong
skills text_skills();

/// Both. A capability of the configuration that is not here is only declared:
/// most of those would need an account somewhere else.
skills all_skills();

} // namespace examples
