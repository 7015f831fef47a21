// Compares docs/task_states.md with the code it describes.

#include "core/task_state.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace troupe::core {

namespace {

using names = std::set<std::string>;
using drawn_changes = std::set<std::pair<std::string, std::string>>;

std::vector<std::string> read_document() {
  std::ifstream file{TROUPE_SOURCE_DIR "/docs/task_states.md"};
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);)
    lines.push_back(line);
  return lines;
}

/// The arrows of the diagram: `from --> to` or `from --> to: why`.
drawn_changes read_arrows() {
  drawn_changes result;
  for (auto& line : read_document()) {
    std::istringstream words{line};
    std::string from;
    std::string arrow;
    std::string to;
    if (!(words >> from >> arrow >> to) || arrow != "-->")
      continue;
    if (to.back() == ':')
      to.pop_back();
    EXPECT_TRUE(result.emplace(from, to).second) << "twice: " << line;
  }
  return result;
}

/// What the rows of the table with this first title begin with.
names first_column(const std::string& title) {
  names result;
  auto is_inside = false;
  for (auto& line : read_document()) {
    if (line.starts_with("| " + title + " |"))
      is_inside = true;
    else if (line.empty())
      is_inside = false;
    else if (is_inside && line.starts_with("| `"))
      result.insert(line.substr(3, line.find('`', 3) - 3));
  }
  return result;
}

} // namespace

TEST(task_states_document_test, draws_exactly_the_changes_there_are) {
  drawn_changes expected{{"[*]", "pending"}};
  for (size_t i = 0; i < task_status_count; ++i) {
    auto from = static_cast<task_status>(i);
    if (is_end(from))
      expected.emplace(to_string(from), "[*]");
    for (size_t j = 0; j < task_status_count; ++j)
      if (auto to = static_cast<task_status>(j); may_change(from, to))
        expected.emplace(to_string(from), to_string(to));
  }
  EXPECT_EQ(read_arrows(), expected);
}

TEST(task_states_document_test, explains_every_status_and_reason) {
  names statuses;
  for (size_t i = 0; i < task_status_count; ++i)
    statuses.emplace(to_string(static_cast<task_status>(i)));
  EXPECT_EQ(first_column("status"), statuses);
  names reasons;
  for (size_t i = 0; i <= static_cast<size_t>(pending_reason_last); ++i)
    reasons.emplace(to_string(static_cast<pending_reason>(i)));
  EXPECT_EQ(first_column("reason"), reasons);
}

} // namespace troupe::core
