// Compares docs/task_states.md with the code it describes.

#include "core/task_state.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace troupe::core {

namespace {

using changes = std::set<std::pair<std::string, std::string>>;

std::vector<std::string> read_document() {
  std::ifstream file{TROUPE_SOURCE_DIR "/docs/task_states.md"};
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);)
    lines.push_back(line);
  return lines;
}

/// What stands in `` `x` `` at the start of rows of the table with this title.
std::set<std::string> first_column(const std::string& title) {
  std::set<std::string> names;
  auto is_inside = false;
  std::smatch match;
  for (auto& line : read_document()) {
    if (line.starts_with("| " + title + " |"))
      is_inside = true;
    else if (line.empty())
      is_inside = false;
    else if (is_inside
             && std::regex_search(line, match, std::regex{R"(^\| `(\w+)`)"}))
      names.insert(match[1]);
  }
  return names;
}

} // namespace

TEST(task_states_document_test, draws_exactly_the_changes_there_are) {
  changes drawn;
  std::smatch match;
  for (auto& line : read_document()) {
    if (!std::regex_search(line, match,
                           std::regex{R"(^\s*(\w+) --> (\w+): \S)"}))
      continue;
    EXPECT_TRUE(drawn.emplace(match[1], match[2]).second) << "twice: " << line;
  }
  changes allowed;
  for (size_t i = 0; i < task_status_count; ++i)
    for (size_t j = 0; j < task_status_count; ++j)
      if (auto from = static_cast<task_status>(i),
          to = static_cast<task_status>(j);
          may_change(from, to))
        allowed.emplace(to_string(from), to_string(to));
  EXPECT_EQ(drawn, allowed);
}

TEST(task_states_document_test, draws_the_ends) {
  std::set<std::string> drawn;
  std::smatch match;
  for (auto& line : read_document())
    if (std::regex_search(line, match, std::regex{R"(^\s*(\w+) --> \[\*\])"}))
      drawn.insert(match[1]);
  EXPECT_EQ(drawn, (std::set<std::string>{"completed", "failed", "cancelled"}));
}

TEST(task_states_document_test, explains_every_status_and_reason) {
  std::set<std::string> statuses;
  for (size_t i = 0; i < task_status_count; ++i)
    statuses.emplace(to_string(static_cast<task_status>(i)));
  EXPECT_EQ(first_column("status"), statuses);
  std::set<std::string> reasons;
  for (size_t i = 0; i <= static_cast<size_t>(pending_reason_last); ++i)
    reasons.emplace(to_string(static_cast<pending_reason>(i)));
  EXPECT_EQ(first_column("reason"), reasons);
}

} // namespace troupe::core
