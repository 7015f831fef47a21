#pragma once

#include "actors/troupe.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace examples {

/// All that is in a file. Throws `failure` if it cannot be read; a handler that
/// lets it escape has failed its attempt.
inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (!in)
    throw troupe::failure(
      {troupe::ec::system_error, "cannot read " + path.string()});
  return text;
}

/// The files right in `directory` whose names end with `ending`, sorted. Throws
/// `failure` if it cannot be read.
inline std::vector<std::string> files_in(const std::filesystem::path& directory,
                                         std::string_view ending) {
  std::error_code why;
  std::vector<std::string> found;
  for (auto& entry : std::filesystem::directory_iterator{directory, why})
    if (entry.is_regular_file() && entry.path().string().ends_with(ending))
      found.push_back(entry.path().string());
  if (why)
    throw troupe::failure(
      {troupe::ec::system_error,
       "cannot list " + directory.string() + ": " + why.message()});
  std::ranges::sort(found);
  return found;
}

/// Runs of letters, digits and underscores, in lower case.
inline std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (auto c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '_')
      words.back() += static_cast<char>(std::tolower(byte));
    else if (!words.back().empty())
      words.emplace_back();
  }
  if (words.back().empty())
    words.pop_back();
  return words;
}

} // namespace examples
