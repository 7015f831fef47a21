#include "examples/scenarios/paragraphs.hpp"

#include "examples/files.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace examples {

namespace {

using troupe::json;

struct paragraph {
  std::string text;
  std::vector<std::string> words;
};

std::vector<paragraph> paragraphs_of(const std::string& path) {
  auto text = read_file(path);
  std::vector<paragraph> made;
  for (size_t begin = 0; begin < text.size();) {
    auto end = std::min(text.find("\n\n", begin), text.size());
    auto part = text.substr(begin, end - begin);
    auto words = words_of(part);
    if (!words.empty())
      made.push_back({std::move(part), std::move(words)});
    begin = end + 2;
  }
  return made;
}

bool has(const paragraph& x, const std::string& word) {
  return std::ranges::find(x.words, word) != x.words.end();
}

std::set<std::string> different_words(const std::string& question) {
  auto words = words_of(question);
  return {words.begin(), words.end()};
}

} // namespace

json word_statistics(const std::string& question, const std::string& path) {
  uint64_t words = 0;
  std::map<std::string, uint64_t> spread;
  auto paragraphs = paragraphs_of(path);
  for (auto& x : paragraphs) {
    words += x.words.size();
    for (auto& word : different_words(question))
      spread[word] += has(x, word) ? 1 : 0;
  }
  return {
    {"paragraphs", paragraphs.size()}, {"words", words}, {"spread", spread}};
}

json sum_of(const std::vector<json>& statistics) {
  uint64_t paragraphs = 0;
  uint64_t words = 0;
  std::map<std::string, uint64_t> spread;
  for (auto& x : statistics) {
    paragraphs += x.at("paragraphs").get<uint64_t>();
    words += x.at("words").get<uint64_t>();
    for (auto& [word, times] : x.at("spread").items())
      spread[word] += times.get<uint64_t>();
  }
  return {{"paragraphs", paragraphs}, {"words", words}, {"spread", spread}};
}

json best_paragraph(const std::string& question, const std::string& path,
                    const json& statistics) {
  auto paragraphs = statistics.at("paragraphs").get<double>();
  auto mean_length = statistics.at("words").get<double>() / paragraphs;
  json best{{"source", path}, {"text", ""}, {"score", 0.0}};
  for (auto& x : paragraphs_of(path)) {
    // Okapi BM25 with its usual constants, each word counted once.
    auto length = static_cast<double>(x.words.size()) / mean_length;
    double score = 0;
    for (auto& word : different_words(question)) {
      if (!has(x, word))
        continue;
      auto spread = statistics.at("spread").at(word).get<double>();
      auto rarity = std::log(1 + (paragraphs - spread + 0.5) / (spread + 0.5));
      score += rarity * 2.2 / (1 + 1.2 * (0.25 + 0.75 * length));
    }
    if (score > best["score"].get<double>())
      best = {{"source", path}, {"text", x.text}, {"score", score}};
  }
  return best;
}

json best_of(const std::vector<json>& found) {
  return *std::ranges::max_element(found, {}, [](const json& x) {
    return x.at("score").get<double>();
  });
}

json best_answer(const std::string& question,
                 const std::vector<std::string>& documents) {
  std::vector<json> counted;
  counted.reserve(documents.size());
  for (auto& document : documents)
    counted.push_back(word_statistics(question, document));
  auto statistics = sum_of(counted);
  std::vector<json> found;
  found.reserve(documents.size());
  for (auto& document : documents)
    found.push_back(best_paragraph(question, document, statistics));
  return best_of(found);
}

} // namespace examples
