#include "cli/yaml_document.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

/// The first mistake, as it is printed; empty if there is none.
std::string reason(std::string_view text, const yaml_limits& limits = {}) {
  mistakes found;
  parse_yaml(text, found, limits);
  return found.empty() ? "" : render("f", found.sorted().front());
}

bool is_reported(const std::string& message, std::string_view part) {
  return message.find(part) != message.npos;
}

} // namespace

TEST(yaml_document_test, keeps_places_spelling_and_quotes) {
  mistakes found;
  auto root = parse_yaml("a: 1.10\nb:\n  - \"x\"\n  - {c: y}\n", found);
  ASSERT_TRUE(root);
  ASSERT_TRUE(found.empty());
  auto& a = root->entries.at(0);
  EXPECT_EQ(a.key, "a");
  EXPECT_EQ(a.value.text, "1.10");
  EXPECT_FALSE(a.value.is_quoted);
  EXPECT_EQ(a.value.mark, (source_mark{1, 4}));
  auto& b = root->entries.at(1).value;
  EXPECT_TRUE(b.items.at(0).is_quoted);
  EXPECT_EQ(b.items.at(0).mark, (source_mark{3, 5}));
  EXPECT_EQ(b.items.at(1).entries.at(0).key_mark, (source_mark{4, 6}));
}

TEST(yaml_document_test, reads_json) {
  mistakes found;
  auto root = parse_yaml(R"({"a": [1, "2", null, true]})", found);
  ASSERT_TRUE(root);
  EXPECT_EQ(to_json(*root), (core::json{{"a", {1, "2", nullptr, true}}}));
}

TEST(yaml_document_test, counts_columns_in_characters) {
  mistakes found;
  auto root = parse_yaml("{ä: ö, b: x}", found);
  ASSERT_TRUE(root);
  EXPECT_EQ(root->entries.at(1).value.mark, (source_mark{1, 11}));
}

TEST(yaml_document_test, keys_given_twice_are_a_mistake_and_the_rest_is_read) {
  mistakes found;
  auto root = parse_yaml("a: 1\nb: 2\na: 3\n", found);
  ASSERT_TRUE(root);
  EXPECT_EQ(root->entries.size(), 2u);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(render("f", found.sorted()[0]),
            "f:3:1: error: key 'a' is given twice; the first is in line 1");
}

TEST(yaml_document_test, aliases_are_copies) {
  mistakes found;
  auto root = parse_yaml("a: &x [1, 2]\nb: *x\n", found);
  ASSERT_TRUE(root);
  EXPECT_EQ(to_json(*root->find("b")), (core::json{1, 2}));
}

TEST(yaml_document_test, refuses_what_is_made_to_exhaust_memory) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    auto line = "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k)
      line += (k > 0 ? ", *a" : "*a") + std::to_string(i - 1);
    bomb += line + "]\n";
  }
  EXPECT_TRUE(is_reported(reason(bomb), "too much"));
  EXPECT_TRUE(is_reported(reason("a: &a [*a]"), "inside of what it means"));
  EXPECT_TRUE(is_reported(reason(std::string(100'000, '[')), "nested deeper"));
  std::string deep;
  for (int i = 0; i < 5000; ++i)
    deep += std::string(static_cast<size_t>(i), ' ') + "a:\n";
  EXPECT_FALSE(reason(deep).empty());
  EXPECT_TRUE(is_reported(reason("aaaa", {.file_bytes_max = 3}), "larger"));
}

TEST(yaml_document_test, refuses_what_is_no_text) {
  EXPECT_EQ(reason(std::string_view{"a: x\nb: \0y", 10}),
            "f:2:4: error: control character 0x00; this is not a text file, "
            "or not in UTF-8");
  EXPECT_EQ(reason("a: \xff"), "f:1:4: error: byte 0xff is not UTF-8; save "
                               "the file in that encoding");
  EXPECT_TRUE(is_reported(reason("a: \xed\xa0\x80"), "not UTF-8"));
  EXPECT_TRUE(is_reported(reason("a: \xc0\x80"), "not UTF-8"));
  EXPECT_EQ(reason("\xef\xbb\xbf"
                   "a: 1"),
            "");
}

TEST(yaml_document_test, says_where_the_syntax_is_wrong) {
  EXPECT_TRUE(reason("a: [1, 2\nb: 3").starts_with("f:2:"));
  EXPECT_TRUE(is_reported(reason("a: *nobody"), "f:1:4: error: not YAML"));
  EXPECT_TRUE(is_reported(reason("a: !!python/object x"), "tag"));
  EXPECT_TRUE(is_reported(reason("a: 1\n---\nb: 2\n"), "second document"));
  EXPECT_TRUE(is_reported(reason("? [a]\n: b\n"), "a key must be text"));
}

} // namespace troupe::cli
