#pragma once

#include "actors/troupe.hpp"

#include <string>
#include <vector>

namespace examples {

/// How rare the words of a question are in a file: {paragraphs, words, spread},
/// where `spread` has the number of paragraphs each word is in. Like
/// best_paragraph, throws `failure` if the file cannot be read.
troupe::json word_statistics(const std::string& question,
                             const std::string& path);

/// The statistics of several files together.
troupe::json sum_of(const std::vector<troupe::json>& statistics);

/// The paragraph of a file that fits a question best: {source, text, score}.
/// Scores compare between files if `statistics` are of all of them.
troupe::json best_paragraph(const std::string& question,
                            const std::string& path,
                            const troupe::json& statistics);

/// The one with the highest score; the first of several.
troupe::json best_of(const std::vector<troupe::json>& found);

/// All of it one after the other: what agents have to come to as well.
troupe::json best_answer(const std::string& question,
                         const std::vector<std::string>& documents);

} // namespace examples
