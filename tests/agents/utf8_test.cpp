#include "agents/utf8.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include <string>
#include <vector>

using namespace troupe::agents;
using namespace std::string_literals;

namespace {

const auto replaced = "\xEF\xBF\xBD"s;

std::string repaired(std::string bytes) {
  auto made = to_utf8(std::move(bytes));
  EXPECT_FALSE(made.is_valid);
  return made.text;
}

/// What an independent judge says: nlohmann::json throws for invalid UTF-8.
bool is_utf8(const std::string& bytes) {
  try {
    return !nlohmann::json(bytes).dump().empty();
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

} // namespace

TEST(utf8_test, leaves_valid_text_alone) {
  for (const auto& text :
       {""s, "plain"s, "a\0b"s, "\xC3\xA4\xE2\x82\xAC"s, "\xF0\x9F\x98\x80"s,
        "\xED\x9F\xBF\xEE\x80\x80"s, "\xF4\x8F\xBF\xBF"s}) {
    auto made = to_utf8(text);
    EXPECT_TRUE(made.is_valid) << text;
    EXPECT_EQ(made.text, text);
  }
}

TEST(utf8_test, replaces_each_longest_piece_once) {
  // The example of the Unicode standard, table 3-11.
  EXPECT_EQ(repaired("\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64"),
            "a" + replaced + replaced + replaced + "b" + replaced + "c"
              + replaced + replaced + "d");
  EXPECT_EQ(repaired("\xC0\xAF"), replaced + replaced);
  EXPECT_EQ(repaired("\xED\xA0\x80"), replaced + replaced + replaced);
  EXPECT_EQ(repaired("\xF4\x90\x80\x80"),
            replaced + replaced + replaced + replaced);
  EXPECT_EQ(repaired("x\xE2\x82"), "x" + replaced);
}

TEST(utf8_test, what_it_makes_is_valid_whatever_it_gets) {
  EXPECT_TRUE(rc::check("text from any bytes", [](const std::string& bytes) {
    auto made = to_utf8(bytes);
    RC_ASSERT(is_utf8(made.text));
    RC_ASSERT(made.is_valid == is_utf8(bytes));
    RC_ASSERT(!made.is_valid || made.text == bytes);
  }));
}

TEST(utf8_test, cuts_no_character_in_two) {
  auto text = "ab\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"s;
  std::vector<size_t> sizes;
  for (size_t n = 0; n <= text.size(); ++n)
    sizes.push_back(size_of_whole_characters(text.substr(0, n)));
  EXPECT_EQ(sizes, (std::vector<size_t>{0, 1, 2, 2, 4, 4, 4, 7, 7, 7, 7, 11}));
}

TEST(utf8_test, keeps_what_was_never_a_character) {
  EXPECT_EQ(size_of_whole_characters("ab\x80"), 3U);
  EXPECT_EQ(size_of_whole_characters("ab\xFF"), 3U);
  EXPECT_EQ(size_of_whole_characters("\x80\x80\x80\x80"), 4U);
}
