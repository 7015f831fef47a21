#include "cli/mistakes.hpp"

#include "core/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::cli {

namespace {

constexpr size_t valid_names_max = 8;
constexpr size_t quoted_bytes_max = 60;

} // namespace

void mistakes::add(source_mark at, std::string message) {
  list_.push_back({at, std::move(message)});
}

std::vector<mistake> mistakes::sorted() const {
  auto result = list_;
  std::stable_sort(result.begin(), result.end(),
                   [](auto& x, auto& y) { return x.at < y.at; });
  // Tasks made by foreach repeat the mistakes of their template; equal ones
  // need not be neighbours when a line has several.
  std::vector<mistake> unique;
  for (auto& x : result) {
    auto same_place = std::find_if(unique.rbegin(), unique.rend(),
                                   [&](auto& y) { return y.at != x.at; });
    if (std::find(same_place.base(), unique.end(), x) == unique.end())
      unique.push_back(std::move(x));
  }
  return unique;
}

std::string render(std::string_view file, const mistake& x) {
  if (x.at.line == 0)
    return fmt::format("{}: error: {}", file, x.message);
  return fmt::format("{}:{}:{}: error: {}", file, x.at.line, x.at.column,
                     x.message);
}

std::string suggest_near(std::string_view name,
                         std::span<const std::string_view> candidates) {
  auto near = core::nearest(name, candidates);
  return near.empty() ? "" : fmt::format("; did you mean '{}'?", near);
}

std::string suggest(std::string_view name,
                    std::span<const std::string_view> candidates) {
  if (auto near = suggest_near(name, candidates); !near.empty())
    return near;
  if (candidates.empty() || candidates.size() > valid_names_max)
    return {};
  std::string result = candidates.size() == 1 ? "; valid is " : "; valid are ";
  for (size_t i = 0; i < candidates.size(); ++i) {
    if (i > 0)
      result += i + 1 == candidates.size() ? " and " : ", ";
    result += fmt::format("'{}'", candidates[i]);
  }
  return result;
}

std::string suggest(std::string_view name,
                    std::span<const std::string> candidates) {
  std::vector<std::string_view> views(candidates.begin(), candidates.end());
  return suggest(name, std::span<const std::string_view>{views});
}

std::string in_quotes(std::string_view text) {
  std::string result = "'";
  for (size_t i = 0; i < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    // Never cuts a character of several bytes in two.
    if (i >= quoted_bytes_max && (c & 0xc0) != 0x80) {
      result += "...";
      break;
    }
    if (c == '\n')
      result += "\\n";
    else if (c == '\t')
      result += "\\t";
    else if (c < 0x20 || c == 0x7f)
      result += fmt::format("\\x{:02x}", c);
    else
      result += text[i];
  }
  return result + "'";
}

} // namespace troupe::cli
